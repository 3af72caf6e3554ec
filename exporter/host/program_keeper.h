// The process between a probe and the program it runs (program.h).
//
// The keeper is a fork of this program in a session of its own and the reaper of every descendant
// whose parent has ended (PR_SET_CHILD_SUBREAPER), also of those that began a session of their own.
// When the program has ended, or its own parent says so or dies (the control pipe closes), it kills
// the program's process group and then, again and again, every child it has, until none is left.
// What forks faster than that for five seconds is reported, not waited for; in the units of the
// probes it ends with the unit's cgroup.
//
// After the fork only system calls are used: the parent may have had other threads.
#pragma once

#include <vector>

#include "exporter/host/program.h"

namespace clawvigil::host {

// How far a program came.
enum class ProgramStage { keeper, user, directory, limits, program, ended };

// What the keeper writes to its report pipe, once, when nothing of the program is left.
struct KeeperReport {
  ProgramStage stage = ProgramStage::keeper;  // not `ended`: where it failed, by `error`
  int error = 0;                              // errno
  int status = 0;                             // as of waitpid(2)
  bool left = false;                          // processes of the program could not be ended
};

struct KeeperPipes {
  int control;  // reads: its end is the program's end
  int report;   // writes
  int output;   // the program's standard output
  int errors;   // the program's standard error
};

// Pointers into `program`, ended by null, ready before the fork.
struct ProgramVectors {
  explicit ProgramVectors(const Program& program);
  std::vector<char*> arguments;
  std::vector<char*> environment;
};

[[noreturn]] void be_keeper(const Program& program, const ProgramVectors& vectors,
                            const KeeperPipes& pipes);

}  // namespace clawvigil::host
