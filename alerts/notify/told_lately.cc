#include "alerts/notify/told_lately.h"

#include "alerts/notify/outbox_table.h"

namespace clawvigil::notify {

Result<std::vector<LoggedMessage>> told_lately(store::Store& store, const Outbox& outbox,
                                               std::size_t limit, SystemTime now) {
  std::vector<LoggedMessage> all = outbox.unlogged(now);
  TRY_ASSIGN(auto over, logged_messages(store, limit));
  all.insert(all.end(), over.begin(), over.end());
  sort_and_cut(all, limit);
  return all;
}

Result<std::vector<LoggedMessage>> told_lately(store::Store& store, std::size_t limit,
                                               SystemTime now) {
  TRY_ASSIGN(auto all, logged_messages(store, limit));
  TRY_ASSIGN(const bool begun, store.has_table("notify_failing"));
  if (begun) {
    TRY_ASSIGN(const auto messages, look_at_messages(store));
    TRY_ASSIGN(const auto counts, read_counts(store));
    add_waiting(all, messages, counts, now);
  }
  sort_and_cut(all, limit);
  return all;
}

LoggedMessage lost_contact(const std::string& receiver, const Failing& failing) {
  LoggedMessage entry;
  entry.receiver = receiver;
  entry.kind = MessageKind::lost;
  entry.made_at = failing.since;
  entry.reason = failing.reason;
  entry.next_try = failing.next_try;
  return entry;
}

void add_waiting(std::vector<LoggedMessage>& all, const std::vector<Message>& messages,
                 const std::map<std::string, ReceiverCounts>& counts, SystemTime now) {
  for (const Message& message : messages) {
    LoggedMessage& entry = all.emplace_back(logged(message));
    const auto found = counts.find(message.receiver);
    if (found == counts.end() || !found->second.failing) continue;
    entry.reason = found->second.failing->reason;
    entry.next_try = found->second.failing->next_try;
  }
  for (const auto& [receiver, count] : counts) {
    if (!count.failing || !count.failing->contact) continue;
    if (count.failing->since + kLostAfter <= now) {
      all.push_back(lost_contact(receiver, *count.failing));
    }
  }
}

}  // namespace clawvigil::notify
