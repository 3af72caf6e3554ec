#include "tests/promqltest/storage.h"

#include <algorithm>
#include <utility>

namespace clawvigil::promqltest {

using promql::TimeMs;

Storage::Series& Storage::series(const promql::Labels& labels) {
  Series& series = series_[labels.to_string()];
  series.labels = labels;
  return series;
}

void Storage::add(const std::vector<SeriesLine>& lines, TimeMs interval) {
  for (std::size_t i = 0; i < lines.size(); ++i) {
    // A series that is named twice in one command is what its last line says.
    const bool again =
        std::any_of(lines.begin() + static_cast<std::ptrdiff_t>(i) + 1, lines.end(),
                    [&](const auto& line) { return line.labels == lines[i].labels; });
    if (again) continue;
    Series& target = series(lines[i].labels);
    TimeMs time = 0;
    for (const auto& value : lines[i].values) {
      if (value && value->histogram) target.histograms.insert(time);
      if (value && !value->histogram) target.floats.insert_or_assign(time, value->number);
      time += interval;
    }
  }
}

void Storage::add_converted(const std::vector<SeriesLine>& lines, TimeMs interval) {
  for (const SeriesLine& line : lines) {
    const std::string name(line.labels.get(promql::kMetricName));
    for (const std::string_view suffix : {"_bucket", "_count", "_sum"}) {
      if (!name.ends_with(suffix)) continue;
      Series& target = series(line.labels.with("le", "").with(
          promql::kMetricName, std::string_view(name).substr(0, name.size() - suffix.size())));
      TimeMs time = 0;
      for (const auto& value : line.values) {
        if (value) target.histograms.insert(time);
        time += interval;
      }
    }
  }
}

void Storage::select(std::span<const promql::Matcher> matchers, TimeMs after, TimeMs until,
                     const Visitor& visit) const {
  std::vector<promql::Point> points;
  for (const auto& [key, series] : series_) {
    const auto matches = [&](const promql::Matcher& matcher) {
      return matcher.matches(series.labels);
    };
    if (!std::ranges::all_of(matchers, matches)) continue;
    const auto histogram = series.histograms.upper_bound(after);
    if (histogram != series.histograms.end() && *histogram <= until) histogram_seen_ = true;
    points.clear();
    for (auto at = series.floats.upper_bound(after);
         at != series.floats.end() && at->first <= until; ++at) {
      points.push_back({at->first, at->second});
    }
    if (!points.empty()) visit(series.labels, points);
  }
}

bool Storage::take_histogram_seen() const { return std::exchange(histogram_seen_, false); }

}  // namespace clawvigil::promqltest
