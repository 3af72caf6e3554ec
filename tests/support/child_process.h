// A forked child that runs a function and exits with its result; killed and reaped at the end.
#pragma once

#include <sys/types.h>

#include <functional>

namespace clawvigil::test {

class ChildProcess {
 public:
  explicit ChildProcess(const std::function<int()>& body);
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess();

  // The exit status, or 128 + the signal's number.
  int wait();
  void signal(int number) const;

 private:
  pid_t pid_ = -1;
};

// Memory shared with children forked later; zeroed.
void* shared_memory(std::size_t bytes);
template <class T>
T* make_shared_value() {
  return ::new (shared_memory(sizeof(T))) T();
}

}  // namespace clawvigil::test
