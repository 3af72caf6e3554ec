#include "collectors/limits/unit_ledger.h"

#include <algorithm>
#include <array>

#include "collectors/limits_families.h"
#include "exporter/base/digits.h"
#include "exporter/base/strings.h"

namespace clawvigil::limits {

namespace {

using limits_families::kMemoryEvents;
using limits_families::kRestarts;

constexpr std::size_t kNumbers = 4;
using Numbers = std::array<std::uint64_t, kNumbers>;
constexpr std::array<std::string_view, kNumbers> kEvents{"high", "max", "oom", "oom_kill"};

Numbers numbers_of(const MemoryEventCounts& counts) {
  return {counts.high, counts.max, counts.oom, counts.oom_kill};
}

// The last look, as a position of the ledger: "<boot> <identity> <own …> <slice …>".
struct LastLook {
  std::string boot;
  std::uint64_t identity = 0;
  Numbers own{};
  Numbers slice{};
};

std::string write_look(const LastLook& look) {
  std::string text = look.boot + " " + std::to_string(look.identity);
  for (const std::uint64_t number : look.own) text += " " + std::to_string(number);
  for (const std::uint64_t number : look.slice) text += " " + std::to_string(number);
  return text;
}

std::optional<LastLook> read_look(std::string_view text) {
  const auto words = split(text, ' ');
  if (words.size() != 2 + 2 * kNumbers) return std::nullopt;
  std::array<std::uint64_t, 1 + 2 * kNumbers> numbers{};
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto number = parse_integer<std::uint64_t>(words[i + 1]);
    if (!number) return std::nullopt;
    numbers[i] = *number;
  }
  LastLook look{std::string(words[0]), numbers[0], {}, {}};
  std::copy_n(numbers.begin() + 1, kNumbers, look.own.begin());
  std::copy_n(numbers.begin() + 1 + kNumbers, kNumbers, look.slice.begin());
  return look;
}

std::uint64_t gained(std::uint64_t now, std::uint64_t before) {
  return now >= before ? now - before : now;
}

std::string source_of(std::string_view kind, const UnitKey& key) {
  return std::string(kind) + "/" + std::string(key.manager) + "/" + std::string(key.home) + "/" +
         std::string(key.unit);
}

}  // namespace

Result<> count_memory_events(EventLedger& ledger, const UnitKey& key, const MemoryLook& look) {
  const std::string source = source_of("memory", key);
  const auto position = ledger.position(source);
  const auto last = position ? read_look(*position) : std::nullopt;
  LastLook next{look.boot, look.identity, numbers_of(look.own), {}};
  if (look.slice) next.slice = numbers_of(*look.slice);
  TRY(ledger.set_position(source, write_look(next)));
  for (std::size_t i = 0; i < kNumbers; ++i) {
    ledger.declare(kMemoryEvents, key.home, key.unit, key.manager, kEvents[i]);
    if (!last) continue;
    const bool same_boot = last->boot == look.boot;
    const bool same_cgroup = same_boot && last->identity == look.identity;
    std::uint64_t count = same_cgroup ? gained(next.own[i], last->own[i]) : next.own[i];
    if (same_boot && !same_cgroup && next.slice[i] > last->slice[i]) {
      count = std::max(count, next.slice[i] - last->slice[i]);
    }
    ledger.add(kMemoryEvents, static_cast<double>(count), key.home, key.unit, key.manager,
               kEvents[i]);
  }
  return {};
}

Result<> count_restarts(EventLedger& ledger, const UnitKey& key, std::uint64_t restarts) {
  const std::string source = source_of("restarts", key);
  const auto position = ledger.position(source);
  const auto last = position ? parse_integer<std::uint64_t>(*position) : std::nullopt;
  TRY(ledger.set_position(source, std::to_string(restarts)));
  ledger.declare(kRestarts, key.home, key.unit, key.manager);
  const std::uint64_t count = last == restarts ? 0 : gained(restarts, last.value_or(0));
  ledger.add(kRestarts, static_cast<double>(count), key.home, key.unit, key.manager);
  return {};
}

}  // namespace clawvigil::limits
