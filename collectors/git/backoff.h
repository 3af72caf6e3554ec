// When a child process that failed may be tried again: after five minutes, doubled each time, at
// most six hours. A repository made to crash or hang its reader costs little that way.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"

namespace clawvigil::git {

class Backoff {
 public:
  [[nodiscard]] bool must_wait(SteadyTime now) const { return failures_ > 0 && now < retry_at_; }
  // Of the last attempt; stays while it must wait.
  [[nodiscard]] const std::optional<Error>& problem() const { return problem_; }

  void failed(Error error, SteadyTime now) {
    problem_ = std::move(error);
    ++failures_;
    retry_at_ = now + std::chrono::duration_cast<SteadyTime::duration>(pause());
  }
  void succeeded() { *this = {}; }

 private:
  [[nodiscard]] Duration pause() const {
    constexpr Duration kFirst = std::chrono::minutes(5);
    constexpr Duration kLongest = std::chrono::hours(6);
    Duration pause = kFirst;
    for (std::uint32_t i = 1; i < failures_ && pause < kLongest; ++i) pause *= 2;
    return std::min(pause, kLongest);
  }

  std::uint32_t failures_ = 0;  // one after the other
  SteadyTime retry_at_;
  std::optional<Error> problem_;
};

}  // namespace clawvigil::git
