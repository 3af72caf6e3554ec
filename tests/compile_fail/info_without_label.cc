// expect: info metrics need a label
#include "exporter/model/metric.h"

#ifdef MUST_FAIL
constexpr clawvigil::Metric kMetric{clawvigil::MetricType::info, "clawvigil_build_info",
                                    "What is running here."};
#else
constexpr clawvigil::Metric kMetric{
    clawvigil::MetricType::info, "clawvigil_build_info", "What is running here.", {"version"}};
#endif
int main() { return kMetric.name().empty() ? 1 : 0; }
