// expect: label name is reserved
#include "exporter/model/metric.h"

#ifdef MUST_FAIL
constexpr clawvigil::Metric kMetric{
    clawvigil::MetricType::gauge, "clawvigil_sockets", "Sockets in use.", {"instance"}};
#else
constexpr clawvigil::Metric kMetric{
    clawvigil::MetricType::gauge, "clawvigil_sockets", "Sockets in use.", {"scope"}};
#endif
int main() { return kMetric.name().empty() ? 1 : 0; }
