// expect: use base units
#include "exporter/model/metric.h"

#ifdef MUST_FAIL
constexpr clawvigil::Metric kMetric{clawvigil::MetricType::gauge, "clawvigil_run_ms",
                                    "How long it took."};
#else
constexpr clawvigil::Metric kMetric{clawvigil::MetricType::gauge, "clawvigil_run_seconds",
                                    "How long it took."};
#endif
int main() { return kMetric.name().empty() ? 1 : 0; }
