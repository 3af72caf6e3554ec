// expect: a size must end in _bytes
#include "exporter/model/metric.h"

#ifdef MUST_FAIL
constexpr clawvigil::Metric kMetric{clawvigil::MetricType::gauge, "clawvigil_log_size",
                                    "How large it is."};
#else
constexpr clawvigil::Metric kMetric{clawvigil::MetricType::gauge, "clawvigil_log_size_bytes",
                                    "How large it is."};
#endif
int main() { return kMetric.name().empty() ? 1 : 0; }
