#include "alerts/engine/readable.h"

#include <array>
#include <vector>

#include "exporter/base/digits.h"

namespace clawvigil::alerts {

namespace {

constexpr std::string_view kUnits = "dhms";
constexpr std::array<std::string_view, 4> kFrench{" j", " h", " min", " s"};

struct Amount {
  std::string_view number;
  std::size_t unit = 0;  // of kUnits
};

bool is_part_of_word(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.';
}

// The amounts at the beginning of `text`: from some unit down to seconds, none left out, at least
// two. `size` is what they take.
std::vector<Amount> amounts_at(std::string_view text, std::size_t& size) {
  std::vector<Amount> amounts;
  std::size_t at = 0;
  while (true) {
    std::size_t end = at;
    while (end < text.size() && is_digit(text[end])) ++end;
    if (end == at || end == text.size()) return {};
    const std::size_t unit = kUnits.find(text[end]);
    if (unit == std::string_view::npos || (!amounts.empty() && unit != amounts.back().unit + 1))
      return {};
    amounts.push_back({text.substr(at, end - at), unit});
    at = end + 1;
    if (unit + 1 == kUnits.size()) break;
    if (at == text.size() || text[at] != ' ') return {};
    ++at;
  }
  const bool cut = at < text.size() && text[at] != '.' && is_part_of_word(text[at]);
  if (amounts.size() < 2 || cut) return {};
  size = at;
  return amounts;
}

// Behind "1d " goes on what began before.
bool goes_on(std::string_view before) {
  const std::size_t size = before.size();
  return size >= 3 && before[size - 1] == ' ' &&
         kUnits.find(before[size - 2]) != std::string_view::npos && is_digit(before[size - 3]);
}

std::string written(const Amount& amount, bool french) {
  std::string text(amount.number);
  return text += french ? kFrench.at(amount.unit) : kUnits.substr(amount.unit, 1);
}

}  // namespace

std::string with_coarse_durations(std::string_view text, bool french) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t size = 0;
    std::vector<Amount> amounts;
    const bool begins = is_digit(text[i]) && (i == 0 || !is_part_of_word(text[i - 1])) &&
                        !goes_on(text.substr(0, i));
    if (begins) amounts = amounts_at(text.substr(i), size);
    if (amounts.empty()) {
      out += text[i++];
      continue;
    }
    out += written(amounts[0], french);
    if (amounts[1].number != "0") out += " " + written(amounts[1], french);
    i += size;
  }
  return out;
}

}  // namespace clawvigil::alerts
