// The command line: parses it, dispatches to one file per subcommand.
#pragma once

namespace clawvigil::cli {

// Exit codes: 0 ok, 1 runtime failure, 2 wrong usage or configuration.
int run(int argc, char** argv);

}  // namespace clawvigil::cli
