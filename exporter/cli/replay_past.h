// All that is known of the past, for rules to be run over: what was recorded and, before that, what
// the ledger of the transcripts tells.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "alerts/engine/recorded_history.h"
#include "exporter/cli/computed_past.h"
#include "exporter/cli/replay_reach.h"
#include "exporter/cli/transcript_history.h"
#include "exporter/config/config.h"

namespace clawvigil::cli {

class ReplayPast {
 public:
  struct Wanted {
    std::set<std::string, std::less<>> metrics;  // "" among them: all
    SystemTime from;
    SystemTime until;
  };
  // `progress` (0 to 1, often) may be empty. Errors: those of the database, with advice; too_large
  // for more than fits into memory.
  [[nodiscard]] static Result<std::unique_ptr<ReplayPast>> load(
      const Config& config, const Wanted& wanted, const std::function<void(double)>& progress);

  // Valid as long as this object.
  [[nodiscard]] const promql::Source& source() const { return *source_; }
  [[nodiscard]] ReplayReach reach() const;
  // Whether samples of the metric ("": any) may have changed from one time to another.
  [[nodiscard]] bool changed(std::string_view metric, SystemTime before, SystemTime now) const;
  // Before, nothing is known more finely than by slots of five minutes.
  [[nodiscard]] SystemTime fine_from() const { return fine_from_; }
  // False while the transcripts are read for the first time.
  [[nodiscard]] bool is_complete() const { return complete_; }
  // nullopt: nothing was recorded in this time.
  [[nodiscard]] std::optional<SystemTime> recorded_from() const { return recorded_from_; }

 private:
  explicit ReplayPast(store::Store store) : store_(std::move(store)) {}

  store::Store store_;
  alerts::RecordedHistory recorded_;
  std::optional<SystemTime> recorded_from_;
  std::optional<TranscriptHistory> transcripts_;
  std::optional<ComputedPast> computed_;
  std::optional<PastSource> source_;
  SystemTime fine_from_;
  bool complete_ = false;
};

}  // namespace clawvigil::cli
