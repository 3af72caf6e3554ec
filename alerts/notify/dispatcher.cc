#include "alerts/notify/dispatcher.h"

#include <algorithm>
#include <iterator>

#include "alerts/notify/receiver.h"
#include "alerts/notify/schedule.h"

namespace clawvigil::notify {

namespace {

using alerts::AlertState;
using Kind = Event::Kind;

constexpr Duration kVanishedFor = std::chrono::minutes(5);
constexpr Duration kRecordKept = std::chrono::hours(1);
constexpr Duration kInfoKept = std::chrono::hours(26);         // until a digest has told it
constexpr Duration kResolvedShown = std::chrono::minutes(15);  // to Alertmanager
constexpr Duration kRemindersTogether = std::chrono::minutes(30);
constexpr std::size_t kMaxFirings = 100;

bool is_firing(const AlertRecord& record) { return record.alert.state == AlertState::firing; }

void clamp(SystemTime& time, SystemTime now, bool& changed) {
  if (time <= now) return;
  time = now;
  changed = true;
}

void drop_before(std::vector<SystemTime>& times, SystemTime start, bool& changed) {
  if (std::erase_if(times, [&](SystemTime time) { return time < start; }) > 0) changed = true;
}

bool is_critical_news(const Event& event) {
  return event.alert.severity == Severity::critical && event.kind != Kind::resolved &&
         event.kind != Kind::gone;
}

}  // namespace

Dispatcher::Dispatcher(std::string host, std::shared_ptr<const NotifyConfig> config, Outbox& outbox)
    : host_(std::move(host)),
      config_(std::move(config)),
      outbox_(outbox),
      present_(std::make_shared<const std::vector<Alert>>()) {}

Result<> Dispatcher::load(store::Store& store) { return state_.load(store); }

void Dispatcher::configure(std::shared_ptr<const NotifyConfig> config) {
  config_ = std::move(config);
}

void Dispatcher::note(const Result<>& result) {
  if (!result && problem_) problem_ = result;
}

Result<> Dispatcher::step(store::Store& store, std::span<const Alert> alerts,
                          const DigestFacts& facts, SystemTime now) {
  problem_ = {};
  note(silences_.refresh(store));
  correct_times(now);
  observe(alerts, now);
  for (const ReceiverConfig& receiver : config_->receivers) {
    if (is_level_triggered(receiver)) continue;
    tell(store, receiver, now);
    digest(store, receiver, facts, now);
  }
  forget(now);
  publish_present(now);
  note(state_.save(store));
  return problem_;
}

void Dispatcher::finish(bool committed) {
  const bool saved = committed && problem_.has_value();
  if (saved) state_.clean();
  outbox_.publish(committed);
}

// After the wall clock has stepped back, nothing may lie in the future: it would keep a reminder,
// a resolve or a digest waiting for as long as the step.
void Dispatcher::correct_times(SystemTime now) {
  for (auto& [fingerprint, record] : state_.records) {
    for (SystemTime& time : record.firings) clamp(time, now, record.dirty);
    if (record.alert.resolved_at) clamp(*record.alert.resolved_at, now, record.dirty);
    if (record.seen && *record.seen > now) record.seen = now;
    drop_before(record.firings, now - kFlapWindow, record.dirty);
  }
  for (auto& [key, told] : state_.told) clamp(told.at, now, told.dirty);
  for (auto& [receiver, pace] : state_.paces) {
    for (SystemTime& time : pace.sent) clamp(time, now, pace.dirty);
    clamp(pace.digest, now, pace.dirty);
    drop_before(pace.sent, now - std::chrono::hours(1), pace.dirty);
  }
}

void Dispatcher::observe(std::span<const Alert> alerts, SystemTime now) {
  for (const Alert& alert : alerts) observe(alert, now);
  end_vanished(now);
}

void Dispatcher::observe(const Alert& alert, SystemTime now) {
  const auto known = state_.records.find(alert.fingerprint);
  if (alert.state != AlertState::firing) {
    if (known == state_.records.end()) return;
    AlertRecord& record = known->second;
    record.seen = now;
    if (!is_firing(record)) return;
    // Pending again means that it has ended in between.
    const std::optional<SystemTime> fired_at = record.alert.fired_at;
    record.alert = alert;
    record.alert.state = AlertState::resolved;
    if (!record.alert.fired_at) record.alert.fired_at = fired_at;
    record.alert.resolved_at = std::min(alert.resolved_at.value_or(now), now);
    record.dirty = true;
    return;
  }
  AlertRecord& record = state_.records[alert.fingerprint];
  const bool again = known == state_.records.end() || !is_firing(record) ||
                     record.alert.fired_at != alert.fired_at;
  record.alert = alert;
  record.seen = now;
  record.gone = false;
  if (!again) return;
  record.firings.push_back(now);
  if (record.firings.size() > kMaxFirings) record.firings.erase(record.firings.begin());
  record.dirty = true;
  state_.forgotten_records.erase(alert.fingerprint);
}

void Dispatcher::end_vanished(SystemTime now) {
  for (auto& [fingerprint, record] : state_.records) {
    if (!record.seen) record.seen = now;
    if (!is_firing(record) || now - *record.seen < kVanishedFor) continue;
    record.gone = true;
    record.alert.state = AlertState::resolved;
    record.alert.resolved_at = now;
    record.dirty = true;
  }
}

// The failing Alertmanager this receiver takes over from; nullptr when there is none.
const std::string* Dispatcher::stands_in(const ReceiverConfig& receiver) const {
  for (const ReceiverConfig& other : config_->receivers) {
    if (is_level_triggered(other) && other.fallback == receiver.name &&
        failing_.contains(other.name)) {
      return &other.name;
    }
  }
  return nullptr;
}

bool Dispatcher::concerns(const ReceiverConfig& receiver, const Alert& alert) const {
  if (alert.name() == kWatchdog) return false;
  if (alert.severity == Severity::info && takes_digest(receiver)) return false;
  if (!receiver.fallback_only && wants(receiver, alert.severity)) return true;
  return std::ranges::any_of(config_->receivers, [&](const ReceiverConfig& other) {
    return is_level_triggered(other) && other.fallback == receiver.name &&
           failing_.contains(other.name) && wants(other, alert.severity);
  });
}

bool Dispatcher::silenced(const Alert& alert, SystemTime now) const {
  return silences_.match(alert.labels, now) != nullptr;
}

std::optional<Kind> Dispatcher::due(const ReceiverConfig& receiver, const AlertRecord& record,
                                    const Told* told, Duration early, SystemTime now) const {
  const bool knows = told != nullptr && told->firing;
  if (is_firing(record)) {
    if (!concerns(receiver, record.alert) || silenced(record.alert, now)) return std::nullopt;
    if (!knows) return Kind::fired;
    const Duration repeat = record.alert.severity == Severity::critical ? config_->repeat_critical
                                                                        : config_->repeat_warning;
    return now - told->at >= repeat - early ? std::optional(Kind::still) : std::nullopt;
  }
  if (knows) {
    const Duration since = now - record.alert.resolved_at.value_or(now);
    if (since < resolve_hold(record.firings.size())) return std::nullopt;
    return record.gone ? Kind::gone : Kind::resolved;
  }
  if (told == nullptr || !told->owed || silenced(record.alert, now)) return std::nullopt;
  return Kind::passed;
}

std::vector<Event> Dispatcher::due_events(const ReceiverConfig& receiver, SystemTime now) {
  const auto collect = [&](Duration early) {
    std::vector<Event> events;
    for (const auto& [fingerprint, record] : state_.records) {
      const auto told = state_.told.find({receiver.name, fingerprint});
      const auto kind =
          due(receiver, record, told == state_.told.end() ? nullptr : &told->second, early, now);
      if (!kind) continue;
      SystemTime at = record.alert.fired_at.value_or(now);
      if (*kind == Kind::still) at = now;
      if (*kind == Kind::resolved || *kind == Kind::gone) at = *record.alert.resolved_at;
      events.push_back({.kind = *kind,
                        .alert = record.alert,
                        .at = std::min(at, now),
                        .fired_last_hour = static_cast<std::uint32_t>(record.firings.size())});
    }
    return events;
  };
  std::vector<Event> events = collect(Duration(0));
  const bool reminds = std::ranges::find(events, Kind::still, &Event::kind) != events.end();
  return reminds ? collect(kRemindersTogether) : events;
}

bool Dispatcher::permitted(const ReceiverConfig& receiver, const std::vector<Event>& events,
                           SystemTime now) {
  auto [entry, first] = state_.paces.try_emplace(receiver.name);
  if (first) entry->second.digest = now;
  const bool critical = std::ranges::any_of(events, is_critical_news);
  return entry->second.sent.size() < hourly_limit(config_->max_per_hour, critical);
}

void Dispatcher::owe(const ReceiverConfig& receiver, const std::vector<Event>& events) {
  for (const Event& event : events) {
    if (event.kind != Kind::fired) continue;
    const ToldKey key{receiver.name, event.alert.fingerprint};
    Told& told = state_.told[key];
    state_.forgotten_told.erase(key);
    if (told.owed) continue;
    told.owed = true;
    told.dirty = true;
  }
}

void Dispatcher::settle(const ReceiverConfig& receiver, const std::vector<Event>& events,
                        SystemTime now) {
  for (const Event& event : events) {
    const ToldKey key{receiver.name, event.alert.fingerprint};
    if (event.kind == Kind::fired || event.kind == Kind::still) {
      state_.told[key] = {.at = now, .firing = true};
      state_.forgotten_told.erase(key);
    } else {
      forget_told(key);
    }
  }
}

void Dispatcher::forget_told(const ToldKey& key) {
  state_.told.erase(key);
  state_.forgotten_told.insert(key);
}

Notification Dispatcher::notification(Notification::Kind kind, SystemTime now) const {
  Notification notification;
  notification.kind = kind;
  notification.time = now;
  notification.host = host_;
  return notification;
}

void Dispatcher::stage(store::Store& store, const ReceiverConfig& receiver,
                       Notification notification) {
  Pace& pace = state_.paces[receiver.name];
  pace.sent.push_back(notification.time);
  pace.dirty = true;
  note(outbox_.stage(store, receiver.name, std::move(notification)));
}

void Dispatcher::tell(store::Store& store, const ReceiverConfig& receiver, SystemTime now) {
  std::vector<Event> events = due_events(receiver, now);
  if (!receiver.send_resolved) {
    const auto quiet = std::ranges::partition(
        events, [](const Event& event) { return event.kind != Kind::resolved; });
    for (const Event& event : quiet) {
      forget_told({receiver.name, event.alert.fingerprint});
    }
    events.erase(quiet.begin(), quiet.end());
  }
  if (events.empty()) return;
  if (!permitted(receiver, events, now)) return owe(receiver, events);
  settle(receiver, events, now);
  Notification message = notification(Notification::Kind::alerts, now);
  message.events = std::move(events);
  sort_and_bound(message);
  if (const std::string* const other = stands_in(receiver)) message.stands_in_for = *other;
  stage(store, receiver, std::move(message));
}

void Dispatcher::forget(SystemTime now) {
  std::set<std::uint64_t> open;
  for (auto entry = state_.told.begin(); entry != state_.told.end();) {
    const ToldKey& key = entry->first;
    const auto record = state_.records.find(key.second);
    bool known = record != state_.records.end() &&
                 std::ranges::find(config_->receivers, key.first, &ReceiverConfig::name) !=
                     config_->receivers.end();
    // What was silenced while it was owed, and ended, is old news after a while.
    if (known && entry->second.owed && !is_firing(record->second)) {
      known = *record->second.alert.resolved_at + kMessageExpiry > now;
    }
    if (known) {
      open.insert(key.second);
      ++entry;
    } else {
      state_.forgotten_told.insert(key);
      entry = state_.told.erase(entry);
    }
  }
  for (auto entry = state_.records.begin(); entry != state_.records.end();) {
    const AlertRecord& record = entry->second;
    const Duration keep = record.alert.severity == Severity::info ? kInfoKept : kRecordKept;
    const bool old = !is_firing(record) && *record.alert.resolved_at + keep < now;
    if (old && !open.contains(entry->first)) {
      state_.forgotten_records.insert(entry->first);
      entry = state_.records.erase(entry);
    } else {
      ++entry;
    }
  }
}

void Dispatcher::publish_present(SystemTime now) {
  if (std::ranges::none_of(config_->receivers, is_level_triggered)) return;
  auto present = std::make_shared<std::vector<Alert>>();
  for (const auto& [fingerprint, record] : state_.records) {
    const bool shown = is_firing(record) || *record.alert.resolved_at + kResolvedShown > now;
    if (shown && !silenced(record.alert, now)) present->push_back(record.alert);
  }
  present_ = std::move(present);
}

}  // namespace clawvigil::notify
