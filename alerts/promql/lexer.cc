#include "alerts/promql/lexer.h"

#include <algorithm>
#include <array>

#include "alerts/promql/literal.h"
#include "exporter/base/digits.h"
#include "exporter/base/strings.h"

namespace clawvigil::promql {
namespace {

bool begins_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':';
}
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  std::expected<std::vector<Token>, ParseProblem> run() {
    std::vector<Token> tokens;
    while (skip_blank(), at_ < text_.size()) {
      const std::size_t begin = at_;
      auto kind = next();
      if (!kind) return std::unexpected(std::move(kind).error());
      tokens.push_back({*kind, text_.substr(begin, at_ - begin), begin});
    }
    tokens.push_back({Token::Kind::end, {}, text_.size()});
    return tokens;
  }

 private:
  using Kind = std::expected<Token::Kind, ParseProblem>;

  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  [[nodiscard]] std::unexpected<ParseProblem> problem(std::size_t offset,
                                                      std::string message) const {
    return std::unexpected(problem_at(text_, offset, std::move(message)));
  }

  void skip_blank() {
    while (at_ < text_.size()) {
      if (is_space(text_[at_])) {
        ++at_;
      } else if (text_[at_] == '#') {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else {
        return;
      }
    }
  }

  Kind next() {
    const char c = peek();
    if (c == '"' || c == '\'' || c == '`') return string(c);
    if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return number();
    // A colon begins a name only if one follows: [5m:1m] is a subquery.
    if (begins_word(c) && (c != ':' || !brackets_open_)) {
      while (begins_word(peek()) || is_digit(peek())) ++at_;
      return Token::Kind::word;
    }
    return symbol(c);
  }

  Kind string(char quote) {
    const std::size_t begin = at_++;
    while (at_ < text_.size() && text_[at_] != quote) {
      if (quote != '`' && text_[at_] == '\n') break;
      if (quote != '`' && text_[at_] == '\\') ++at_;
      ++at_;
    }
    if (at_ >= text_.size() || text_[at_] != quote) {
      at_ = std::min(at_, text_.size());
      return problem(begin, "unterminated quoted string");
    }
    ++at_;
    return Token::Kind::string;
  }

  Kind number() {
    const std::size_t begin = at_;
    const auto part = [](char c) {
      return is_digit(c) || (begins_word(c) && c != ':') || c == '.';
    };
    const bool hexadecimal = peek() == '0' && (peek(1) == 'x' || peek(1) == 'X');
    while (part(peek())) {
      const bool exponent = !hexadecimal && (peek() == 'e' || peek() == 'E');
      ++at_;
      if (exponent && (peek() == '+' || peek() == '-')) ++at_;
    }
    const std::string_view literal = text_.substr(begin, at_ - begin);
    if (parse_number(literal)) return Token::Kind::number;
    if (parse_duration(literal)) return Token::Kind::duration;
    return problem(begin, "bad number or duration syntax: " + quote(literal));
  }

  Kind symbol(char c) {
    constexpr std::array<std::string_view, 8> kPairs{
        "==", "!=", ">=", "<=", "=~", "!~", "</", ">/"};
    constexpr std::string_view kSingles = "(){}[],:@+-*/%^=<>";
    if (std::ranges::find(kPairs, text_.substr(at_, 2)) != kPairs.end()) {
      at_ += 2;
      return Token::Kind::symbol;
    }
    if (kSingles.find(c) == std::string_view::npos || c == '\0') {
      return problem(at_,
                     "unexpected character: " + sanitize(text_.substr(at_, character_length()), 8));
    }
    if (c == '[') brackets_open_ = true;
    if (c == ']') brackets_open_ = false;
    ++at_;
    return Token::Kind::symbol;
  }

  // The bytes of the character at the place.
  [[nodiscard]] std::size_t character_length() const {
    std::size_t length = 1;
    while ((static_cast<unsigned char>(peek(length)) & 0xC0U) == 0x80U && length < 4) ++length;
    return length;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool brackets_open_ = false;
};

}  // namespace

std::expected<std::vector<Token>, ParseProblem> tokenize(std::string_view text) {
  if (text.size() > kMaxText) {
    return std::unexpected(problem_at({}, 0, "expression longer than 65536 bytes"));
  }
  if (!is_valid_utf8(text)) {
    return std::unexpected(problem_at({}, 0, "expression is not valid UTF-8"));
  }
  return Lexer(text).run();
}

ParseProblem problem_at(std::string_view text, std::size_t offset, std::string message,
                        bool unsupported) {
  ParseProblem problem;
  problem.offset = std::min(offset, text.size());
  for (const char c : text.substr(0, problem.offset)) {
    if (c == '\n') {
      ++problem.line;
      problem.column = 1;
    } else if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) {
      ++problem.column;
    }
  }
  problem.message = std::move(message);
  problem.unsupported = unsupported;
  return problem;
}

std::string with_caret(std::string_view text, const ParseProblem& problem) {
  const std::size_t offset = std::min(problem.offset, text.size());
  const std::size_t before = text.substr(0, offset).rfind('\n');
  const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
  const std::size_t end = std::min(text.find('\n', offset), text.size());
  // A window around the place: an expression may be one very long line.
  constexpr std::size_t kBefore = 60;
  constexpr std::size_t kAfter = 40;
  std::size_t from = offset - begin > kBefore ? offset - kBefore : begin;
  while (from < offset && (static_cast<unsigned char>(text[from]) & 0xC0U) == 0x80U) ++from;
  std::size_t to = end - offset > kAfter ? offset + kAfter : end;
  while (to > offset && to < end && (static_cast<unsigned char>(text[to]) & 0xC0U) == 0x80U) --to;
  const std::string line(text.substr(from, to - from));
  std::string caret;
  for (const char c : text.substr(from, offset - from)) {
    if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) caret += c == '\t' ? '\t' : ' ';
  }
  return line + '\n' + caret + '^';
}

}  // namespace clawvigil::promql
