// expect: a time must end in _seconds
#include "exporter/model/metric.h"

#ifdef MUST_FAIL
constexpr clawvigil::Metric kMetric{clawvigil::MetricType::gauge, "clawvigil_run_duration",
                                    "How long it took."};
#else
constexpr clawvigil::Metric kMetric{clawvigil::MetricType::gauge, "clawvigil_run_duration_seconds",
                                    "How long it took."};
#endif
int main() { return kMetric.name().empty() ? 1 : 0; }
