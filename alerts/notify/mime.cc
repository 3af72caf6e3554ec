#include "alerts/notify/mime.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

#include "alerts/notify/split.h"
#include "exporter/base/whole_seconds.h"

namespace clawvigil::notify {

namespace {

constexpr std::size_t kMaxPlainHeader = 60;
constexpr std::size_t kMaxBodyLine = 75;  // and the "=" of a soft line break

std::string hex_byte(char c) {
  std::array<char, 4> text{};
  static_cast<void>(std::snprintf(text.data(), text.size(), "=%02X",
                                  static_cast<unsigned>(static_cast<unsigned char>(c))));
  return text.data();
}

bool is_word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("!*+-/").find(c) != std::string_view::npos;
}

std::string_view first_character(std::string_view text) {
  std::size_t size = 1;
  while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) ++size;
  return text.substr(0, size);
}

}  // namespace

std::string header_value(std::string_view text) {
  const bool plain = text.size() <= kMaxPlainHeader && text.find("=?") == std::string_view::npos &&
                     std::ranges::all_of(text, [](char c) { return c >= ' ' && c < 0x7F; });
  if (plain) return std::string(text);
  constexpr std::string_view kBegin = "=?UTF-8?Q?";
  constexpr std::string_view kEnd = "?=";
  constexpr std::size_t kMaxWord = 75;
  std::string out(kBegin);
  std::size_t length = kBegin.size();
  while (!text.empty()) {
    // A malformed run of continuation bytes is no character; no word may grow by it.
    const std::string_view character = first_character(text).substr(0, 4);
    text.remove_prefix(character.size());
    std::string encoded;
    for (const char c : character) {
      if (c == ' ') {
        encoded += '_';
      } else {
        encoded += is_word_character(c) ? std::string(1, c) : hex_byte(c);
      }
    }
    if (length + encoded.size() + kEnd.size() > kMaxWord) {
      out += kEnd;
      out += "\r\n ";
      out += kBegin;
      length = kBegin.size();
    }
    out += encoded;
    length += encoded.size();
  }
  out += kEnd;
  return out;
}

std::string quoted_printable(std::string_view text) {
  std::string out;
  std::size_t length = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n') {
      out += "\r\n";
      length = 0;
      continue;
    }
    const bool last = i + 1 == text.size() || text[i + 1] == '\n';
    const bool plain = c > ' ' && c < 0x7F && c != '=';
    const std::string encoded = plain || (c == ' ' && !last) ? std::string(1, c) : hex_byte(c);
    if (length + encoded.size() > kMaxBodyLine) {
      out += "=\r\n";
      length = 0;
    }
    out += encoded;
    length += encoded.size();
  }
  return out + "\r\n";
}

std::string mail_date(SystemTime time) {
  constexpr std::array kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                               "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t seconds = to_whole_seconds(time);
  std::tm parts{};
  static_cast<void>(::gmtime_r(&seconds, &parts));
  std::array<char, 64> text{};
  static_cast<void>(std::snprintf(text.data(), text.size(), "%s, %02d %s %04d %02d:%02d:%02d +0000",
                                  kDays.at(static_cast<std::size_t>(parts.tm_wday)), parts.tm_mday,
                                  kMonths.at(static_cast<std::size_t>(parts.tm_mon)),
                                  parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec));
  return text.data();
}

}  // namespace clawvigil::notify
