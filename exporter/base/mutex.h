// Mutex with clang's thread-safety annotations; checked by the `tidy` preset, plain std::mutex to
// gcc. Locks guard pointer swaps and small state only: never hold one over I/O.
#pragma once

#include <mutex>

#ifdef __clang__
#define CLAWVIGIL_TSA(x) __attribute__((x))
#else
#define CLAWVIGIL_TSA(x)
#endif
#define GUARDED_BY(m) CLAWVIGIL_TSA(guarded_by(m))
#define REQUIRES(m) CLAWVIGIL_TSA(requires_capability(m))

namespace clawvigil {

class CLAWVIGIL_TSA(capability("mutex")) Mutex {
 public:
  void lock() CLAWVIGIL_TSA(acquire_capability()) { mutex_.lock(); }
  void unlock() CLAWVIGIL_TSA(release_capability()) { mutex_.unlock(); }

 private:
  std::mutex mutex_;
};

class CLAWVIGIL_TSA(scoped_lockable) MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) CLAWVIGIL_TSA(acquire_capability(mutex)) : mutex_(mutex) {
    mutex_.lock();
  }
  ~MutexLock() CLAWVIGIL_TSA(release_capability()) { mutex_.unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

}  // namespace clawvigil
