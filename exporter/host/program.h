// Starts another program and waits for its end. For the one-shot probes only (exporter/probe): the
// daemon itself starts nothing, and its sandbox refuses it.
//
//   run_program({.arguments = {"/usr/sbin/nft", "-j", "list", "ruleset"}, .deadline = 10s}, stop);
//
// No shell, no search of a path, an environment of exactly what is given, standard input from
// /dev/null, no inherited descriptor, no terminal, no core dump, no way to gain rights by execve(2)
// (no_new_privs), files of its own mode 0600.
//
// Whatever happens, when run_program returns no process is left that the program started, nor that
// those started, in whatever session or process group (program_keeper.h says how). The same when
// the calling process dies meanwhile. Not its own are processes it asks another service to start
// (systemd-run, at, docker).
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"

namespace clawvigil::host {

struct ProgramUser {
  uid_t uid = 0;
  gid_t gid = 0;
  std::vector<gid_t> groups;  // supplementary
};

struct Program {
  std::vector<std::string> arguments;      // [0]: absolute path of the program
  std::vector<std::string> environment{};  // "NAME=value"
  std::string directory = "/";             // working directory, entered as `user`
  std::optional<ProgramUser> user{};       // whom it runs as; nullopt: as this process
  Duration deadline{};                     // then its process group is killed
  std::size_t output_bytes = 4UL << 20;    // of standard output; errors are cut at 4 KiB
  std::uint64_t memory_bytes = 0;          // of data (RLIMIT_DATA); 0: no limit
  int niceness = 0;                        // added to this process'
};

struct ProgramResult {
  int exit_code = 0;   // 128 + N when signal N ended it
  std::string output;  // standard output, raw
  std::string errors;  // the first 4 KiB of standard error, raw
};

// not_found: no such program, interpreter or directory; denied: it may not be run, or the user
// cannot be changed to (needs CAP_SETUID, CAP_SETGID, and CAP_KILL to end it); timeout: the
// deadline, or `stop`; too_large: more output than allowed; io: anything else, such as processes
// that could not be ended within five seconds. That it ended with another code than 0 is not an
// error. Blocks.
[[nodiscard]] Result<ProgramResult> run_program(const Program& program,
                                                const std::stop_token& stop);

}  // namespace clawvigil::host
