// Whether what was read may be kept.
#pragma once

#include "exporter/host/file.h"

namespace clawvigil::host {

// Whether nothing has touched a file, or the list of a directory, between two looks at its path:
// the same object, of the same size and times. What was written within the tick of the clock of
// the first look does not show.
[[nodiscard]] inline bool is_untouched(const FileStat& then, const FileStat& now) {
  return then.device == now.device && then.inode == now.inode && then.size == now.size &&
         then.modified == now.modified && then.changed == now.changed;
}

}  // namespace clawvigil::host
