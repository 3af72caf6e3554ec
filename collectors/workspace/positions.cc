#include "collectors/workspace/positions.h"

#include <algorithm>

namespace clawvigil::workspace {

namespace {

constexpr std::string_view kBaseline = "B";
constexpr std::string_view kWatching = "W";
constexpr std::size_t kHexDigits = 2 * parse::GitId::kBytes;
constexpr std::size_t kIdsOfPart = EventLedger::kMaxPositionBytes / kHexDigits;

std::string part_name(const RepositoryPlace& place, std::size_t number) {
  return place.home + ":" + place.path + "#" + std::to_string(number);
}

std::string state_name(const RepositoryPlace& place) { return place.home + ":" + place.path; }

std::string head_name(const RepositoryPlace& place) { return state_name(place) + "@"; }

}  // namespace

Position read_position(const EventLedger& ledger, const RepositoryPlace& place) {
  Position position;
  const auto state = ledger.position(state_name(place));
  if (!state) return position;
  position.baseline = *state == kBaseline;
  if (const auto head = ledger.position(head_name(place))) {
    position.head = parse::git_id_from_hex(*head);
  }
  for (std::size_t number = 0;; ++number) {
    const auto part = ledger.position(part_name(place, number));
    if (!part) return position;
    for (std::size_t at = 0; at + kHexDigits <= part->size(); at += kHexDigits) {
      const auto id = parse::git_id_from_hex(part->substr(at, kHexDigits));
      if (id) position.frontier.push_back(*id);
    }
  }
}

Result<> write_position(EventLedger& ledger, const RepositoryPlace& place,
                        const Position& position) {
  TRY(ledger.set_position(state_name(place),
                          std::string(position.baseline ? kBaseline : kWatching)));
  TRY(write_head(ledger, place, position.head));
  std::size_t number = 0;
  for (std::size_t at = 0; at < position.frontier.size(); at += kIdsOfPart) {
    const std::size_t end = std::min(at + kIdsOfPart, position.frontier.size());
    std::string part;
    for (std::size_t i = at; i < end; ++i) part += parse::to_hex(position.frontier[i]);
    TRY(ledger.set_position(part_name(place, number++), std::move(part)));
  }
  while (ledger.position(part_name(place, number))) {
    ledger.forget_position(part_name(place, number++));
  }
  return {};
}

Result<> write_head(EventLedger& ledger, const RepositoryPlace& place,
                    const std::optional<parse::GitId>& head) {
  return ledger.set_position(head_name(place), head ? parse::to_hex(*head) : std::string());
}

Result<> begin_watching(EventLedger& ledger, const RepositoryPlace& place) {
  if (ledger.position(state_name(place))) return {};
  return ledger.set_position(state_name(place), std::string(kWatching));
}

std::string known_authors(const RepositoryPlace& place) { return "authors:" + state_name(place); }

}  // namespace clawvigil::workspace
