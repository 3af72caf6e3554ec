// Cuts a PromQL text into tokens. Comments (# to the end of the line) and white space vanish.
// Words are not told apart from keywords here: `sum` may be an aggregation, a metric or a label.
#pragma once

#include <cstddef>
#include <expected>
#include <string_view>
#include <vector>

#include "alerts/promql/expression.h"

namespace clawvigil::promql {

struct Token {
  enum class Kind {
    end,
    word,      // [a-zA-Z_:][a-zA-Z0-9_:]*
    number,    // 1, 0x1f, 1e3; not Inf and NaN, which are words
    duration,  // 5m, 1h30m
    string,    // with its quotes
    symbol,    // ( ) { } [ ] , : @ and the operators
  };
  Kind kind = Kind::end;
  std::string_view text;
  std::size_t offset = 0;
};

inline constexpr std::size_t kMaxText = 64UL * 1024;

// The last token is `end`. The views are into `text`.
[[nodiscard]] std::expected<std::vector<Token>, ParseProblem> tokenize(std::string_view text);

// The problem at a byte of a text, with line and column worked out.
[[nodiscard]] ParseProblem problem_at(std::string_view text, std::size_t offset,
                                      std::string message, bool unsupported = false);

}  // namespace clawvigil::promql
