// How far back a rule can be replayed. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "alerts/engine/rule_file.h"
#include "exporter/base/clock.h"
#include "exporter/cli/transcript_history.h"

namespace clawvigil::cli {

class ReplayReach {
 public:
  // Since when there are records (nullopt: there are none). `transcripts` must outlive this object.
  ReplayReach(std::optional<SystemTime> recorded_from, const TranscriptHistory& transcripts)
      : recorded_from_(recorded_from), transcripts_(transcripts) {}

  // Since when everything is known that the rule reads: SystemTime::min() for what the transcripts
  // tell, max() for what is never recorded. Judged before, it would be silent, or say too much,
  // only because something is missing.
  [[nodiscard]] SystemTime known_from(const alerts::Rule& rule) const;

  // Which of the rules were not judged, or not from the beginning: a sentence each; none if all
  // were.
  [[nodiscard]] std::vector<std::string> gaps(std::span<const alerts::RuleFile> files,
                                              SystemTime from) const;

 private:
  std::optional<SystemTime> recorded_from_;
  const TranscriptHistory& transcripts_;
};

}  // namespace clawvigil::cli
