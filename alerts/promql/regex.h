// A regular expression as Prometheus 3 means it: RE2 syntax, anchored at both ends, a dot matches
// a newline too. Compiled once, any thread; the compiled program is bounded (kMaxMemory).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/result.h"

namespace re2 {
class RE2;
}

namespace clawvigil::promql {

class Regex {
 public:
  // Error: RE2's message, or that the pattern is too large.
  [[nodiscard]] static Result<Regex> compile(std::string_view pattern);

  [[nodiscard]] bool matches(std::string_view text) const;
  // If `text` matches, replaces `result` by `replacement` with $1, ${1}, $name, ${name} and $$
  // expanded; a group that does not exist is empty. The groups of a plain word are none.
  [[nodiscard]] bool expand(std::string_view text, std::string_view replacement,
                            std::string& result) const;

 private:
  // A plain word, or words between bars, need no program: most matchers are of this kind.
  std::vector<std::string> words_;
  std::shared_ptr<const re2::RE2> program_;
};

}  // namespace clawvigil::promql
