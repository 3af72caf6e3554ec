// The commands that print something and end. Each writes to `out`, its errors to `err`, one line
// each, and returns the exit code.
#pragma once

#include <iosfwd>
#include <span>

#include "exporter/cli/arguments.h"

namespace clawvigil::cli {

int print_version(std::ostream& out);
int config_check(const Arguments& arguments, std::span<const config::CollectorChoice> collectors,
                 std::ostream& out, std::ostream& err);

// "clawvigil: " and the line.
void print_problem(std::ostream& err, std::string_view line);

}  // namespace clawvigil::cli
