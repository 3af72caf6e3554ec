// expect: belong to histograms
#include "exporter/model/metric.h"

#ifdef MUST_FAIL
constexpr clawvigil::Metric kMetric{clawvigil::MetricType::gauge, "clawvigil_sockets_count",
                                    "Sockets open now."};
#else
constexpr clawvigil::Metric kMetric{clawvigil::MetricType::gauge, "clawvigil_sockets",
                                    "Sockets open now."};
#endif
int main() { return kMetric.name().empty() ? 1 : 0; }
