// How unusual is a value, by what its own series was like until now?
//
// Works on any series with a more or less regular step: money per hour, requests, temperatures.
// Each new value is compared in several ways, and each way knows from the same series how far
// values usually are off in it (tail.h); the score is the worst of them:
//
//   jump     from the median of the last few values
//   profile  from what this time of the day, the week or the series' own rhythm was like
//            (forecast.h)
//   shift    many small differences from that profile in the same direction
//   unrest   jumps larger or more frequent than usual
//   frozen   the same value again and again, in a series that usually moves
//
// Score: 0 is exactly as expected; it grows in proportion to the distance from what is expected;
// 1 (kAlarm) is the distance that the series itself would exceed about once in ten thousand
// values; 2 is twice that distance. From kAlarm on it is an anomaly.
//
// Pure: no clock, no I/O; one thread at a time. Memory: 8 bytes for each remembered slot. Cost of
// a value: about two microseconds, whatever the length of the series.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>

#include "collectors/spend/forecast.h"
#include "collectors/spend/slots.h"
#include "collectors/spend/tail.h"

namespace clawvigil::spend {

constexpr double kAlarm = 1;

enum class Part : std::uint8_t { jump, profile, shift, unrest, frozen };
constexpr std::size_t kParts = 5;
[[nodiscard]] std::string_view part_name(Part part);

struct DetectorOptions {
  double step_seconds = 300;
  std::size_t memory = 65'536;  // slots
  bool only_up = false;         // less than expected is no anomaly
  double least = 0;             // smaller differences are noise, in the unit of the series
};

struct Assessment {
  bool known = false;  // false: too little history
  double score = 0;
  Part part = Part::jump;  // made the score
  double usual = 0;        // what was expected
  double high = 0;         // from this value on the score is an alarm (profile and jump)
};

// What the next value would score, as numbers: small enough to keep, while the detector is not.
struct Bounds {
  struct Line {
    double centre = 0;
    double unit = std::numeric_limits<double>::infinity();     // distance that is an alarm
    double offset = 0;                                         // distance already there
    double lowest = -std::numeric_limits<double>::infinity();  // values are cut to these
    double highest = std::numeric_limits<double>::infinity();
  };
  bool known = false;
  bool only_up = false;
  std::array<Line, 4> lines;  // jump, profile, shift, unrest
  double repeated = 0;        // score of the last value coming again
  double last = 0;

  [[nodiscard]] Assessment assess(double value) const;
};

class Detector {
 public:
  explicit Detector(const DetectorOptions& options);

  // Times are seconds of any clock. Values are learned in the order of their times; one that comes
  // late fills its slot, if still remembered. A NaN is neither judged nor learned.
  [[nodiscard]] Bounds bounds(double time) const;
  Assessment learn(double time, double value);

 private:
  [[nodiscard]] std::int64_t slot_of(double time) const;
  [[nodiscard]] double recent_median() const;
  [[nodiscard]] Bounds bounds_of(std::int64_t slot, const Expectation& expected) const;
  [[nodiscard]] bool enough_history() const;
  void remember_recent(double value);

  DetectorOptions options_;
  Slots slots_;
  Forecast forecast_;
  double origin_ = std::numeric_limits<double>::quiet_NaN();

  std::array<double, 5> recent_{};  // last values, newest overwrites oldest
  std::size_t recent_count_ = 0;
  double jump_root_ = 0;  // mean square root of jumps
  double shift_ = 0;      // running mean of differences from the profile
  double unrest_ = 0;     // running mean of jumps
  double run_ = 0;        // how often the last value came again
  Tail jump_tail_;
  Tail profile_tail_;
  Tail shift_tail_;
  Tail unrest_tail_;
  Tail frozen_tail_;
};

}  // namespace clawvigil::spend
