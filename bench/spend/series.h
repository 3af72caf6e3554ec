#pragma once
// Series of one value a minute, as Prometheus sees a host that is scraped and judged every minute,
// and the few functions of PromQL that the peers' rules need. NaN: no sample. Ranges contain both
// of their ends, as in Prometheus 2: "[5m]" are six samples.
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace clawvigil::spend_world {

using Series = std::vector<double>;

// Counters of a host, one sample a minute from the first minute on; sample k holds what was known
// at its beginning. Whole micro-USD and tokens: exact.
struct Counters {
  std::int64_t first_minute = 0;
  Series cost;    // micro-USD
  Series tokens;  // input and output
};

// Of a directory that `spend_generate` wrote; nothing when a file is not as expected.
std::optional<Counters> read_counters(const std::filesystem::path& directory);

// increase(counter[minutes]). A counter that begins at 0 is not extrapolated.
Series increase(const Series& counter, int minutes);

Series avg_over_time(const Series& series, int minutes);
Series stddev_over_time(const Series& series, int minutes);
Series median_over_time(const Series& series, int minutes);  // quantile_over_time(0.5, ...)
Series last_over_time(const Series& series, int minutes);
Series offset(const Series& series, int minutes);

template <typename Function>
Series combine(const Series& a, const Series& b, Function function) {
  Series result(a.size());
  for (std::size_t at = 0; at < a.size(); ++at) result[at] = function(a[at], b[at]);
  return result;
}

// The larger of two samples, or the one there is.
Series max_of(const Series& a, const Series& b);

// a > b as a condition for so many minutes: [first minute that fires, first that does not), as
// indices. Without a sample on either side nothing holds.
struct Span {
  std::size_t from = 0;
  std::size_t to = 0;
};
std::vector<Span> firing(const Series& a, const Series& b, int for_minutes);

// The same alarms with so many minutes of keep_firing_for.
std::vector<Span> kept(const std::vector<Span>& spans, std::size_t minutes);

}  // namespace clawvigil::spend_world
