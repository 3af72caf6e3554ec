#include "alerts/promql/literal.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "exporter/base/digits.h"
#include "exporter/base/strings.h"

namespace clawvigil::promql {
namespace {

bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

template <class Number>
bool from_all(std::string_view text, Number& number, auto... format) {
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const auto [stop, error] = std::from_chars(begin, end, number, format...);
  return error == std::errc() && stop == end;
}

// Underscores only between digits (and after 0x), as in Go; the text without them.
std::optional<std::string> without_underscores(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '_') {
      plain += text[i];
      continue;
    }
    const bool between = i > 0 && i + 1 < text.size() && text[i - 1] != '_' && text[i + 1] != '_' &&
                         text[i - 1] != '.' && text[i + 1] != '.';
    if (!between) return std::nullopt;
  }
  return plain;
}

struct Unit {
  std::string_view name;
  TimeMs milliseconds;
};
constexpr std::array<Unit, 7> kUnits{{{"y", 365LL * 24 * 3600 * 1000},
                                      {"w", 7LL * 24 * 3600 * 1000},
                                      {"d", 24LL * 3600 * 1000},
                                      {"h", 3600LL * 1000},
                                      {"m", 60LL * 1000},
                                      {"s", 1000},
                                      {"ms", 1}}};
constexpr TimeMs kMaxDuration = std::numeric_limits<std::int64_t>::max() / 1'000'000;

void append_utf8(std::string& out, std::uint32_t code) {
  const auto byte = [&](std::uint32_t value) { out += static_cast<char>(value); };
  if (code < 0x80U) {
    byte(code);
  } else if (code < 0x800U) {
    byte(0xC0U | (code >> 6U));
    byte(0x80U | (code & 0x3FU));
  } else if (code < 0x10000U) {
    byte(0xE0U | (code >> 12U));
    byte(0x80U | ((code >> 6U) & 0x3FU));
    byte(0x80U | (code & 0x3FU));
  } else {
    byte(0xF0U | (code >> 18U));
    byte(0x80U | ((code >> 12U) & 0x3FU));
    byte(0x80U | ((code >> 6U) & 0x3FU));
    byte(0x80U | (code & 0x3FU));
  }
}

// \x41, \101, \u0041, \U00000041: `digits` of `base` from the front of `rest`.
bool take_code(std::string_view& rest, std::size_t digits, int base, std::uint32_t& code) {
  if (rest.size() < digits) return false;
  const char* const begin = rest.data();
  const char* const end = begin + digits;
  const auto [stop, error] = std::from_chars(begin, end, code, base);
  if (error != std::errc() || stop != end) return false;
  rest.remove_prefix(digits);
  return true;
}

// One escape after its backslash, taken from the front of `rest`.
bool take_escape(std::string_view& rest, char quote, std::string& out) {
  constexpr std::string_view kLetters = "abfnrtv\\";
  constexpr std::string_view kMeanings = "\a\b\f\n\r\t\v\\";
  if (rest.empty()) return false;
  const char letter = rest.front();
  if (letter == quote) {
    rest.remove_prefix(1);
    out += letter;
    return true;
  }
  if (const auto at = kLetters.find(letter); at != std::string_view::npos) {
    rest.remove_prefix(1);
    out += kMeanings[at];
    return true;
  }
  std::uint32_t code = 0;
  if (letter >= '0' && letter <= '7') {
    if (!take_code(rest, 3, 8, code) || code > 0xFFU) return false;
    out += static_cast<char>(code);
    return true;
  }
  std::size_t digits = 0;
  if (letter == 'x') digits = 2;
  if (letter == 'u') digits = 4;
  if (letter == 'U') digits = 8;
  if (digits == 0) return false;
  rest.remove_prefix(1);
  if (!take_code(rest, digits, 16, code)) return false;
  if (letter == 'x') {
    out += static_cast<char>(code);
    return true;
  }
  if (code > 0x10FFFFU || (code >= 0xD800U && code <= 0xDFFFU)) return false;
  append_utf8(out, code);
  return true;
}

}  // namespace

std::optional<double> parse_number(std::string_view text) {
  const std::string lower = to_lower_ascii(text);
  if (lower == "inf") return std::numeric_limits<double>::infinity();
  if (lower == "nan") return std::numeric_limits<double>::quiet_NaN();
  const std::optional<std::string> plain = without_underscores(lower);
  if (!plain || plain->empty() || is_alpha(plain->front())) return std::nullopt;
  std::uint64_t integer = 0;
  if (plain->starts_with("0x")) {
    if (from_all(std::string_view(*plain).substr(2), integer, 16)) {
      return static_cast<double>(integer);
    }
    return std::nullopt;
  }
  if (plain->size() > 1 && plain->starts_with('0') && from_all(*plain, integer, 8)) {
    return static_cast<double>(integer);
  }
  double number = 0;
  const char* const end = plain->data() + plain->size();
  const auto [stop, error] = std::from_chars(plain->data(), end, number);
  if (stop != end) return std::nullopt;
  if (error == std::errc::result_out_of_range) {
    return std::nullopt;
  }
  if (error != std::errc()) return std::nullopt;
  return number;
}

std::optional<TimeMs> parse_duration(std::string_view text) {
  if (text == "0") return 0;
  if (text.empty()) return std::nullopt;
  TimeMs total = 0;
  std::size_t next_unit = 0;
  while (!text.empty()) {
    const auto digits =
        static_cast<std::size_t>(std::ranges::find_if_not(text, is_digit) - text.begin());
    std::int64_t count = 0;
    if (digits == 0 || !from_all(text.substr(0, digits), count)) return std::nullopt;
    text.remove_prefix(digits);
    const auto letters =
        static_cast<std::size_t>(std::ranges::find_if(text, is_digit) - text.begin());
    const auto* const unit =
        std::find_if(kUnits.begin() + static_cast<std::ptrdiff_t>(next_unit), kUnits.end(),
                     [&](const Unit& known) { return known.name == text.substr(0, letters); });
    if (unit == kUnits.end()) return std::nullopt;
    next_unit = static_cast<std::size_t>(unit - kUnits.begin()) + 1;
    text.remove_prefix(letters);
    if (count > (kMaxDuration - total) / unit->milliseconds) return std::nullopt;
    total += count * unit->milliseconds;
  }
  return total;
}

Result<std::string> unquote(std::string_view literal) {
  if (literal.size() < 2 || literal.front() != literal.back()) {
    return fail(Errc::parse, "unterminated quoted string");
  }
  const char quote = literal.front();
  std::string_view rest = literal.substr(1, literal.size() - 2);
  if (quote == '`') return std::string(rest);
  std::string text;
  text.reserve(rest.size());
  while (!rest.empty()) {
    const char c = rest.front();
    rest.remove_prefix(1);
    if (c != '\\') {
      text += c;
    } else if (!take_escape(rest, quote, text)) {
      return fail(Errc::parse, "unknown escape sequence in a quoted string");
    }
  }
  return text;
}

std::string quote(std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  const bool valid = is_valid_utf8(text);
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (byte < 0x20U || byte == 0x7FU || (byte >= 0x80U && !valid)) {
      out += "\\x";
      out += kHex[byte >> 4U];
      out += kHex[byte & 0xFU];
    } else {
      out += c;
    }
  }
  return out + '"';
}

bool is_label_name(std::string_view text) {
  return !text.empty() && is_alpha(text.front()) &&
         std::ranges::all_of(text, [](char c) { return is_alpha(c) || is_digit(c); });
}

bool is_metric_name(std::string_view text) {
  const auto begins = [](char c) { return is_alpha(c) || c == ':'; };
  return !text.empty() && begins(text.front()) &&
         std::ranges::all_of(text, [&](char c) { return begins(c) || is_digit(c); });
}

namespace {
std::string special_float(double value) {
  if (std::isnan(value)) return "NaN";
  return value > 0 ? "+Inf" : "-Inf";
}
}  // namespace

std::string format_float(double value) {
  if (!std::isfinite(value)) return special_float(value);
  std::array<char, 32> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return error == std::errc() ? std::string(buffer.data(), end) : std::string();
}

std::string format_float_plain(double value) {
  if (!std::isfinite(value)) return special_float(value);
  std::array<char, 1100> buffer{};  // the smallest subnormal has 1074 places
  const auto [end, error] =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed);
  return error == std::errc() ? std::string(buffer.data(), end) : std::string();
}

}  // namespace clawvigil::promql
