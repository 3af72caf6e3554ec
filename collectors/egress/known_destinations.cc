#include "collectors/egress/known_destinations.h"

#include "exporter/base/digits.h"
#include "exporter/base/milliseconds.h"

namespace clawvigil {

namespace {

constexpr Duration kForgetAfter = std::chrono::days(90);

std::string set_of(std::string_view home) { return "destinations/" + std::string(home); }
std::string learning_of(std::string_view home) { return "learning/" + std::string(home); }

}  // namespace

std::optional<SystemTime> learning_end(const EventLedger& ledger, std::string_view home) {
  const auto since = ledger.position(learning_of(home));
  const auto milliseconds = since ? parse_integer<std::int64_t>(*since) : std::nullopt;
  if (!milliseconds) return std::nullopt;
  return from_milliseconds(*milliseconds) + kEgressLearning;
}

Result<bool> note_destination(EventLedger& ledger, const store::KeyedHash& hash,
                              std::string_view home, std::string_view key, SystemTime now) {
  auto end = learning_end(ledger, home);
  if (!end) {
    TRY(ledger.set_position(learning_of(home), std::to_string(to_milliseconds(now))));
    end = now + kEgressLearning;
  }
  const std::uint64_t member = hash.short_digest("destination", key);
  const bool is_new = ledger.see(set_of(home), member, std::chrono::floor<std::chrono::days>(now));
  return is_new && now >= *end;
}

void forget_destinations(EventLedger& ledger, std::string_view home, SystemTime now) {
  ledger.forget_unseen(set_of(home), now - kForgetAfter);
}

}  // namespace clawvigil
