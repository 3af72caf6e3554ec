// The outbox: what receivers have still to be told. It works from memory; the table `outbox` of the
// state database is its copy, so that a message survives a kill, and a disk that is full keeps
// nobody from being told.
//
// What is over goes to the log (message_log.h) in the write that takes it out of the table.
//
// A message holds the notification, not what was made of it: it holds no secret, a fallback can
// render it in its own way, and waiting messages can be merged. Progress is kept by part.
//
// The dispatcher stages messages within its transaction and publishes them when that has ended; the
// sender takes what is due. Any thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "alerts/notify/message_log.h"
#include "alerts/notify/notification.h"
#include "exporter/base/clock.h"
#include "exporter/base/mutex.h"
#include "exporter/base/result.h"
#include "exporter/store/store.h"

namespace clawvigil::notify {

// News older than this is not worth telling: given up, counted.
inline constexpr Duration kMessageExpiry = std::chrono::days(3);
// More waiting messages than this for one receiver are merged, the two oldest first.
inline constexpr std::size_t kMaxWaiting = 8;
// A heartbeat that fails for less is not worth a line.
inline constexpr Duration kLostAfter = std::chrono::minutes(5);

struct Message {
  std::int64_t id = 0;  // order of making
  std::string receiver;
  Notification notification;
  std::string key;               // dedup_key
  std::uint32_t attempts = 0;    // that failed
  std::uint32_t parts_sent = 0;  // of its payloads
  bool passed_on = false;        // a copy went to the fallback
  bool told_elsewhere = false;   // the fallback has delivered that copy
  std::int64_t copy_of = 0;      // on a fallback's copy: the id of the original
  std::uint32_t revision = 0;    // changes in memory
  bool saved = false;            // the table has it as it is here
  bool in_flight = false;
};

// A receiver whose last attempt failed.
struct Failing {
  SystemTime since;
  SystemTime next_try;
  std::string reason;    // no secret in it
  bool contact = false;  // it gets no messages: a heartbeat, an Alertmanager
  bool operator==(const Failing&) const = default;
};

// Per receiver, over restarts.
struct ReceiverCounts {
  std::uint64_t delivered = 0;  // messages
  std::uint64_t failed = 0;     // attempts
  std::uint64_t given_up = 0;   // messages
  std::optional<SystemTime> last_success;
  std::optional<Failing> failing = {};
  bool operator==(const ReceiverCounts&) const = default;
};

class Outbox {
 public:
  // Reads the table and the counters; call before anything else. Error: the outbox begins empty.
  [[nodiscard]] Result<> load(store::Store& store);

  // Dispatcher: writes into the table within the caller's transaction. An error of the store leaves
  // the message staged all the same.
  [[nodiscard]] Result<> stage(store::Store& store, std::string receiver,
                               Notification notification);
  // After the transaction: hands the staged messages to the sender, saved or not.
  void publish(bool committed);

  // Sender: the message of `receiver` to try next (the one with fewest attempts, then the oldest),
  // now in flight; nullopt when none waits.
  [[nodiscard]] std::optional<Message> take(const std::string& receiver);
  void put_back(const Message& message);  // with its new attempts and parts_sent
  // Delivered, or refused for good and why.
  void remove(const Message& message, bool delivered, SystemTime now, std::string reason = {});
  // Of a heartbeat or an Alertmanager; that it was out of reach for kLostAfter is logged.
  void count_success(const std::string& receiver, SystemTime now);
  // `failing.since` counts if the attempt before did not fail.
  void count_failure(const std::string& receiver, Failing failing);
  void add_copy(const Message& original, const std::string& receiver);
  // The waiting messages of a receiver, for passing on.
  [[nodiscard]] std::vector<Message> waiting(const std::string& receiver) const;
  void mark_passed_on(std::int64_t id);
  // Removes expired news, and what a fallback has told an hour ago.
  void expire(SystemTime now);
  // Removes what waits for receivers that are no longer configured; counted as given up.
  void keep_only(const std::vector<std::string>& receivers, SystemTime now);
  // Writes every change the table has not seen, in one transaction. Error: tried again next time.
  [[nodiscard]] Result<> save(store::Store& store);

  [[nodiscard]] std::map<std::string, std::size_t> lengths() const;
  [[nodiscard]] std::map<std::string, ReceiverCounts> counts() const;
  // What waits, what is out of reach, and what is over but not yet in the log.
  [[nodiscard]] std::vector<LoggedMessage> unlogged(SystemTime now) const;

 private:
  Message* find(std::int64_t id) REQUIRES(mutex_);
  void drop(std::int64_t id) REQUIRES(mutex_);
  void end(const Message& message, Ending ending, SystemTime now, std::string reason = {})
      REQUIRES(mutex_);
  void merge_into_staged(const std::string& receiver, Message& message) REQUIRES(mutex_);
  struct Changes;
  Changes changes() REQUIRES(mutex_);
  void settle(const Changes& written) REQUIRES(mutex_);

  mutable Mutex mutex_;
  // Before load(), and should it fail, numbers that no row in the table has.
  std::int64_t next_id_ GUARDED_BY(mutex_) = std::int64_t{1} << 40;
  std::vector<Message> messages_ GUARDED_BY(mutex_);  // by id
  std::vector<Message> staged_ GUARDED_BY(mutex_);
  std::vector<std::int64_t> staged_removals_ GUARDED_BY(mutex_);
  bool staged_in_table_ GUARDED_BY(mutex_) = true;
  std::vector<std::int64_t> removed_ GUARDED_BY(mutex_);  // rows still to be deleted
  std::vector<LoggedMessage> ended_ GUARDED_BY(mutex_);   // rows still to be written
  std::map<std::string, ReceiverCounts> counts_ GUARDED_BY(mutex_);
  std::map<std::string, ReceiverCounts> saved_counts_ GUARDED_BY(mutex_);
};

}  // namespace clawvigil::notify
