// Where an evaluation gets its samples. promql knows nothing of collectors or history; the engine,
// the test runner and the differential test each bring a Source of their own.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "alerts/promql/labels.h"
#include "exporter/base/result.h"

namespace clawvigil::promql {

using TimeMs = std::int64_t;  // milliseconds since the epoch, as Prometheus counts

struct Point {
  TimeMs time = 0;
  double value = 0;
};

// The marker Prometheus stores when a series ends: the series does not exist from that point on.
// A NaN with bits of its own, distinct from the ordinary NaN.
[[nodiscard]] double stale_marker();
[[nodiscard]] bool is_stale(double value);

// label=value, label!=value, label=~regex, label!~regex; RE2 syntax, fully anchored.
class Matcher {
 public:
  enum class Kind { equal, not_equal, matches, not_matches };
  // Error: the regular expression is wrong or too large, with RE2's message.
  [[nodiscard]] static Result<Matcher> create(Kind kind, std::string name, std::string value);

  [[nodiscard]] Kind kind() const { return kind_; }
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::string& value() const { return value_; }
  [[nodiscard]] bool matches(std::string_view label_value) const;  // "" for a missing label
  [[nodiscard]] bool matches(const Labels& labels) const { return matches(labels.get(name_)); }

 private:
  struct Regex;
  Matcher(Kind kind, std::string name, std::string value, std::shared_ptr<const Regex> regex);
  Kind kind_;
  std::string name_;
  std::string value_;
  std::shared_ptr<const Regex> regex_;
};

class Source {
 public:
  using Visitor = std::function<void(const Labels&, std::span<const Point>)>;
  virtual ~Source() = default;
  // Calls `visit` once for every series that matches all matchers and has a point in
  // (after, until], with those points in ascending order; stale markers included. The span is valid
  // during the call only. The order of the series is unspecified.
  virtual void select(std::span<const Matcher> matchers, TimeMs after, TimeMs until,
                      const Visitor& visit) const = 0;
};

}  // namespace clawvigil::promql
