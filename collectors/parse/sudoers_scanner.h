// The characters of a sudoers(5) file as tokens; for sudoers.cc only.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace clawvigil::parse::sudoers {

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }
  [[nodiscard]] std::size_t line() const { return line_; }

  // Goes over blanks and continued lines, and over a comment: what is next is a token or the end of
  // the line. '#' before a digit (a uid) begins no comment where `uids` may stand.
  void skip_blanks(bool uids = false);
  // True at a line's end or the text's, blanks skipped.
  [[nodiscard]] bool at_line_end(bool uids = false);
  // To the beginning of the next line, over continuations.
  void next_line();

  // The next character if it is `wanted`, blanks skipped.
  bool take(char wanted, bool uids = false);
  [[nodiscard]] char peek() const { return at_end() ? '\0' : text_[at_]; }
  // "#include" and the like: takes `word` when a blank follows it.
  bool take_keyword(std::string_view word);

  // A word up to a blank or one of , = : ! ( ) with quotes and escapes undone; nullopt when there
  // is none, or a quote without end.
  [[nodiscard]] std::optional<std::string> word(std::string_view stops = ",=:!()");
  // The rest of the line as a word (a path may hold blanks when they are escaped or quoted).
  [[nodiscard]] std::optional<std::string> path() { return word(""); }
  // A command and its arguments: up to an unescaped , or : or the end of the line.
  [[nodiscard]] std::optional<std::string> command();

  // For a look ahead.
  struct Mark {
    std::size_t at;
    std::size_t line;
  };
  [[nodiscard]] Mark mark() const { return {at_, line_}; }
  void reset(Mark mark) {
    at_ = mark.at;
    line_ = mark.line;
  }

 private:
  [[nodiscard]] bool at_continuation() const;
  bool take_quoted(std::string& out);
  void take_regex(std::string& out);

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
};

}  // namespace clawvigil::parse::sudoers
