// expect: name must begin with clawvigil_
#include "exporter/model/metric.h"

#ifdef MUST_FAIL
constexpr clawvigil::Metric kMetric{clawvigil::MetricType::gauge, "openclaw_sockets",
                                    "Sockets in use."};
#else
constexpr clawvigil::Metric kMetric{clawvigil::MetricType::gauge, "clawvigil_sockets",
                                    "Sockets in use."};
#endif
int main() { return kMetric.name().empty() ? 1 : 0; }
