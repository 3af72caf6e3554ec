// Reads the objects of a repository in a child process.
#pragma once

#include <functional>
#include <stop_token>
#include <string_view>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/host/child_process.h"

namespace clawvigil::git {

// Runs `read` in a child (host/child_process.h) with libgit2, for whose GitDatabase "." is the
// object database of the repository; what it sends is handed to `take`. Errors as run_child();
// those of opening .git/objects; unsupported: libgit2 is not installed.
[[nodiscard]] Result<> run_reader(const host::Dir& repository, Duration deadline,
                                  const std::stop_token& stop,
                                  const std::function<Result<>(host::ChildOutput&)>& read,
                                  const std::function<Result<>(std::string_view)>& take);

}  // namespace clawvigil::git
