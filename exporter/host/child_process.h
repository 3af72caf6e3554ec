// Runs a function in a child process that can do no harm: for libraries that map files (a file that
// shrinks meanwhile is a SIGBUS) or parse hostile bytes with more code than one wants to trust.
//
//   run_child(rules, stop,
//             {.prepare = [] { return load_the_library(); },
//              .run = [](ChildOutput& out) { return out.send("what was found"); }},
//             [](std::string_view frame) { return take(frame); });
//
// The child is a fork; no program is started. Before `run` it has
//  - closed every descriptor but its pipe and the directory, which is its working directory;
//  - limits on memory, CPU time and descriptors; no core dump, no file it could write;
//  - with Landlock only the right to read below the directory; without Landlock it does not run;
//  - a system call filter: no new sockets, no processes, no signals, no new executable memory;
//  - a parent whose end is its end (PR_SET_PDEATHSIG), and a deadline.
// It still holds a copy of the daemon's memory, but nothing to carry it away with except the
// frames, which are as hostile as what it reads: the receiver checks them. Sockets that `prepare`
// has connected stay open; then those are a way, too, to the server at their other end.
//
// Why forking a process with threads is safe here. Only the calling thread exists in the child, and
// locks that others held are held for ever. What runs in the child may use
//  - memory: glibc takes malloc's locks around fork(2);
//  - atomics, its own objects, and parts of ours that no other thread uses;
//  - dlopen(3), in `prepare`. glibc does not guard the loader's lock. Another thread holds it only
//    while it loads a library itself (libcurl, once). Then the child hangs until the deadline,
//    which is Errc::timeout as for every other child that hangs, and the next attempt succeeds.
//  - getaddrinfo(3), in `prepare`, with the same risk: another thread that resolves a name at the
//    moment of the fork holds a lock of the resolver.
// It must not log, touch a Store or libsystemd, use iostreams, or wait for another thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <string_view>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/host/file.h"

namespace clawvigil::host {

struct ChildRules {
  const Dir& directory;  // all it can read
  Duration deadline;     // then it is killed
  // Of address space beyond what the parent has. Not limited in builds with sanitizers, whose
  // shadow is larger than any limit.
  std::size_t memory_bytes = 160UL * 1024 * 1024;
  std::uint64_t cpu_seconds = 30;
  std::uint64_t open_files = 256;
  std::size_t output_bytes = 16UL * 1024 * 1024;  // all frames together
};

class ChildOutput {
 public:
  static constexpr std::size_t kMaxFrame = 64UL * 1024;

  explicit ChildOutput(int pipe) : pipe_(pipe) {}
  // Hands one frame to the parent; blocks while the parent is busy. too_large beyond kMaxFrame.
  [[nodiscard]] Result<> send(std::string_view frame) const;

 private:
  int pipe_;
};

struct ChildWork {
  std::function<Result<>()> prepare;          // loads libraries; must not look at hostile input
  std::function<Result<>(ChildOutput&)> run;  // confined as told above
};

// For children that read no file: a directory in which there is none.
[[nodiscard]] Result<Dir> directory_of_nothing();

// Blocks until the child has ended. Each frame is handed to `take` as it arrives, in order; an
// error of `take` ends the child. Frames of a child that failed are to be thrown away.
//
// Error: what `prepare` or `run` returned; too_large: out of memory, or more output than allowed;
// timeout: the deadline, the CPU time, or `stop`; io: the child crashed or could not be made;
// unsupported: the kernel has no Landlock, or the processor is none the filter knows.
[[nodiscard]] Result<> run_child(const ChildRules& rules, const std::stop_token& stop,
                                 const ChildWork& work,
                                 const std::function<Result<>(std::string_view)>& take);

}  // namespace clawvigil::host
