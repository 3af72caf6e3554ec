// YAML text to a small tree that knows where everything stood, for messages with line and column.
// yaml-cpp parses; this layer adds the bounds a configuration needs: at most 1 MiB, valid UTF-8,
// one document, 16 levels deep, no anchors, aliases or tags (an alias can grow without bound).
#pragma once

#include <compare>
#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace clawvigil::yaml {

inline constexpr std::size_t kMaxBytes = std::size_t{1} << 20;
inline constexpr std::size_t kMaxDepth = 16;

struct Position {
  std::size_t line = 1;  // both count from 1
  std::size_t column = 1;
  friend auto operator<=>(const Position&, const Position&) = default;
};

struct Problem {
  Position at;
  std::string message;  // one line, valid UTF-8
  friend auto operator<=>(const Problem&, const Problem&) = default;
};

struct Node {
  enum class Kind { null, scalar, list, map };
  Kind kind = Kind::null;
  Position at;
  std::string text;            // of a scalar, quotes removed
  std::vector<Node> children;  // of a list: its items; of a map: key, value, key, value, …
};

// What a node is, for messages: `"text"`, "nothing", "a list", "a map".
[[nodiscard]] std::string describe(const Node& node);

// Empty text (or only comments) is a null node.
[[nodiscard]] std::expected<Node, Problem> parse(std::string_view text);

}  // namespace clawvigil::yaml
