// expect: label is repeated
#include "exporter/model/metric.h"

#ifdef MUST_FAIL
constexpr clawvigil::Metric kMetric{
    clawvigil::MetricType::gauge, "clawvigil_sockets", "Sockets in use.", {"scope", "scope"}};
#else
constexpr clawvigil::Metric kMetric{
    clawvigil::MetricType::gauge, "clawvigil_sockets", "Sockets in use.", {"scope", "port"}};
#endif
int main() { return kMetric.name().empty() ? 1 : 0; }
