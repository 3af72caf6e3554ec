#include "alerts/engine/inputs.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "alerts/engine/literals.h"
#include "exporter/base/strings.h"

namespace clawvigil::alerts {

namespace {

constexpr std::size_t kMaxReasonBytes = 300;
// How often what only depends on the time is looked at: the clock matters to the second for hardly
// any rule, and what leaves a long range does so slowly.
constexpr Duration kLeastStep = std::chrono::seconds(10);
constexpr Duration kMostStep = std::chrono::minutes(1);
constexpr promql::TimeMs kStepsOfPast = 60;

constexpr std::array<std::string_view, 5> kStrict{"unless", "absent", "absent_over_time", "scalar",
                                                  "vector"};
constexpr std::array<std::string_view, 10> kTimes{
    "time", "timestamp",    "hour",        "minute",      "month",
    "year", "day_of_month", "day_of_week", "day_of_year", "days_in_month"};

bool has_any(const std::string& text, std::span<const std::string_view> words) {
  return std::ranges::any_of(words, [&](auto word) { return has_word(text, word); });
}

bool same_to_judge(const CollectorState& a, const CollectorState& b) {
  const auto message = [](const CollectorState& state) {
    return state.error ? std::string_view(state.error->message) : std::string_view();
  };
  return a.ran == b.ran && a.success == b.success && a.batch == b.batch &&
         a.last_success.has_value() == b.last_success.has_value() &&
         a.error.has_value() == b.error.has_value() && message(a) == message(b);
}

std::string name_of(const CollectorState& state) { return std::string(state.info->name); }

}  // namespace

RuleInputs::RuleInputs(const promql::Expression& expression)
    : selectors(expression.selectors()),
      strict(has_any(expression.text(), kStrict)),
      reads_clock(has_any(expression.text(), kTimes)),
      time_dependent(reads_clock),
      step(time_dependent ? kLeastStep : kMostStep) {
  for (const promql::SelectorUse& selector : selectors) {
    metrics.emplace_back(metric_of(selector.matchers));
    const promql::TimeMs past = std::max(selector.range, std::abs(selector.offset));
    if (past == 0) continue;
    time_dependent = true;
    const Duration share = std::chrono::milliseconds(past / kStepsOfPast);
    step = std::min(step, std::max(kLeastStep, share));
  }
  std::ranges::sort(metrics);
  const auto repeated = std::ranges::unique(metrics);
  metrics.erase(repeated.begin(), repeated.end());
}

InputJudge::InputJudge(std::span<const CollectorInfo* const> collectors,
                       std::span<const MetricInfo> own) {
  for (const CollectorInfo* const collector : collectors) {
    for (const MetricInfo& metric : collector->metrics)
      families_[metric.name] = {collector, nullptr};
  }
  for (const MetricInfo& metric : own) families_[metric.name] = {};
}

void InputJudge::take(const std::vector<CollectorState>& states) {
  changed_.clear();
  if (std::ranges::equal(states, states_, {}, &CollectorState::info, &CollectorState::info)) {
    for (std::size_t i = 0; i < states.size(); ++i) {
      if (same_to_judge(states_[i], states[i])) continue;
      states_[i] = states[i];
      changed_.push_back(states[i].info);
    }
    return;
  }
  for (const CollectorState& state : states_) changed_.push_back(state.info);
  states_ = states;
  for (auto& [name, family] : families_) family.state = nullptr;
  for (const CollectorState& state : states_) {
    changed_.push_back(state.info);
    for (const MetricInfo& metric : state.info->metrics)
      families_[metric.name] = {state.info, &state};
  }
}

void InputJudge::look(const Snapshot& snapshot) {
  take(snapshot.collectors);
  // What nobody declares but is there: the program's own.
  for (const auto& batch : snapshot.batches) {
    if (std::ranges::count(looked_at_, batch) > 0) continue;
    for (const auto& [name, family] : batch->families()) {
      families_.try_emplace(family.info.name, Family{});
    }
  }
  looked_at_ = snapshot.batches;
}

bool InputJudge::complete(const RuleInputs& inputs) const {
  return std::ranges::all_of(inputs.metrics, [&](const std::string& metric) {
    const auto found = families_.find(metric);
    if (found == families_.end()) return metric.empty();
    const Family& family = found->second;
    return family.collector == nullptr || (family.state != nullptr && family.state->batch);
  });
}

std::optional<std::string> InputJudge::frozen(const RuleInputs& inputs) const {
  for (const std::string& metric : inputs.metrics) {
    const auto found = families_.find(metric);
    if (found == families_.end() || found->second.state == nullptr) continue;
    const CollectorState& state = *found->second.state;
    if (!state.ran || (!state.last_success && !state.error)) {
      return "kept as it was: the collector " + name_of(state) + " has not run yet";
    }
    if (state.success && state.batch) continue;
    const std::string why =
        state.error ? sanitize(state.error->message, kMaxReasonBytes) : "its readings are too old";
    return "kept as it was: the collector " + name_of(state) + " fails: " + why;
  }
  return std::nullopt;
}

std::optional<std::string> InputJudge::unknown(const promql::SelectorUse& selector,
                                               const LiveView& live) const {
  const std::string_view metric = metric_of(selector.matchers);
  if (metric.empty()) return std::nullopt;
  const auto found = families_.find(metric);
  if (found == families_.end()) return "nothing here exports " + sanitize(metric);
  const Family& family = found->second;
  if (family.collector == nullptr) return std::nullopt;
  const std::string collector(family.collector->name);
  if (family.state == nullptr) return "the collector " + collector + " does not run here";
  const CollectorState& state = *family.state;
  if (!state.batch) {
    if (!state.ran) return "the collector " + collector + " has not run yet";
    return "the collector " + collector + " fails: " +
           (state.error ? sanitize(state.error->message, kMaxReasonBytes)
                        : "its readings are too old");
  }
  const LiveFamily* const current = live.find(metric);
  const bool empty = current == nullptr || current->series.empty();
  for (const Unknown& unknown : state.batch->unknowns()) {
    const bool concerned =
        unknown.families.empty() ? empty : std::ranges::count(unknown.families, metric) > 0;
    if (concerned) {
      return "the collector " + collector +
             " could not determine it: " + sanitize(unknown.detail, kMaxReasonBytes);
    }
  }
  return std::nullopt;
}

std::optional<std::string> InputJudge::unknown(const RuleInputs& inputs, const LiveView& live,
                                               const History& history, promql::TimeMs now) const {
  for (const promql::SelectorUse& selector : inputs.selectors) {
    if (selector.inside_absent) continue;
    if (auto reason = unknown(selector, live)) return reason;
  }
  for (const promql::SelectorUse& selector : inputs.selectors) {
    if (selector.inside_absent) continue;
    if (auto reason = history.gap(selector, now)) return reason;
  }
  if (inputs.strict && !complete(inputs)) {
    for (const promql::SelectorUse& selector : inputs.selectors) {
      if (auto reason = unknown(selector, live)) return reason;
    }
  }
  return std::nullopt;
}

}  // namespace clawvigil::alerts
