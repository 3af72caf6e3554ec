#include "collectors/updates/waiting.h"

#include <algorithm>

namespace clawvigil::updates {

std::optional<SystemTime> waiting_since(EventLedger& ledger, std::string_view name,
                                        std::span<const std::uint64_t> waiting, SystemTime now) {
  const bool known = std::ranges::all_of(
      waiting, [&](std::uint64_t key) { return ledger.member(name, key).has_value(); });
  if (!known || ledger.seen_since(name, SystemTime()) != waiting.size()) {
    for (const std::uint64_t key : waiting) ledger.see(name, key, now);
    ledger.forget_unseen(name, now);
  }
  std::optional<SystemTime> since;
  for (const std::uint64_t key : waiting) {
    const auto member = ledger.member(name, key);
    if (member) since = std::min(since.value_or(member->first_seen), member->first_seen);
  }
  return since;
}

}  // namespace clawvigil::updates
