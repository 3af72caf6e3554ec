#include "exporter/base/json5.h"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "exporter/base/json5_cursor.h"
#include "exporter/base/strings.h"

namespace clawvigil {

namespace {

using json5::Cursor;
using json5::is_digit;
using json5::is_identifier_part;
using json5::is_identifier_start;
using json5::is_line_terminator;
using json5::is_space;
using json5::kEnd;
using nlohmann::json;

constexpr char32_t kReplacement = 0xFFFD;

std::optional<std::uint32_t> hex_value(char32_t c) {
  constexpr std::uint32_t kTen = 10;
  if (is_digit(c)) return static_cast<std::uint32_t>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<std::uint32_t>(c - 'a') + kTen;
  if (c >= 'A' && c <= 'F') return static_cast<std::uint32_t>(c - 'A') + kTen;
  return std::nullopt;
}

void append_utf8(std::string& out, char32_t c) {
  const auto byte = [&out](char32_t value) { out.push_back(static_cast<char>(value)); };
  if (c < 0x80) {
    byte(c);
  } else if (c < 0x800) {
    byte(0xC0 | (c >> 6));
    byte(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    byte(0xE0 | (c >> 12));
    byte(0x80 | ((c >> 6) & 0x3F));
    byte(0x80 | (c & 0x3F));
  } else {
    byte(0xF0 | (c >> 18));
    byte(0x80 | ((c >> 12) & 0x3F));
    byte(0x80 | ((c >> 6) & 0x3F));
    byte(0x80 | (c & 0x3F));
  }
}

class Parser {
 public:
  explicit Parser(std::string_view text) : cursor_(text) {}

  Result<json> document() {
    TRY(skip_space());
    TRY_ASSIGN(json value, this->value(0));
    TRY(skip_space());
    if (cursor_.peek() != kEnd) return cursor_.error("the end of the text");
    return value;
  }

 private:
  Result<> skip_space() {
    while (true) {
      if (is_space(cursor_.peek())) {
        cursor_.next();
      } else if (cursor_.accept("//")) {
        while (cursor_.peek() != kEnd && !is_line_terminator(cursor_.peek())) cursor_.next();
      } else if (cursor_.accept("/*")) {
        while (!cursor_.accept("*/")) {
          if (cursor_.next() == kEnd) return cursor_.error("*/");
        }
      } else {
        return {};
      }
    }
  }

  Result<json> value(std::size_t depth) {
    const char32_t c = cursor_.peek();
    if ((c == '{' || c == '[') && depth >= kJson5MaxDepth) {
      return cursor_.error("at most " + std::to_string(kJson5MaxDepth) + " levels of nesting");
    }
    if (c == '{') return object(depth + 1);
    if (c == '[') return array(depth + 1);
    if (c == '"' || c == '\'') {
      TRY_ASSIGN(std::string text, string());
      return json(std::move(text));
    }
    if (is_digit(c) || c == '.' || c == '+' || c == '-') return number();
    return word();
  }

  Result<json> word() {
    json result;
    if (cursor_.accept("true")) {
      result = true;
    } else if (cursor_.accept("false")) {
      result = false;
    } else if (cursor_.accept("NaN")) {
      result = std::numeric_limits<double>::quiet_NaN();
    } else if (cursor_.accept("Infinity")) {
      result = std::numeric_limits<double>::infinity();
    } else if (!cursor_.accept("null")) {
      return cursor_.error("a value");
    }
    if (is_identifier_part(cursor_.peek())) return cursor_.error("the end of the value");
    return result;
  }

  Result<json> object(std::size_t depth) {
    json result = json::object();
    cursor_.next();
    while (true) {
      TRY(skip_space());
      if (cursor_.accept("}")) return result;
      TRY_ASSIGN(std::string name, key());
      TRY(skip_space());
      if (!cursor_.accept(":")) return cursor_.error("':' after a key");
      TRY(skip_space());
      TRY_ASSIGN(result[std::move(name)], value(depth));
      TRY(skip_space());
      if (!cursor_.accept(",") && cursor_.peek() != '}') return cursor_.error("',' or '}'");
    }
  }

  Result<json> array(std::size_t depth) {
    json result = json::array();
    cursor_.next();
    while (true) {
      TRY(skip_space());
      if (cursor_.accept("]")) return result;
      TRY_ASSIGN(json element, value(depth));
      result.push_back(std::move(element));
      TRY(skip_space());
      if (!cursor_.accept(",") && cursor_.peek() != ']') return cursor_.error("',' or ']'");
    }
  }

  Result<std::string> key() {
    if (cursor_.peek() == '"' || cursor_.peek() == '\'') return string();
    std::string result;
    while (true) {
      char32_t c = cursor_.peek();
      const bool escaped = c == '\\';
      if (escaped) {
        cursor_.next();
        if (!cursor_.accept("u")) return cursor_.error("'u' after '\\' in a key");
        TRY_ASSIGN(c, hex_digits(4));
      }
      if (!(result.empty() ? is_identifier_start(c) : is_identifier_part(c))) {
        if (result.empty() || escaped) return cursor_.error("a key");
        return result;
      }
      append_utf8(result, is_surrogate(c) ? kReplacement : c);
      if (!escaped) cursor_.next();
    }
  }

  Result<std::string> string() {
    const char32_t quote = cursor_.next();
    std::string result;
    while (true) {
      const char32_t c = cursor_.peek();
      if (c == kEnd || c == '\n' || c == '\r') return cursor_.error("the closing quote");
      cursor_.next();
      if (c == quote) return result;
      if (c == '\\') {
        TRY(escape(result));
      } else {
        append_utf8(result, c);
      }
    }
  }

  // What follows a backslash in a string.
  Result<> escape(std::string& out) {
    const char32_t c = cursor_.peek();
    if (c == kEnd || (c >= '1' && c <= '9')) return cursor_.error("an escape sequence");
    cursor_.next();
    switch (c) {
      case 'b':
        out.push_back('\b');
        return {};
      case 'f':
        out.push_back('\f');
        return {};
      case 'n':
        out.push_back('\n');
        return {};
      case 'r':
        out.push_back('\r');
        return {};
      case 't':
        out.push_back('\t');
        return {};
      case 'v':
        out.push_back('\v');
        return {};
      case '0':
        if (is_digit(cursor_.peek())) return cursor_.error("no digit after \\0");
        out.push_back('\0');
        return {};
      case 'x': {
        TRY_ASSIGN(const char32_t value, hex_digits(2));
        append_utf8(out, value);
        return {};
      }
      case 'u':
        return unicode_escape(out);
      case '\r':
        cursor_.accept("\n");
        return {};
      default:
        if (!is_line_terminator(c)) append_utf8(out, c);
        return {};
    }
  }

  Result<> unicode_escape(std::string& out) {
    TRY_ASSIGN(char32_t value, hex_digits(4));
    while (is_high_surrogate(value) && cursor_.accept("\\u")) {
      TRY_ASSIGN(const char32_t low, hex_digits(4));
      if (is_low_surrogate(low)) {
        append_utf8(out, 0x10000 + ((value - 0xD800) << 10) + (low - 0xDC00));
        return {};
      }
      append_utf8(out, kReplacement);
      value = low;
    }
    append_utf8(out, is_surrogate(value) ? kReplacement : value);
    return {};
  }

  static bool is_high_surrogate(char32_t c) { return c >= 0xD800 && c <= 0xDBFF; }
  static bool is_low_surrogate(char32_t c) { return c >= 0xDC00 && c <= 0xDFFF; }
  static bool is_surrogate(char32_t c) { return is_high_surrogate(c) || is_low_surrogate(c); }

  Result<char32_t> hex_digits(int count) {
    char32_t value = 0;
    for (int i = 0; i < count; ++i) {
      const auto digit = hex_value(cursor_.peek());
      if (!digit) return cursor_.error("a hexadecimal digit");
      value = (value << 4) | *digit;
      cursor_.next();
    }
    return value;
  }

  Result<json> number() {
    const bool negative = cursor_.peek() == '-';
    if (negative || cursor_.peek() == '+') cursor_.next();
    json result;
    if (cursor_.peek() == 'I' || cursor_.peek() == 'N') {
      TRY_ASSIGN(const json special, word());
      result = negative ? -special.get<double>() : special.get<double>();
    } else if (cursor_.accept("0x") || cursor_.accept("0X")) {
      TRY_ASSIGN(result, hexadecimal(negative));
    } else {
      TRY_ASSIGN(result, decimal(negative));
    }
    if (is_identifier_part(cursor_.peek()) || cursor_.peek() == '\\') {
      return cursor_.error("the end of the number");
    }
    return result;
  }

  Result<json> hexadecimal(bool negative) {
    constexpr double kBase = 16;
    if (!hex_value(cursor_.peek())) return cursor_.error("a hexadecimal digit");
    double value = 0;
    while (const auto digit = hex_value(cursor_.peek())) {
      value = value * kBase + *digit;
      cursor_.next();
    }
    constexpr double kExactIntegers = 9007199254740992.0;  // 2^53
    if (value >= kExactIntegers) return json(negative ? -value : value);
    const auto integer = static_cast<std::int64_t>(value);
    return json(negative ? -integer : integer);
  }

  std::size_t digits() {
    std::size_t count = 0;
    for (; is_digit(cursor_.peek()); ++count) cursor_.next();
    return count;
  }

  Result<json> decimal(bool negative) {
    const std::size_t start = cursor_.position();
    const bool leading_zero = cursor_.peek() == '0';
    const std::size_t whole = digits();
    if (leading_zero && whole > 1) return cursor_.error("no digit after a leading zero");
    bool integral = true;
    std::size_t fraction = 0;
    if (cursor_.accept(".")) {
      integral = false;
      fraction = digits();
    }
    if (whole + fraction == 0) return cursor_.error("a digit");
    if (cursor_.accept("e") || cursor_.accept("E")) {
      integral = false;
      if (!cursor_.accept("+")) cursor_.accept("-");
      if (digits() == 0) return cursor_.error("a digit of the exponent");
    }
    return convert((negative ? "-" : "") + std::string(cursor_.since(start)), integral);
  }

  static json convert(const std::string& text, bool integral) {
    const char* const end = text.data() + text.size();
    std::int64_t integer = 0;
    if (integral && std::from_chars(text.data(), end, integer).ec == std::errc{}) return integer;
    double real = 0;
    if (std::from_chars(text.data(), end, real).ec == std::errc::result_out_of_range) {
      real = std::strtod(text.c_str(), nullptr);  // ±Infinity or ±0, as in JavaScript
    }
    return real;
  }

  Cursor cursor_;
};

}  // namespace

Result<nlohmann::json> parse_json5(std::string_view text) {
  if (!is_valid_utf8(text)) return fail(Errc::parse, "expected UTF-8 text");
  return Parser(text).document();
}

}  // namespace clawvigil
