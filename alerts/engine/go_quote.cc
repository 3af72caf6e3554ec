// %q of Go's fmt, which is strconv.Quote: https://pkg.go.dev/strconv#Quote
#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "alerts/engine/go_format.h"
#include "exporter/base/strings.h"

namespace clawvigil::alerts::go {

namespace {

// What Unicode 14 has of controls, format characters, surrogates, private use and separators: Go
// escapes them. What is not assigned it escapes too; here it stays as it is.
constexpr std::array<std::pair<std::uint32_t, std::uint32_t>, 27> kInvisible{
    {{0x80, 0xa0},       {0xad, 0xad},       {0x600, 0x605},      {0x61c, 0x61c},
     {0x6dd, 0x6dd},     {0x70f, 0x70f},     {0x890, 0x891},      {0x8e2, 0x8e2},
     {0x1680, 0x1680},   {0x180e, 0x180e},   {0x2000, 0x200f},    {0x2028, 0x202f},
     {0x205f, 0x2064},   {0x2066, 0x206f},   {0x3000, 0x3000},    {0xd800, 0xf8ff},
     {0xfeff, 0xfeff},   {0xfff9, 0xfffb},   {0x110bd, 0x110bd},  {0x110cd, 0x110cd},
     {0x13430, 0x13438}, {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a},  {0xe0001, 0xe0001},
     {0xe0020, 0xe007f}, {0xf0000, 0xffffd}, {0x100000, 0x10fffd}}};

bool is_invisible(std::uint32_t rune) {
  return std::ranges::any_of(
      kInvisible, [&](const auto& range) { return range.first <= rune && rune <= range.second; });
}

// \x1b, \u200b, \U000e0001
void append_escape(std::string& out, char kind, std::size_t digits, std::uint32_t value) {
  constexpr std::string_view kHex = "0123456789abcdef";
  constexpr unsigned kBits = 4;
  out += '\\';
  out += kind;
  for (std::size_t i = digits; i > 0; --i) out += kHex[(value >> (kBits * (i - 1))) & 0xFU];
}

void append_ascii(std::string& out, char c) {
  constexpr std::string_view kNamed = "\a\b\f\n\r\t\v\\\"";
  constexpr std::string_view kNames = "abfnrtv\\\"";
  const auto byte = static_cast<unsigned char>(c);
  if (const std::size_t named = kNamed.find(c); named != std::string_view::npos) {
    out += '\\';
    out += kNames[named];
  } else if (byte < 0x20U || byte == 0x7FU) {
    append_escape(out, 'x', 2, byte);
  } else {
    out += c;
  }
}

std::uint32_t rune_of(std::string_view sequence) {
  constexpr std::array<unsigned, 5> kLead{0, 0x7F, 0x1F, 0x0F, 0x07};
  std::uint32_t rune = static_cast<unsigned char>(sequence.front()) & kLead.at(sequence.size());
  for (const char c : sequence.substr(1)) {
    rune = (rune << 6U) | (static_cast<unsigned char>(c) & 0x3FU);
  }
  return rune;
}

// Of the well-formed sequence at the start; 0: there is none.
std::size_t sequence_length(std::string_view text) {
  for (std::size_t length = 1; length <= std::min<std::size_t>(4, text.size()); ++length) {
    if (is_valid_utf8(text.substr(0, length))) return length;
  }
  return 0;
}

}  // namespace

std::string quoted(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    const std::string_view sequence = text.substr(0, std::max<std::size_t>(length, 1));
    if (length == 0) {
      append_escape(out, 'x', 2, static_cast<unsigned char>(text.front()));
    } else if (length == 1) {
      append_ascii(out, text.front());
    } else if (const std::uint32_t rune = rune_of(sequence); !is_invisible(rune)) {
      out += sequence;
    } else if (rune < 0x10000U) {
      append_escape(out, 'u', 4, rune);
    } else {
      append_escape(out, 'U', 8, rune);
    }
    text.remove_prefix(sequence.size());
  }
  return out + '"';
}

}  // namespace clawvigil::alerts::go
