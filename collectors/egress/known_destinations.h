// Which destinations a gateway is known to connect to, kept in the state database as keyed hashes.
// A destination that was not seen for 90 days, or the longest unseen of more than 10,000, is
// forgotten and then new again. Times are kept by the day, so that what is known costs no writing.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/collect/event_ledger.h"
#include "exporter/store/keyed_hash.h"

namespace clawvigil {

// Weekly jobs come twice before anything is called new.
inline constexpr Duration kEgressLearning = std::chrono::days(14);

// Notes a destination (destination_key) of a home. True if it is new and the home has learned long
// enough for that to mean something. Errors of EventLedger::set_position.
[[nodiscard]] Result<bool> note_destination(EventLedger& ledger, const store::KeyedHash& hash,
                                            std::string_view home, std::string_view key,
                                            SystemTime now);

// Until when the home learns; nullopt before it was ever seen to connect anywhere.
[[nodiscard]] std::optional<SystemTime> learning_end(const EventLedger& ledger,
                                                     std::string_view home);

// Forgets what is too old.
void forget_destinations(EventLedger& ledger, std::string_view home, SystemTime now);

}  // namespace clawvigil
