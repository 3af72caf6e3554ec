// One line at a terminal that says how far something is, written over as it goes on and gone in the
// end.
#pragma once

#include <cstddef>
#include <iosfwd>
#include <string_view>

namespace clawvigil::cli {

class ProgressLine {
 public:
  // Null: nothing is shown. The stream must outlive this object.
  ProgressLine(std::ostream* out, std::size_t columns) : out_(out), columns_(columns) {}
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  ~ProgressLine();  // erases the line

  void show(std::string_view text);

 private:
  std::ostream* out_;
  std::size_t columns_;
  bool shown_ = false;
};

}  // namespace clawvigil::cli
