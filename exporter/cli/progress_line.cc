#include "exporter/cli/progress_line.h"

#include <algorithm>
#include <ostream>

#include "exporter/cli/terminal.h"

namespace clawvigil::cli {

namespace {
constexpr std::string_view kErase = "\r\033[K";
}

ProgressLine::~ProgressLine() {
  if (shown_) *out_ << kErase << std::flush;
}

void ProgressLine::show(std::string_view text) {
  if (out_ == nullptr) return;
  // The last column stays free: some terminals begin a new line there.
  *out_ << kErase << cut(text, std::max<std::size_t>(columns_, 2) - 1, "") << std::flush;
  shown_ = true;
}

}  // namespace clawvigil::cli
