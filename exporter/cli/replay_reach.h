// How far back a rule can be replayed. Pure.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/engine/rule_file.h"
#include "exporter/base/clock.h"

namespace clawvigil::cli {

class ReplayReach {
 public:
  // Since when a metric is known without records: SystemTime::min() for always, nullopt for never.
  using Known = std::function<std::optional<SystemTime>(std::string_view metric)>;
  // Since when there are records (nullopt: there are none).
  ReplayReach(std::optional<SystemTime> recorded_from, Known known)
      : recorded_from_(recorded_from), known_(std::move(known)) {}

  // Since when everything is known that the rule reads: SystemTime::max() if some of it never is.
  // Judged before, it would be silent, or say too much, only because something is missing.
  [[nodiscard]] SystemTime known_from(const alerts::Rule& rule) const;

  // Which of the rules were not judged, or not from the beginning, and which were without records:
  // a sentence each; none if there was no need.
  [[nodiscard]] std::vector<std::string> gaps(std::span<const alerts::RuleFile> files,
                                              SystemTime from) const;

 private:
  [[nodiscard]] SystemTime metric_from(std::string_view metric) const;

  std::optional<SystemTime> recorded_from_;
  Known known_;
};

}  // namespace clawvigil::cli
