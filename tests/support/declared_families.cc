#include "tests/support/declared_families.h"

#include <span>

#include "exporter/cli/alerting.h"
#include "exporter/collect/hub.h"

namespace clawvigil::test {

std::map<std::string, LabelNames, std::less<>> declared_families() {
  std::map<std::string, LabelNames, std::less<>> families;
  const auto add = [&](std::span<const MetricInfo> metrics) {
    for (const MetricInfo& metric : metrics) {
      families[std::string(metric.name)] = {metric.labels.begin(), metric.labels.end()};
    }
  };
  add(Hub::metrics());
  for (const CollectorInfo* const info : cli::exporting_infos()) add(info->metrics);
  return families;
}

}  // namespace clawvigil::test
