#include "exporter/cli/reference.h"

#include "exporter/base/strings.h"

namespace clawvigil::cli {

namespace {

constexpr std::string_view kHead =
    R"(# Metrics

Written by `clawvigil metrics` from the descriptors in the code; a test compares. Counters end in
`_total`, an info metric is always 1 and carries its facts in labels. A value that could not be
determined is absent, never 0: see `clawvigil_unknown`.
)";

std::string seconds_text(Duration duration) {
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(duration).count()) + " s";
}

std::string table(std::span<const MetricInfo> metrics) {
  std::string out = "\n| metric | type | labels | meaning |\n|---|---|---|---|\n";
  for (const MetricInfo& metric : metrics) {
    out += "| `" + std::string(metric.name) + "` | " + std::string(to_string(metric.type)) + " | " +
           join({metric.labels.begin(), metric.labels.end()}, ", ") + " | " +
           std::string(metric.help) + " |\n";
  }
  return out;
}

}  // namespace

std::string metric_reference(std::span<const CollectorInfo* const> collectors,
                             std::span<const MetricInfo> hub) {
  std::string out(kHead);
  for (const CollectorInfo* const collector : collectors) {
    out += "\n## " + std::string(collector->name) + "\n\n" + std::string(collector->summary) +
           "\nRuns every " + seconds_text(collector->interval) + "; a result disappears after " +
           seconds_text(collector->max_age) +
           (collector->enabled_by_default ? ".\n" : ". Off by default.\n") +
           table(collector->metrics);
  }
  return out + "\n## About every collector\n" + table(hub);
}

}  // namespace clawvigil::cli
