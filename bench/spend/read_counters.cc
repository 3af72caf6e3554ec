#include <array>
#include <charconv>
#include <cmath>
#include <fstream>
#include <string_view>

#include "bench/spend/series.h"

namespace clawvigil::spend {
namespace {

constexpr std::size_t kColumns = 17;
constexpr std::size_t kUsd = 6, kInput = 7, kOutput = 8, kSeen = 16;

std::optional<std::array<std::string_view, kColumns>> split(std::string_view line) {
  std::array<std::string_view, kColumns> cells;
  for (std::size_t column = 0; column < kColumns; ++column) {
    const std::size_t comma = line.find(',');
    if ((comma == line.npos) != (column + 1 == kColumns)) return std::nullopt;
    cells[column] = line.substr(0, comma);
    line.remove_prefix(comma == line.npos ? line.size() : comma + 1);
  }
  return cells;
}

template <typename Number>
Number number_of(std::string_view text) {
  Number number{};
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// seed.json is one line of our own.
std::int64_t member(const std::string& json, std::string_view name) {
  const std::string quoted = "\"" + std::string(name) + "\": ";
  const std::size_t at = json.find(quoted);
  return at == json.npos
             ? 0
             : number_of<std::int64_t>(std::string_view(json).substr(at + quoted.size()));
}

}  // namespace

std::optional<Counters> read_counters(const std::filesystem::path& directory) {
  std::string line;
  std::ifstream seed(directory / "seed.json");
  if (!std::getline(seed, line)) return std::nullopt;
  Counters counters;
  counters.first_minute = member(line, "first_minute");
  const std::int64_t count = member(line, "end_minute") - counters.first_minute + 1;
  if (count <= 1) return std::nullopt;
  counters.cost.assign(static_cast<std::size_t>(count), 0);
  counters.tokens = counters.cost;
  std::ifstream use(directory / "use.csv");
  std::getline(use, line);
  while (std::getline(use, line)) {
    const auto cells = split(line);
    if (!cells) return std::nullopt;
    const std::int64_t at = number_of<std::int64_t>((*cells)[kSeen]) - counters.first_minute + 1;
    if (at < 1 || at >= count) return std::nullopt;
    counters.cost[static_cast<std::size_t>(at)] +=
        std::round(number_of<double>((*cells)[kUsd]) * 1e6);
    counters.tokens[static_cast<std::size_t>(at)] +=
        number_of<double>((*cells)[kInput]) + number_of<double>((*cells)[kOutput]);
  }
  for (auto* series : {&counters.cost, &counters.tokens}) {
    for (std::size_t at = 1; at < series->size(); ++at) (*series)[at] += (*series)[at - 1];
  }
  return counters;
}

}  // namespace clawvigil::spend
