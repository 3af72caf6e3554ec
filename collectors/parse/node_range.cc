#include "collectors/parse/node_range.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "exporter/base/digits.h"
#include "exporter/base/strings.h"

namespace clawvigil::parse {

namespace {

using Version = std::array<std::uint32_t, 3>;

constexpr std::size_t kMaxRange = 512;

// "24", "24.1", "24.x", "*": the versions from `low` up to, not including, `high`.
struct Partial {
  Version low{};
  std::size_t parts = 0;  // numbers given; 3: one version
};

// Up to three numbers; nullopt for anything else.
std::optional<Partial> parse_partial(std::string_view text) {
  if (text.starts_with('v')) text.remove_prefix(1);
  Partial partial;
  bool wild = false;
  const std::vector<std::string_view> parts = split(text, '.');
  if (parts.size() > partial.low.size()) return std::nullopt;
  for (const std::string_view part : parts) {
    if (part == "x" || part == "X" || part == "*" || (part.empty() && parts.size() == 1)) {
      wild = true;
      continue;
    }
    const auto number = parse_integer<std::uint32_t>(part);
    constexpr std::uint32_t kMax = 1'000'000;
    if (!number || *number > kMax || wild) return std::nullopt;
    partial.low.at(partial.parts++) = *number;
  }
  return partial;
}

// The first version behind those that agree with the first `parts` numbers.
std::optional<Version> next_after(const Version& version, std::size_t parts) {
  if (parts == 0) return std::nullopt;  // nothing is behind all of them
  Version next{};
  for (std::size_t i = 0; i < parts; ++i) next.at(i) = version.at(i);
  ++next.at(parts - 1);
  return next;
}

// How many numbers "^1.2.3" keeps: up to the first that is not 0.
std::size_t caret_parts(const Partial& partial) {
  for (std::size_t i = 0; i < partial.parts; ++i) {
    if (partial.low.at(i) != 0) return i + 1;
  }
  return partial.parts;
}

bool is_below(const Version& version, const std::optional<Version>& bound) {
  return !bound || version < *bound;
}

std::optional<bool> matches(const Version& version, std::string_view comparator) {
  constexpr std::array<std::string_view, 7> kOperators = {">=", "<=", ">", "<", "=", "^", "~"};
  std::string_view name;
  for (const std::string_view candidate : kOperators) {
    if (!comparator.starts_with(candidate)) continue;
    name = candidate;
    break;
  }
  const auto partial = parse_partial(trim(comparator.substr(name.size())));
  if (!partial) return std::nullopt;
  const auto behind = next_after(partial->low, partial->parts);
  if (name == ">=") return version >= partial->low;
  if (name == "<") return version < partial->low;
  if (name == ">") return behind && version >= *behind;
  if (name == "<=") return is_below(version, behind);
  std::size_t parts = partial->parts;
  if (name == "^") parts = caret_parts(*partial);
  if (name == "~" && parts > 2) parts = 2;
  return version >= partial->low && is_below(version, next_after(partial->low, parts));
}

// ">= 22 < 25" as comparators: a blank behind an operator belongs to it.
std::vector<std::string> comparators_of(std::string_view text) {
  std::vector<std::string> found;
  bool open = false;
  for (const std::string_view word : split(text, ' ')) {
    if (word.empty()) continue;
    if (open) {
      found.back().append(word);
    } else {
      found.emplace_back(word);
    }
    open = word.find_first_not_of("<>=^~") == std::string_view::npos;
  }
  if (found.empty()) found.emplace_back("*");
  return found;
}

}  // namespace

std::optional<bool> is_in_node_range(std::string_view version, std::string_view range) {
  const auto own = parse_partial(trim(version));
  if (!own || own->parts != own->low.size() || range.size() > kMaxRange) return std::nullopt;
  bool any = false;
  while (true) {
    const std::size_t end = range.find("||");
    bool all = true;
    for (const std::string& comparator : comparators_of(range.substr(0, end))) {
      const auto match = matches(own->low, comparator);
      if (!match) return std::nullopt;
      all = all && *match;
    }
    any = any || all;
    if (end == std::string_view::npos) return any;
    range.remove_prefix(end + 2);
  }
}

}  // namespace clawvigil::parse
