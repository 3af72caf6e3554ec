#include "alerts/notify/outbox.h"

#include <algorithm>

#include "alerts/notify/outbox_table.h"
#include "alerts/notify/told_lately.h"

namespace clawvigil::notify {

namespace {

constexpr Duration kToldElsewhereKept = std::chrono::hours(1);

bool mergeable(const Message& message, const std::string& receiver, Notification::Kind kind) {
  return message.receiver == receiver && message.notification.kind == kind && !message.in_flight &&
         message.parts_sent == 0 && message.copy_of == 0 && !message.passed_on;
}

// What is too old to be told, taken out of the message; none if nothing is.
std::optional<Message> take_expired(Message& message, SystemTime now) {
  const auto is_old = [&](const Event& event) { return event.at + kMessageExpiry < now; };
  std::vector<Event>& events = message.notification.events;
  const bool by_event = message.notification.kind == Notification::Kind::alerts;
  if (by_event ? std::ranges::none_of(events, is_old)
               : message.notification.time + kMessageExpiry >= now) {
    return std::nullopt;
  }
  Message old = message;
  if (!by_event) {
    events.clear();
    return old;
  }
  std::erase_if(old.notification.events, [&](const Event& event) { return !is_old(event); });
  if (std::erase_if(events, is_old) > 0) {
    message.saved = false;
    ++message.revision;
  }
  return old;
}

}  // namespace

// What a write to the tables takes along.
struct Outbox::Changes {
  std::vector<Message> messages;
  std::vector<std::int64_t> removed;
  std::vector<LoggedMessage> ended;
  std::map<std::string, ReceiverCounts> counts;
  [[nodiscard]] bool empty() const {
    return messages.empty() && removed.empty() && ended.empty() && counts.empty();
  }
};

Result<> Outbox::load(store::Store& store) {
  TRY(ensure_outbox_tables(store));
  TRY_ASSIGN(auto messages, read_messages(store));
  TRY_ASSIGN(auto counts, read_counts(store));
  const MutexLock lock(mutex_);
  messages_ = std::move(messages);
  counts_ = std::move(counts);
  saved_counts_ = counts_;
  next_id_ = messages_.empty() ? 1 : messages_.back().id + 1;
  return {};
}

Message* Outbox::find(std::int64_t id) {
  const auto found = std::ranges::find(messages_, id, &Message::id);
  return found == messages_.end() ? nullptr : &*found;
}

void Outbox::drop(std::int64_t id) {
  std::erase_if(messages_, [&](const Message& message) { return message.id == id; });
  removed_.push_back(id);
}

void Outbox::end(const Message& message, Ending ending, SystemTime now, std::string reason) {
  LoggedMessage& entry = ended_.emplace_back(logged(message));
  entry.ending = ending;
  entry.ended_at = now;
  entry.reason = std::move(reason);
}

// A digest takes the place of one that waits; of alerts the two oldest become one when too many
// wait.
void Outbox::merge_into_staged(const std::string& receiver, Message& message) {
  const Notification::Kind kind = message.notification.kind;
  const auto waits = [&](const Message& other) { return mergeable(other, receiver, kind); };
  const auto oldest = std::ranges::find_if(messages_, waits);
  if (oldest == messages_.end()) return;
  if (kind == Notification::Kind::digest) {
    message.notification = merge(oldest->notification, message.notification);
    staged_removals_.push_back(oldest->id);
    messages_.erase(oldest);
    return;
  }
  if (static_cast<std::size_t>(std::ranges::count_if(messages_, waits)) < kMaxWaiting) return;
  const auto second = std::find_if(oldest + 1, messages_.end(), waits);
  Message merged = *oldest;
  merged.notification = merge(oldest->notification, second->notification);
  merged.key = dedup_key(receiver, merged.notification);
  merged.saved = false;
  ++merged.revision;
  staged_removals_.push_back(second->id);
  messages_.erase(second);
  std::erase_if(messages_, [&](const Message& other) { return other.id == merged.id; });
  staged_.push_back(std::move(merged));
}

Result<> Outbox::stage(store::Store& store, std::string receiver, Notification notification) {
  std::vector<Message> to_write;
  std::vector<std::int64_t> to_delete;
  {
    const MutexLock lock(mutex_);
    Message message;
    message.id = next_id_++;
    message.receiver = std::move(receiver);
    message.notification = std::move(notification);
    const std::size_t before = staged_.size();
    const std::size_t removals_before = staged_removals_.size();
    merge_into_staged(message.receiver, message);
    message.key = dedup_key(message.receiver, message.notification);
    staged_.push_back(std::move(message));
    to_write.assign(staged_.begin() + static_cast<std::ptrdiff_t>(before), staged_.end());
    to_delete.assign(staged_removals_.begin() + static_cast<std::ptrdiff_t>(removals_before),
                     staged_removals_.end());
  }
  const auto write = [&]() -> Result<> {
    for (const Message& message : to_write) TRY(write_message(store, message));
    for (const std::int64_t id : to_delete) TRY(delete_message(store, id));
    return {};
  };
  Result<> written = write();
  const MutexLock lock(mutex_);
  if (!written) staged_in_table_ = false;
  return written;
}

void Outbox::publish(bool committed) {
  const MutexLock lock(mutex_);
  const bool in_table = committed && staged_in_table_;
  for (Message& message : staged_) {
    message.saved = in_table;
    messages_.push_back(std::move(message));
  }
  std::ranges::sort(messages_, {}, &Message::id);
  if (!in_table) {
    removed_.insert(removed_.end(), staged_removals_.begin(), staged_removals_.end());
  }
  staged_.clear();
  staged_removals_.clear();
  staged_in_table_ = true;
}

std::optional<Message> Outbox::take(const std::string& receiver) {
  const MutexLock lock(mutex_);
  Message* next = nullptr;
  for (Message& message : messages_) {
    if (message.receiver != receiver || message.in_flight) continue;
    if (next == nullptr || message.attempts < next->attempts) next = &message;
  }
  if (next == nullptr) return std::nullopt;
  next->in_flight = true;
  return *next;
}

void Outbox::put_back(const Message& message) {
  const MutexLock lock(mutex_);
  Message* const kept = find(message.id);
  if (kept == nullptr) return;
  kept->in_flight = message.in_flight;
  if (kept->attempts == message.attempts && kept->parts_sent == message.parts_sent) return;
  kept->attempts = message.attempts;
  kept->parts_sent = message.parts_sent;
  kept->saved = false;
  ++kept->revision;
}

void Outbox::remove(const Message& message, bool delivered, SystemTime now, std::string reason) {
  const MutexLock lock(mutex_);
  drop(message.id);
  end(message, delivered ? Ending::delivered : Ending::refused, now, std::move(reason));
  ReceiverCounts& counts = counts_[message.receiver];
  if (!delivered) {
    ++counts.given_up;
    return;
  }
  ++counts.delivered;
  counts.last_success = now;
  counts.failing.reset();
  Message* const original = message.copy_of == 0 ? nullptr : find(message.copy_of);
  if (original != nullptr) {
    original->told_elsewhere = true;
    original->saved = false;
    ++original->revision;
  }
}

void Outbox::count_success(const std::string& receiver, SystemTime now) {
  const MutexLock lock(mutex_);
  ReceiverCounts& counts = counts_[receiver];
  ++counts.delivered;
  counts.last_success = now;
  if (!counts.failing) return;
  if (counts.failing->since + kLostAfter <= now) {
    LoggedMessage& entry = ended_.emplace_back(lost_contact(receiver, *counts.failing));
    entry.ending = Ending::delivered;
    entry.ended_at = now;
    entry.next_try.reset();
  }
  counts.failing.reset();
}

void Outbox::count_failure(const std::string& receiver, Failing failing) {
  const MutexLock lock(mutex_);
  ReceiverCounts& counts = counts_[receiver];
  ++counts.failed;
  if (counts.failing) failing.since = counts.failing->since;
  counts.failing = std::move(failing);
}

void Outbox::add_copy(const Message& original, const std::string& receiver) {
  Message copy;
  copy.receiver = receiver;
  copy.notification = original.notification;
  copy.notification.stands_in_for = original.receiver;
  copy.key = dedup_key(receiver, copy.notification);
  copy.copy_of = original.id;
  const MutexLock lock(mutex_);
  copy.id = next_id_++;
  messages_.push_back(std::move(copy));
}

std::vector<Message> Outbox::waiting(const std::string& receiver) const {
  const MutexLock lock(mutex_);
  std::vector<Message> waiting;
  std::ranges::copy_if(messages_, std::back_inserter(waiting), [&](const Message& message) {
    return message.receiver == receiver && !message.in_flight;
  });
  return waiting;
}

void Outbox::mark_passed_on(std::int64_t id) {
  const MutexLock lock(mutex_);
  Message* const message = find(id);
  if (message == nullptr) return;
  message->passed_on = true;
  message->saved = false;
  ++message->revision;
}

void Outbox::expire(SystemTime now) {
  const MutexLock lock(mutex_);
  std::vector<std::int64_t> gone;
  for (Message& message : messages_) {
    if (message.in_flight) continue;
    if (message.told_elsewhere && message.notification.time + kToldElsewhereKept < now) {
      end(message, Ending::elsewhere, now);
      gone.push_back(message.id);
      continue;
    }
    const std::optional<Message> old = take_expired(message, now);
    if (!old) continue;
    ReceiverCounts& counts = counts_[message.receiver];
    end(*old, Ending::expired, now, counts.failing ? counts.failing->reason : std::string());
    if (!message.notification.events.empty()) continue;
    ++counts.given_up;
    gone.push_back(message.id);
  }
  for (const std::int64_t id : gone) drop(id);
}

void Outbox::keep_only(const std::vector<std::string>& receivers, SystemTime now) {
  const auto unknown = [&](const std::string& name) {
    return std::ranges::find(receivers, name) == receivers.end();
  };
  const MutexLock lock(mutex_);
  std::vector<std::int64_t> gone;
  for (const Message& message : messages_) {
    if (!unknown(message.receiver)) continue;
    gone.push_back(message.id);
    ++counts_[message.receiver].given_up;
    end(message, Ending::removed, now);
  }
  for (const std::int64_t id : gone) drop(id);
  for (auto& [name, counts] : counts_) {
    if (unknown(name)) counts.failing.reset();
  }
}

Outbox::Changes Outbox::changes() {
  Changes changes;
  std::ranges::copy_if(messages_, std::back_inserter(changes.messages),
                       [](const Message& message) { return !message.saved; });
  changes.removed = removed_;
  // While nothing can be written the latest are kept.
  if (ended_.size() > kMaxLoggedMessages) {
    ended_.erase(ended_.begin(), ended_.end() - static_cast<std::ptrdiff_t>(kMaxLoggedMessages));
  }
  changes.ended = ended_;
  for (const auto& [receiver, counts] : counts_) {
    if (saved_counts_[receiver] != counts) changes.counts[receiver] = counts;
  }
  return changes;
}

void Outbox::settle(const Changes& written) {
  for (const Message& message : written.messages) {
    Message* const kept = find(message.id);
    if (kept != nullptr) {
      kept->saved = kept->revision == message.revision;  // else the table has the older one
    } else if (std::ranges::find(staged_, message.id, &Message::id) != staged_.end()) {
      staged_in_table_ = false;  // another was merged into it while it was written
    } else {
      removed_.push_back(message.id);  // merged away while it was written
    }
  }
  removed_.erase(removed_.begin(),
                 removed_.begin() + static_cast<std::ptrdiff_t>(written.removed.size()));
  ended_.erase(ended_.begin(), ended_.begin() + static_cast<std::ptrdiff_t>(written.ended.size()));
  for (const auto& [receiver, counts] : written.counts) saved_counts_[receiver] = counts;
}

Result<> Outbox::save(store::Store& store) {
  Changes written;
  {
    const MutexLock lock(mutex_);
    written = changes();
  }
  if (written.empty()) return {};
  TRY_ASSIGN(store::Store::Transaction transaction, store.begin());
  TRY(ensure_outbox_tables(store));  // load() may have failed
  for (const Message& message : written.messages) TRY(write_message(store, message));
  for (const std::int64_t id : written.removed) TRY(delete_message(store, id));
  for (const LoggedMessage& message : written.ended) TRY(log_message(store, message));
  for (const auto& [receiver, counts] : written.counts) {
    TRY(write_counts(store, receiver, counts));
  }
  TRY(transaction.commit());
  const MutexLock lock(mutex_);
  settle(written);
  return {};
}

std::map<std::string, std::size_t> Outbox::lengths() const {
  const MutexLock lock(mutex_);
  std::map<std::string, std::size_t> lengths;
  for (const Message& message : messages_) ++lengths[message.receiver];
  return lengths;
}

std::map<std::string, ReceiverCounts> Outbox::counts() const {
  const MutexLock lock(mutex_);
  return counts_;
}

std::vector<LoggedMessage> Outbox::unlogged(SystemTime now) const {
  const MutexLock lock(mutex_);
  std::vector<LoggedMessage> all = ended_;
  add_waiting(all, messages_, counts_, now);
  return all;
}

}  // namespace clawvigil::notify
