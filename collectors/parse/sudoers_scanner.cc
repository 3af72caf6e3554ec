#include "collectors/parse/sudoers_scanner.h"

#include <algorithm>

#include "exporter/base/digits.h"

namespace clawvigil::parse::sudoers {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }
}  // namespace

bool Scanner::at_continuation() const {
  if (peek() != '\\') return false;
  const std::string_view rest = text_.substr(at_ + 1);
  return rest.starts_with('\n') || rest.starts_with("\r\n");
}

void Scanner::skip_blanks(bool uids) {
  while (!at_end()) {
    if (is_blank(peek()) || (peek() == '\r' && text_.substr(at_ + 1).starts_with('\n'))) {
      ++at_;
    } else if (at_continuation()) {
      at_ = text_.find('\n', at_) + 1;
      ++line_;
    } else if (peek() == '#') {
      const bool uid = uids && at_ + 1 < text_.size() && is_digit(text_[at_ + 1]);
      if (uid) return;
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else {
      return;
    }
  }
}

bool Scanner::at_line_end(bool uids) {
  skip_blanks(uids);
  return at_end() || peek() == '\n';
}

void Scanner::next_line() {
  bool comment = false;
  while (!at_end() && peek() != '\n') {
    comment = comment || peek() == '#';
    if (!comment && at_continuation()) {
      at_ = text_.find('\n', at_);
      ++line_;
    }
    ++at_;
  }
  if (!at_end()) {
    ++at_;
    ++line_;
  }
}

bool Scanner::take(char wanted, bool uids) {
  skip_blanks(uids);
  if (peek() != wanted || at_end()) return false;
  ++at_;
  return true;
}

bool Scanner::take_keyword(std::string_view word) {
  const std::string_view rest = text_.substr(at_);
  if (!rest.starts_with(word) || rest.size() == word.size() || !is_blank(rest[word.size()])) {
    return false;
  }
  at_ += word.size();
  return true;
}

bool Scanner::take_quoted(std::string& out) {
  for (++at_; !at_end() && peek() != '\n'; ++at_) {
    if (peek() == '"') {
      ++at_;
      return true;
    }
    if (peek() == '\\' && at_ + 1 < text_.size() && text_[at_ + 1] == '"') ++at_;
    out += peek();
  }
  return false;
}

std::optional<std::string> Scanner::word(std::string_view stops) {
  std::string out;
  const std::size_t start = at_;
  while (!at_end() && !is_blank(peek()) && peek() != '\n' && peek() != '\r') {
    const char c = peek();
    if (stops.find(c) != std::string_view::npos || at_continuation()) break;
    if (c == '#' && at_ != start && out != "%") break;
    if (c == '"') {
      if (!take_quoted(out)) return std::nullopt;
      continue;
    }
    if (c == '\\' && at_ + 1 < text_.size() && text_[at_ + 1] != '\n') ++at_;
    out += peek();
    ++at_;
  }
  if (at_ == start) return std::nullopt;
  return out;
}

// "^…$" as a whole: what ends a command elsewhere is part of an expression.
void Scanner::take_regex(std::string& out) {
  while (!at_end() && peek() != '\n') {
    const char c = peek();
    out += c;
    ++at_;
    if (c != '$') continue;
    if (at_end() || is_blank(peek()) || peek() == '\n' || peek() == ',' || peek() == ':') return;
  }
}

std::optional<std::string> Scanner::command() {
  std::string out;
  while (!at_end()) {
    const char c = peek();
    if (c == '\n' || c == ',' || c == ':' || c == '#' || c == '\r') break;
    if (at_continuation()) {
      skip_blanks();
      out += ' ';
      continue;
    }
    if (c == '^' && (out.empty() || out.back() == ' ')) {
      take_regex(out);
      continue;
    }
    if (c == '"' && !out.empty()) {
      out += c;
      if (!take_quoted(out)) return std::nullopt;
      out += c;
      continue;
    }
    // Escaped marks of a pattern keep their backslash, what would end the command loses it.
    constexpr std::string_view kEscapable = ",:=\\#";
    const bool escaped = c == '\\' && at_ + 1 < text_.size() &&
                         kEscapable.find(text_[at_ + 1]) != std::string_view::npos;
    if (escaped) ++at_;
    out += is_blank(peek()) ? ' ' : peek();
    ++at_;
  }
  std::string squeezed;  // one blank between arguments, as sudo has it
  for (const char c : out) {
    if (c != ' ' || (!squeezed.empty() && squeezed.back() != ' ')) squeezed += c;
  }
  while (squeezed.ends_with(' ')) squeezed.pop_back();
  if (squeezed.empty()) return std::nullopt;
  return squeezed;
}

}  // namespace clawvigil::parse::sudoers
