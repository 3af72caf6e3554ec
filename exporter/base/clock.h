// Time as an argument: nothing below app.cc asks the operating system what time it is, so every
// schedule, timeout and bucket can be tested without sleeping. The one real clock is SystemClock.
#pragma once

#include <chrono>

namespace clawvigil {

using SystemTime = std::chrono::sys_time<std::chrono::nanoseconds>;
using SteadyTime = std::chrono::steady_clock::time_point;
using Duration = std::chrono::nanoseconds;

// One instant on both clocks: `wall` for what is shown and stored, `steady` for what is measured.
struct Instant {
  SystemTime wall;
  SteadyTime steady;
};

class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Instant now() const = 0;  // any thread
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override {
    return {std::chrono::system_clock::now(), std::chrono::steady_clock::now()};
  }
};

// Seconds since the epoch, as exported in *_timestamp_seconds.
[[nodiscard]] inline double to_unix_seconds(SystemTime time) {
  return std::chrono::duration<double>(time.time_since_epoch()).count();
}

[[nodiscard]] inline double to_seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

}  // namespace clawvigil
