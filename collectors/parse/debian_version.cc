#include "collectors/parse/debian_version.h"

#include <algorithm>

#include "exporter/base/digits.h"

namespace clawvigil::parse {

namespace {

struct Parts {
  std::string_view epoch;
  std::string_view upstream;
  std::string_view revision;
};

Parts split_version(std::string_view text) {
  Parts parts;
  if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
    parts.epoch = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  const std::size_t dash = text.rfind('-');
  parts.upstream = text.substr(0, dash);
  if (dash != std::string_view::npos) parts.revision = text.substr(dash + 1);
  return parts;
}

std::string_view take_digits(std::string_view& text) {
  const auto* const end = std::ranges::find_if_not(text, is_digit);
  const auto count = static_cast<std::size_t>(end - text.begin());
  std::string_view digits = text.substr(0, count);
  text.remove_prefix(count);
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
  return digits;
}

int compare_numbers(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  return a.compare(b);
}

// '~' sorts before the end, letters before everything else; a digit ends the text like the end.
int weight(std::string_view text) {
  if (text.empty() || is_digit(text.front())) return 0;
  const char c = text.front();
  if (c == '~') return -1;
  const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  constexpr int kAfterLetters = 256;
  return static_cast<unsigned char>(c) + (is_letter ? 0 : kAfterLetters);
}

// Takes turns of text and number, as verrevcmp() of dpkg.
int compare_fragments(std::string_view a, std::string_view b) {
  while (!a.empty() || !b.empty()) {
    while ((!a.empty() && !is_digit(a.front())) || (!b.empty() && !is_digit(b.front()))) {
      const int difference = weight(a) - weight(b);
      if (difference != 0) return difference;
      a.remove_prefix(1);
      b.remove_prefix(1);
    }
    const std::string_view number_a = take_digits(a);
    const std::string_view number_b = take_digits(b);
    if (const int difference = compare_numbers(number_a, number_b)) return difference;
  }
  return 0;
}

}  // namespace

int compare_debian_versions(std::string_view a, std::string_view b) {
  const Parts left = split_version(a);
  const Parts right = split_version(b);
  if (const int difference = compare_fragments(left.epoch, right.epoch)) return difference;
  if (const int difference = compare_fragments(left.upstream, right.upstream)) return difference;
  return compare_fragments(left.revision, right.revision);
}

}  // namespace clawvigil::parse
