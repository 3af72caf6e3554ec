// The files sudo reads: /etc/sudoers and what it includes. They are root's (0440), so reading them
// takes root or CAP_DAC_READ_SEARCH.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "collectors/parse/sudoers.h"
#include "exporter/base/result.h"
#include "exporter/host/file.h"

namespace clawvigil {

struct SudoFiles {
  std::vector<parse::sudoers::Entry> entries;  // of all files, in the order sudo reads them
  std::vector<Error> problems;  // files and lines that say nothing: rights may be missing
};

// No /etc/sudoers: nobody has any right, no problem. `host` stands for %h in the names of includes.
// At most 128 files (sudo's own bound on their depth), 1 MiB each.
[[nodiscard]] SudoFiles read_sudo_files(const host::Root& root, std::string_view host);

}  // namespace clawvigil
