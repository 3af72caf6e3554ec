// What was told lately, for the page and `clawvigil notify log`: the log of what is over and what
// still waits.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "alerts/notify/message_log.h"
#include "alerts/notify/outbox.h"

namespace clawvigil::notify {

// As sort_and_cut() leaves it. In the daemon: from memory where the log does not have it yet.
[[nodiscard]] Result<std::vector<LoggedMessage>> told_lately(store::Store& store,
                                                             const Outbox& outbox,
                                                             std::size_t limit, SystemTime now);
// Beside the daemon: as the tables have it. Writes nothing.
[[nodiscard]] Result<std::vector<LoggedMessage>> told_lately(store::Store& store, std::size_t limit,
                                                             SystemTime now);

// Since when nothing reaches a receiver that gets no messages.
[[nodiscard]] LoggedMessage lost_contact(const std::string& receiver, const Failing& failing);
// Adds what waits, with why and until when, and what has been out of reach for kLostAfter.
void add_waiting(std::vector<LoggedMessage>& all, const std::vector<Message>& messages,
                 const std::map<std::string, ReceiverCounts>& counts, SystemTime now);

}  // namespace clawvigil::notify
