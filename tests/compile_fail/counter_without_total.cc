// expect: counters end in _total
#include "exporter/model/metric.h"

#ifdef MUST_FAIL
constexpr clawvigil::Metric kMetric{clawvigil::MetricType::counter, "clawvigil_sockets",
                                    "Sockets seen by now."};
#else
constexpr clawvigil::Metric kMetric{clawvigil::MetricType::gauge, "clawvigil_sockets",
                                    "Sockets seen by now."};
#endif
int main() { return kMetric.name().empty() ? 1 : 0; }
