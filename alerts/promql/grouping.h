// Parts of label sets: what by, without, on and ignoring compare and keep. Names are sorted.
#pragma once

#include <span>
#include <string>

#include "alerts/promql/labels.h"

namespace clawvigil::promql {

// Equal for two label sets if and only if they agree in the labels `names` (keep), or in all but
// those and the metric name.
[[nodiscard]] std::string signature(const Labels& labels, std::span<const std::string> names,
                                    bool keep);

[[nodiscard]] Labels only(const Labels& labels, std::span<const std::string> names);
[[nodiscard]] Labels without(const Labels& labels, std::span<const std::string> names);

// {__name__="up", job="x"}, as Prometheus' messages show labels.
[[nodiscard]] std::string in_braces(const Labels& labels);

}  // namespace clawvigil::promql
