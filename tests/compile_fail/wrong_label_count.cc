// expect: constraints not satisfied
#include "exporter/model/batch.h"

constexpr clawvigil::Metric kMetric{
    clawvigil::MetricType::gauge, "clawvigil_sockets", "Sockets in use.", {"protocol", "scope"}};
void fill(clawvigil::Batch& batch) {
#ifdef MUST_FAIL
  batch.set(kMetric, 1, "tcp");
#else
  batch.set(kMetric, 1, "tcp", "any");
#endif
}
