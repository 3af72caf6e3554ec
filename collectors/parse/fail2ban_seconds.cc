#include "collectors/parse/fail2ban_seconds.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string>
#include <vector>

#include "exporter/base/digits.h"
#include "exporter/base/strings.h"

namespace clawvigil {

namespace {

constexpr std::size_t kMaxBytes = 256;
constexpr double kMinute = 60;
constexpr double kHour = 60 * kMinute;
constexpr double kDay = 24 * kHour;
constexpr double kYear = 365.25 * kDay;

struct Unit {
  std::array<std::string_view, 6> words;
  double seconds;
};
constexpr std::array kUnits{
    Unit{{"d", "da", "dd", "day", "days", ""}, kDay},
    Unit{{"w", "ww", "we", "wee", "week", "weeks"}, 7 * kDay},
    Unit{{"mo", "mon", "month", "months", "", ""}, kYear / 12},
    Unit{{"y", "yy", "ye", "yea", "year", "years"}, kYear},
    Unit{{"s", "ss", "se", "sec", "second", "seconds"}, 1},
    Unit{{"m", "mm", "mi", "min", "minute", "minutes"}, kMinute},
    Unit{{"h", "hh", "ho", "hou", "hour", "hours"}, kHour},
};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::optional<double> unit_seconds(std::string_view word) {
  const std::string lower = to_lower_ascii(word);
  for (const Unit& unit : kUnits) {
    if (std::ranges::find(unit.words, lower) != unit.words.end()) return unit.seconds;
  }
  return std::nullopt;
}

// A number, or one of + - * / ( ) with value 0.
struct Token {
  char symbol = '\0';
  double value = 0;
};

// The text as the expression it stands for: "1h 30m" is 1 * 3600 + 30 * 60.
std::optional<std::vector<Token>> expression_of(std::string_view text) {
  std::vector<Token> tokens;
  const auto after_number = [&] { return !tokens.empty() && tokens.back().symbol == '\0'; };
  std::size_t at = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (is_digit(c) || c == '.') {
      double value = 0;
      const char* const begin = text.data() + at;
      const auto [end, error] =
          std::from_chars(begin, text.data() + text.size(), value, std::chars_format::fixed);
      if (error != std::errc()) return std::nullopt;
      if (after_number()) tokens.push_back({'+'});
      tokens.push_back({'\0', value});
      at += static_cast<std::size_t>(end - begin);
    } else if (is_letter(c)) {
      const std::size_t start = at;
      while (at < text.size() && is_letter(text[at])) ++at;
      const auto seconds = unit_seconds(text.substr(start, at - start));
      if (!seconds || !after_number()) return std::nullopt;
      tokens.push_back({'*'});
      tokens.push_back({'\0', *seconds});
    } else if (std::string_view("+-*/()").find(c) != std::string_view::npos) {
      tokens.push_back({c});
      ++at;
    } else if (trim(text.substr(at, 1)).empty()) {
      ++at;
    } else {
      return std::nullopt;
    }
  }
  return tokens;
}

// Sums of products with signs and parentheses; as deep as the text is long at most.
class Evaluator {
 public:
  explicit Evaluator(const std::vector<Token>& tokens) : tokens_(tokens) {}

  std::optional<double> evaluate() {
    const double value = sum();
    if (failed_ || at_ != tokens_.size() || !std::isfinite(value)) return std::nullopt;
    return value;
  }

 private:
  bool take(char symbol) {
    if (at_ >= tokens_.size() || tokens_[at_].symbol != symbol) return false;
    ++at_;
    return true;
  }

  double sum() {
    double value = product();
    while (true) {
      if (take('+')) {
        value += product();
      } else if (take('-')) {
        value -= product();
      } else {
        return value;
      }
    }
  }

  double product() {
    double value = factor();
    while (true) {
      if (take('*')) {
        value *= factor();
      } else if (take('/')) {
        value /= factor();
      } else {
        return value;
      }
    }
  }

  double factor() {
    if (take('-')) return -factor();
    if (take('+')) return factor();
    if (take('(')) {
      const double value = sum();
      if (!take(')')) failed_ = true;
      return value;
    }
    if (at_ < tokens_.size() && tokens_[at_].symbol == '\0') return tokens_[at_++].value;
    failed_ = true;
    return 0;
  }

  const std::vector<Token>& tokens_;
  std::size_t at_ = 0;
  bool failed_ = false;
};

}  // namespace

std::optional<double> fail2ban_seconds(std::string_view text) {
  if (text.size() > kMaxBytes) return std::nullopt;
  const auto tokens = expression_of(text);
  if (!tokens) return std::nullopt;
  return Evaluator(*tokens).evaluate();
}

}  // namespace clawvigil
