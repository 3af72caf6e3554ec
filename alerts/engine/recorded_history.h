// What the recorder wrote, or what is computed instead, as a Source: each series holds its value
// until its next change, within the sessions that were recorded.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/promql/labels.h"
#include "alerts/promql/source.h"
#include "exporter/store/store.h"

namespace clawvigil::alerts {

class RecordedHistory final : public promql::Source {
 public:
  using MakeLabels =
      std::function<promql::Labels(std::string_view metric, std::vector<promql::Label> labels)>;
  struct Series {
    promql::Labels labels;
    std::vector<promql::Point> changes;  // stale marker: it ended
  };
  struct Session {
    promql::TimeMs start;
    promql::TimeMs until;
  };

  // The series of `metrics` ("" among them: all) with what they were from `after` to `until`; none
  // while nothing was ever recorded. The last session counts as kWriteInterval longer than written,
  // with nothing changed in it.
  // Errors: too_large beyond two million samples; those of the database.
  [[nodiscard]] static Result<RecordedHistory> load(
      store::Store& store, const std::set<std::string, std::less<>>& metrics, promql::TimeMs after,
      promql::TimeMs until, const MakeLabels& make_labels);

  // Of the same kind, from elsewhere: series with at least one change each, known all the time from
  // the first change to `until`.
  [[nodiscard]] static RecordedHistory of(std::vector<Series> series, promql::TimeMs until);

  // Points once a minute.
  void select(std::span<const promql::Matcher> matchers, promql::TimeMs after, promql::TimeMs until,
              const Visitor& visit) const override;
  // Whether a series of the metric ("": any) may have other values than one, or come or go, from
  // `before` to `now`.
  [[nodiscard]] bool changed(std::string_view metric, promql::TimeMs before,
                             promql::TimeMs now) const;
  // The points of a series in (after, until], on multiples of `spacing`.
  void points(const Series& series, promql::TimeMs after, promql::TimeMs until,
              promql::TimeMs spacing, std::vector<promql::Point>& out) const;

  [[nodiscard]] std::span<const Series> series() const { return series_; }
  [[nodiscard]] std::span<const Session> sessions() const { return sessions_; }

 private:
  void take(Series series);

  std::vector<Series> series_;
  std::map<std::string, std::vector<std::size_t>, std::less<>> families_;  // places by metric
  std::vector<Session> sessions_;                                          // in order
};

}  // namespace clawvigil::alerts
