// A JSON document of any length without what fills it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace clawvigil::parse {

// Copies one JSON line without the contents of its long strings (message texts, tool results,
// images), which accounting does not need: what remains of a line of any length is small.
class StringElider {
 public:
  static constexpr std::size_t kMaxString = 2048;          // longer strings are cut here
  static constexpr std::size_t kMaxOutput = 256UL * 1024;  // a line with more left is refused

  void feed(std::string_view bytes);
  [[nodiscard]] bool overflowed() const { return out_.size() > kMaxOutput; }
  // The line so far; valid until reset(). Followed by SIMDJSON_PADDING readable bytes.
  [[nodiscard]] std::string_view line();
  void reset();

 private:
  std::string out_;
  std::size_t string_length_ = 0;
  int escape_left_ = 0;  // characters of the current escape sequence still to come
  bool in_string_ = false;
  bool skipping_ = false;
  bool after_backslash_ = false;
};

}  // namespace clawvigil::parse
