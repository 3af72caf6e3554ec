#include "alerts/notify/message_log.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <tuple>

#include "alerts/notify/outbox.h"
#include "exporter/base/strings.h"
#include "exporter/base/whole_seconds.h"

namespace clawvigil::notify {

namespace {

constexpr std::size_t kMaxReason = 300;
constexpr std::size_t kMaxName = 200;

constexpr std::array<std::string_view, 6> kKinds{"alert",  "reminder", "resolved",
                                                 "digest", "test",     "lost"};
constexpr std::array<std::string_view, 6> kEndings{"waiting", "delivered", "refused",
                                                   "expired", "elsewhere", "removed"};
constexpr std::array<std::string_view, 5> kEvents{"fired", "still", "resolved", "passed", "gone"};

template <class T, std::size_t N>
std::string_view name_in(const std::array<std::string_view, N>& names, T value) {
  return names.at(static_cast<std::size_t>(value));
}

template <class T, std::size_t N>
std::optional<T> value_in(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<T>(found - names.begin());
}

MessageKind kind_of(const Notification& notification) {
  switch (notification.kind) {
    case Notification::Kind::digest:
      return MessageKind::digest;
    case Notification::Kind::test:
      return MessageKind::test;
    case Notification::Kind::alerts:
      break;
  }
  const auto any = [&](Event::Kind kind) {
    return std::ranges::find(notification.events, kind, &Event::kind) != notification.events.end();
  };
  if (any(Event::Kind::fired) || any(Event::Kind::passed)) return MessageKind::alert;
  return any(Event::Kind::still) ? MessageKind::reminder : MessageKind::resolved;
}

// [["fired","GatewayDown"], …]
std::string to_row(const std::vector<ToldAlert>& alerts) {
  auto list = nlohmann::json::array();
  for (const ToldAlert& alert : alerts) {
    list.push_back({to_string(alert.kind), sanitize(alert.alertname, kMaxName)});
  }
  return list.dump();
}

std::vector<ToldAlert> alerts_from_row(std::string_view text) {
  std::vector<ToldAlert> alerts;
  const auto list = nlohmann::json::parse(text, nullptr, false);
  if (!list.is_array()) return alerts;
  for (const auto& entry : list) {
    if (!entry.is_array() || entry.size() != 2 || !entry[0].is_string() || !entry[1].is_string()) {
      continue;
    }
    const auto kind = value_in<Event::Kind>(kEvents, entry[0].get_ref<const std::string&>());
    if (kind) alerts.push_back({entry[1].get<std::string>(), *kind});
  }
  return alerts;
}

// None if it is of a kind this version does not know.
std::optional<LoggedMessage> message_from_row(const store::Statement& row) {
  const auto kind = value_in<MessageKind>(kKinds, row.text(1));
  const auto ending = value_in<Ending>(kEndings, row.text(2));
  if (!kind || !ending) return std::nullopt;
  LoggedMessage message;
  message.receiver = row.text(0);
  message.kind = *kind;
  message.ending = *ending;
  message.made_at = from_whole_seconds(row.integer(3));
  message.ended_at = from_whole_seconds(row.integer(4));
  message.failed_tries = static_cast<std::uint32_t>(row.integer(5));
  message.reason = row.text(6);
  message.stands_in_for = row.text(7);
  message.alerts = alerts_from_row(row.text(8));
  message.alert_count = static_cast<std::uint64_t>(row.integer(9));
  return message;
}

}  // namespace

std::string_view to_string(MessageKind kind) { return name_in(kKinds, kind); }
std::string_view to_string(Ending ending) { return name_in(kEndings, ending); }
std::string_view to_string(Event::Kind kind) { return name_in(kEvents, kind); }

LoggedMessage logged(const Message& message) {
  LoggedMessage entry;
  entry.receiver = message.receiver;
  entry.kind = kind_of(message.notification);
  entry.made_at = message.notification.time;
  entry.failed_tries = message.attempts;
  entry.stands_in_for = message.notification.stands_in_for;
  entry.alert_count = message.notification.events.size() + message.notification.left_out;
  for (const Event& event : message.notification.events) {
    if (entry.alerts.size() == kMaxNamed) break;
    entry.alerts.push_back({std::string(event.alert.name()), event.kind});
  }
  return entry;
}

bool was_late(const LoggedMessage& message) {
  constexpr Duration kLate = std::chrono::minutes(1);
  return message.ended_at && *message.ended_at - message.made_at >= kLate;
}

std::vector<NamedAlert> named(const LoggedMessage& message, bool over) {
  std::vector<NamedAlert> names;
  for (const ToldAlert& alert : message.alerts) {
    if ((alert.kind != Event::Kind::fired && alert.kind != Event::Kind::still) != over) continue;
    const auto found = std::ranges::find(names, alert.alertname, &NamedAlert::alertname);
    if (found == names.end()) {
      names.push_back({alert.alertname});
    } else {
      ++found->count;
    }
  }
  return names;
}

// Times are seconds since 1970.
Result<> ensure_message_log(store::Store& store) {
  return store.ensure_schema(
      "CREATE TABLE IF NOT EXISTS notify_log("
      "id INTEGER PRIMARY KEY, receiver TEXT NOT NULL, kind TEXT NOT NULL, ending TEXT NOT NULL,"
      "made_at INTEGER NOT NULL, ended_at INTEGER NOT NULL, failed_tries INTEGER NOT NULL,"
      "reason TEXT NOT NULL, stands_in_for TEXT NOT NULL, alerts TEXT NOT NULL,"
      "alert_count INTEGER NOT NULL)");
}

Result<> log_message(store::Store& store, const LoggedMessage& message) {
  TRY_ASSIGN(store::Statement insert,
             store.prepare("INSERT INTO notify_log(receiver, kind, ending, made_at, ended_at, "
                           "failed_tries, reason, stands_in_for, alerts, alert_count) "
                           "VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10)"));
  return insert.bind(1, message.receiver)
      .bind(2, to_string(message.kind))
      .bind(3, to_string(message.ending))
      .bind(4, to_whole_seconds(message.made_at))
      .bind(5, to_whole_seconds(message.ended_at.value_or(message.made_at)))
      .bind(6, std::int64_t{message.failed_tries})
      .bind(7, sanitize(message.reason, kMaxReason))
      .bind(8, message.stands_in_for)
      .bind(9, to_row(message.alerts))
      .bind(10, static_cast<std::int64_t>(message.alert_count))
      .run();
}

Result<std::vector<LoggedMessage>> logged_messages(store::Store& store, std::size_t limit) {
  std::vector<LoggedMessage> messages;
  TRY_ASSIGN(const bool begun, store.has_table("notify_log"));
  if (!begun) return messages;
  TRY_ASSIGN(store::Statement rows,
             store.prepare("SELECT receiver, kind, ending, made_at, ended_at, failed_tries, "
                           "reason, stands_in_for, alerts, alert_count FROM notify_log "
                           "ORDER BY ended_at DESC, id DESC LIMIT ?1"));
  rows.bind(1, static_cast<std::int64_t>(limit));
  while (true) {
    TRY_ASSIGN(const bool row, rows.step());
    if (!row) return messages;
    if (auto message = message_from_row(rows)) messages.push_back(*std::move(message));
  }
}

void sort_and_cut(std::vector<LoggedMessage>& messages, std::size_t limit) {
  std::ranges::stable_sort(messages, [](const LoggedMessage& a, const LoggedMessage& b) {
    const auto rank = [](const LoggedMessage& message) {
      return std::tuple(message.ending != Ending::waiting,
                        -to_whole_seconds(message.ended_at.value_or(message.made_at)));
    };
    return rank(a) < rank(b);
  });
  if (messages.size() > limit)
    messages.erase(messages.begin() + static_cast<std::ptrdiff_t>(limit), messages.end());
}

Result<> prune_message_log(store::Store& store, SystemTime now) {
  TRY(ensure_message_log(store));
  TRY_ASSIGN(store::Statement old, store.prepare("DELETE FROM notify_log WHERE ended_at < ?1"));
  TRY(old.bind(1, to_whole_seconds(now - kMessagesKept)).run());
  TRY_ASSIGN(store::Statement beyond,
             store.prepare("DELETE FROM notify_log WHERE id IN (SELECT id FROM notify_log "
                           "ORDER BY ended_at DESC, id DESC LIMIT -1 OFFSET ?1)"));
  return beyond.bind(1, static_cast<std::int64_t>(kMaxLoggedMessages)).run();
}

}  // namespace clawvigil::notify
