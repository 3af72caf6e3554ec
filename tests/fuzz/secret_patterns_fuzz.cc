// Matches are in order, apart from each other, inside of the text, and on the line they claim; the
// position of the text in memory makes no difference.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/parse/secret_patterns.h"

namespace {

std::vector<clawvigil::SecretMatch> matches_in(std::string_view text) {
  std::vector<clawvigil::SecretMatch> matches;
  clawvigil::SecretMatcher().scan(
      text, [&](const clawvigil::SecretMatch& match) { matches.push_back(match); });
  return matches;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto matches = matches_in(text);
  std::size_t end = 0;
  for (const clawvigil::SecretMatch& match : matches) {
    const bool inside = match.offset >= end && match.length > 0 &&
                        match.offset + match.length <= size &&
                        match.length <= clawvigil::SecretMatcher::kMaxSecretBytes * 16;
    if (!inside || to_string(match.rule).empty()) std::abort();
    const auto line = std::ranges::count(text.substr(0, match.offset), '\n') + 1;
    if (match.line != static_cast<std::size_t>(line)) std::abort();
    end = match.offset + match.length;
  }
  // A line more before the text moves what is found and changes nothing else.
  const auto moved = matches_in(" \n" + std::string(text));
  if (moved.size() != matches.size()) std::abort();
  for (std::size_t i = 0; i < moved.size(); ++i) {
    if (moved[i].rule != matches[i].rule || moved[i].offset != matches[i].offset + 2) std::abort();
  }
  return 0;
}
