// Functions that need more than a value or the points of a series.
#pragma once

#include "alerts/promql/evaluator.h"

namespace clawvigil::promql {

// functions_vector.cc
[[nodiscard]] Result<Outcome> call_absent(Evaluator& evaluator, const CallNode& node);
[[nodiscard]] Result<Outcome> call_absent_over_time(Evaluator& evaluator, const CallNode& node);
[[nodiscard]] Result<Outcome> call_clamp(Evaluator& evaluator, const CallNode& node);
[[nodiscard]] Result<Outcome> call_clamp_max(Evaluator& evaluator, const CallNode& node);
[[nodiscard]] Result<Outcome> call_clamp_min(Evaluator& evaluator, const CallNode& node);
[[nodiscard]] Result<Outcome> call_double_exponential_smoothing(Evaluator& evaluator,
                                                                const CallNode& node);
[[nodiscard]] Result<Outcome> call_pi(Evaluator& evaluator, const CallNode& node);
[[nodiscard]] Result<Outcome> call_round(Evaluator& evaluator, const CallNode& node);
[[nodiscard]] Result<Outcome> call_scalar(Evaluator& evaluator, const CallNode& node);
[[nodiscard]] Result<Outcome> call_time(Evaluator& evaluator, const CallNode& node);
[[nodiscard]] Result<Outcome> call_timestamp(Evaluator& evaluator, const CallNode& node);
[[nodiscard]] Result<Outcome> call_vector(Evaluator& evaluator, const CallNode& node);

// functions_label.cc
[[nodiscard]] Result<Outcome> call_label_join(Evaluator& evaluator, const CallNode& node);
[[nodiscard]] Result<Outcome> call_label_replace(Evaluator& evaluator, const CallNode& node);
[[nodiscard]] Result<Outcome> call_sort(Evaluator& evaluator, const CallNode& node);
[[nodiscard]] Result<Outcome> call_sort_by_label(Evaluator& evaluator, const CallNode& node);
[[nodiscard]] Result<Outcome> call_sort_by_label_desc(Evaluator& evaluator, const CallNode& node);
[[nodiscard]] Result<Outcome> call_sort_desc(Evaluator& evaluator, const CallNode& node);

}  // namespace clawvigil::promql
