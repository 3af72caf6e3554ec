// What the owner was told, by which receiver, and how that ended: table notify_log of the state
// database, one row for each message that is over. What waits is in the outbox and joins when
// somebody looks. For people: nothing is decided by it.
//
// A row holds names of alerts, not their texts, and no address, no chat and no secret.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/notify/notification.h"
#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/store/store.h"

namespace clawvigil::notify {

struct Message;

enum class MessageKind {
  alert,     // something began to fire
  reminder,  // it still fires
  resolved,  // it has ended
  digest,
  test,
  lost,  // no message: a heartbeat or an Alertmanager that was out of reach
};
enum class Ending {
  waiting,
  delivered,  // of `lost`: reached again
  refused,    // for good, by the service
  expired,    // not delivered within kMessageExpiry
  elsewhere,  // the fallback has told it instead
  removed,    // its receiver is no longer configured
};

// "alert", "reminder", …; "waiting", "delivered", …; "fired", "still", …
[[nodiscard]] std::string_view to_string(MessageKind kind);
[[nodiscard]] std::string_view to_string(Ending ending);
[[nodiscard]] std::string_view to_string(Event::Kind kind);

struct ToldAlert {
  std::string alertname;
  Event::Kind kind = Event::Kind::fired;
  bool operator==(const ToldAlert&) const = default;
};

struct LoggedMessage {
  std::string receiver;
  MessageKind kind = MessageKind::alert;
  Ending ending = Ending::waiting;
  SystemTime made_at;                  // of `lost`: since when
  std::optional<SystemTime> ended_at;  // none while it waits
  std::uint32_t failed_tries = 0;
  std::string reason;                  // why it waits or was given up, in English; no secret
  std::optional<SystemTime> next_try;  // while it waits, once a try has failed
  std::string stands_in_for;           // the receiver that fails and whose fallback got this
  std::vector<ToldAlert> alerts;       // worst first, at most kMaxNamed
  std::uint64_t alert_count = 0;       // with those that are not named
};

// Whether it took a minute or more until it was over.
[[nodiscard]] bool was_late(const LoggedMessage& message);

// The alerts of a message that fire, or those that are over, each name once.
struct NamedAlert {
  std::string_view alertname;  // of the message
  std::size_t count = 1;
};
[[nodiscard]] std::vector<NamedAlert> named(const LoggedMessage& message, bool over);

inline constexpr Duration kMessagesKept = std::chrono::days(90);
inline constexpr std::size_t kMaxLoggedMessages = 1000;
inline constexpr std::size_t kMaxNamed = 20;

// As it waits now.
[[nodiscard]] LoggedMessage logged(const Message& message);

[[nodiscard]] Result<> ensure_message_log(store::Store& store);
[[nodiscard]] Result<> log_message(store::Store& store, const LoggedMessage& message);
// Those that are over, the latest first. Empty while there is none. Writes nothing.
[[nodiscard]] Result<std::vector<LoggedMessage>> logged_messages(store::Store& store,
                                                                 std::size_t limit);
// What waits before what is over; the latest first. At most `limit` stay.
void sort_and_cut(std::vector<LoggedMessage>& messages, std::size_t limit);
// Removes what is older than kMessagesKept, or beyond kMaxLoggedMessages.
[[nodiscard]] Result<> prune_message_log(store::Store& store, SystemTime now);

}  // namespace clawvigil::notify
