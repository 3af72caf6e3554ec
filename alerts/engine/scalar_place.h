// Where a byte of a YAML scalar's value stands in the file.
#pragma once

#include <cstddef>
#include <string_view>

#include "exporter/config/yaml.h"

namespace clawvigil::alerts {

class ScalarPlace {
 public:
  enum class Style { plain, single_quoted, double_quoted, literal, folded };

  // `node` is a scalar of the YAML document `text`. Both outlive this.
  ScalarPlace(std::string_view text, const yaml::Node& node);

  [[nodiscard]] Style style() const { return style_; }
  // The offset in `text` of the first character of the scalar: its quote, or the | of a block.
  [[nodiscard]] std::size_t begin() const { return begin_; }

  // Exact for plain and quoted scalars on one line without escapes, and for literal blocks (|);
  // the line of the scalar, or the nearest one, otherwise.
  [[nodiscard]] yaml::Position of(std::size_t offset) const;

 private:
  std::string_view text_;
  const yaml::Node& node_;
  std::size_t begin_;
  Style style_;
};

// The offset of a place in `text`, or text.size(). Columns count characters.
[[nodiscard]] std::size_t offset_of(std::string_view text, yaml::Position at);

}  // namespace clawvigil::alerts
