// The families of the usage collector as they would have been, from the ledger's hours: a past that
// is there from the first start, because the transcripts are. Within an hour use is taken as even;
// what was spent is known for seventy days by slots of five minutes.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/promql/source.h"
#include "collectors/usage/curve.h"
#include "exporter/base/result.h"
#include "exporter/store/store.h"

namespace clawvigil::cli {

class TranscriptHistory final : public promql::Source {
 public:
  using MakeLabels =
      std::function<promql::Labels(std::string_view metric, std::vector<promql::Label> labels)>;
  // `metrics`: those that will be asked for; "" among them: all.
  [[nodiscard]] static Result<TranscriptHistory> load(
      store::Store& store, const std::set<std::string, std::less<>>& metrics,
      const MakeLabels& make_labels);
  // True if it has series of the metric; of those it was loaded for.
  [[nodiscard]] bool tells_of(std::string_view metric) const { return families_.contains(metric); }
  // Whether a series of the metric has other values than one from `before` to `now`.
  [[nodiscard]] bool changed(std::string_view metric, promql::TimeMs before,
                             promql::TimeMs now) const;
  // Points once a minute, from the hour of the first use on.
  void select(std::span<const promql::Matcher> matchers, promql::TimeMs after, promql::TimeMs until,
              const Visitor& visit) const override;

 private:
  struct Series {
    promql::Labels labels;
    std::shared_ptr<const usage::Curve> curve;
    promql::TimeMs window = 0;  // 0: the total; else what was added within the window
    [[nodiscard]] double at(promql::TimeMs time) const {
      return curve->at(time) - (window == 0 ? 0 : curve->at(time - window));
    }
  };
  void select_from(const std::vector<Series>& family, std::span<const promql::Matcher> matchers,
                   promql::TimeMs after, promql::TimeMs until, const Visitor& visit) const;

  std::map<std::string, std::vector<Series>, std::less<>> families_;  // by metric
};

// The recorded history, and before its beginning what else is known: sources that have no series in
// common.
class PastSource final : public promql::Source {
 public:
  PastSource(const promql::Source& recorded, promql::TimeMs recorded_from,
             std::vector<const promql::Source*> earlier)
      : recorded_(recorded), recorded_from_(recorded_from), earlier_(std::move(earlier)) {}
  void select(std::span<const promql::Matcher> matchers, promql::TimeMs after, promql::TimeMs until,
              const Visitor& visit) const override;

 private:
  const promql::Source& recorded_;
  const promql::TimeMs recorded_from_;
  std::vector<const promql::Source*> earlier_;
};

}  // namespace clawvigil::cli
