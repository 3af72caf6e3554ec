// A real program from the system, started for a test and ended with it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/support/child_process.h"

namespace clawvigil::test {

// Whether `name` is in PATH or in /usr/sbin.
[[nodiscard]] bool has_program(const std::string& name);
// Its output goes to the file `log`.
[[nodiscard]] std::unique_ptr<ChildProcess> start_program(std::vector<std::string> arguments,
                                                          const std::string& log);
// A port of loopback that nothing used a moment ago.
[[nodiscard]] std::uint16_t free_port();

}  // namespace clawvigil::test
