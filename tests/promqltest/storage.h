// The series a script has loaded, as a Source. Native histograms are kept apart: whoever selects
// one is told so, because this program does not evaluate them.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "alerts/promql/source.h"
#include "tests/promqltest/series.h"

namespace clawvigil::promqltest {

class Storage : public promql::Source {
 public:
  // One load command: values at 0, interval, 2 * interval...
  void add(const std::vector<SeriesLine>& lines, promql::TimeMs interval);
  // The native histograms that load_with_nhcb makes of classic ones, beside them.
  void add_converted(const std::vector<SeriesLine>& lines, promql::TimeMs interval);
  void clear() { series_.clear(); }

  void select(std::span<const promql::Matcher> matchers, promql::TimeMs after, promql::TimeMs until,
              const Visitor& visit) const override;

  // Whether a histogram was among what select() found, since the last call.
  [[nodiscard]] bool take_histogram_seen() const;

 private:
  struct Series {
    promql::Labels labels;
    std::map<promql::TimeMs, double> floats;
    std::set<promql::TimeMs> histograms;
  };
  Series& series(const promql::Labels& labels);

  std::map<std::string, Series> series_;  // by the text of the labels: a stable order
  mutable bool histogram_seen_ = false;
};

}  // namespace clawvigil::promqltest
