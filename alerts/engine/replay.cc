#include "alerts/engine/replay.h"

#include <algorithm>
#include <map>
#include <utility>

#include "alerts/engine/inputs.h"
#include "alerts/engine/rule_state.h"
#include "alerts/engine/series.h"
#include "exporter/base/milliseconds.h"

namespace clawvigil::alerts {

namespace {

constexpr std::int64_t kMaxSteps = 200'000;
constexpr std::int64_t kProgressSteps = 100;

// One rule over the whole time; alerts are collected when they end.
class RuleReplay {
 public:
  // It is judged from `begin` on.
  RuleReplay(const Rule& rule, SystemTime begin, const ReplayOptions& options, ReplayResult& result)
      : rule_(rule),
        silent_(rule),
        inputs_(rule.expr),
        begin_(begin),
        changed_(options.changed),
        result_(result) {
    silent_.annotations.clear();
    silent_.translated.clear();
  }

  void at(const promql::Source& source, SystemTime now) {
    if (now < begin_) return;
    if (must_evaluate(now)) {
      auto value = rule_.expr.evaluate(source, to_milliseconds(now));
      if (!value) return failed(value.error().message);
      if (const auto* scalar = std::get_if<double>(&*value)) {
        value = promql::Vector{{promql::Labels(), *scalar}};
      }
      found_ = std::get<promql::Vector>(std::move(*value));
      evaluated_ = now;
    }
    if (found_.empty() && state_.alerts.empty()) return;
    const auto stepped = step(state_, silent_, found_, now, false);
    if (!stepped) return failed(stepped.error().message);
    collect();
    for (auto& [print, open] : open_) {
      if (open.fired_at == now) annotate(open, state_.alerts.at(print), source, now);
    }
  }

  void finish() {
    for (const auto& [print, alert] : open_) result_.alerts.push_back(alert);
  }

 private:
  // Where nothing changed in all the time that two evaluations look at, they say the same.
  [[nodiscard]] bool must_evaluate(SystemTime now) const {
    if (!evaluated_ || !changed_ || inputs_.reads_clock) return true;
    return std::ranges::any_of(inputs_.selectors, [&](const promql::SelectorUse& selector) {
      const auto past =
          std::chrono::milliseconds(selector.range + std::max<promql::TimeMs>(0, selector.offset));
      const auto future = std::chrono::milliseconds(std::max<promql::TimeMs>(0, -selector.offset));
      return changed_(metric_of(selector.matchers), *evaluated_ - past, now + future);
    });
  }

  void failed(const std::string& message) {
    evaluated_.reset();
    if (!std::exchange(failed_, true)) result_.failures.emplace_back(rule_.alertname, message);
  }

  void annotate(ReplayedAlert& open, const ActiveAlert& active, const promql::Source& source,
                SystemTime now) const {
    const auto ask = [&](const promql::Expression& query) {
      return answer(query, source, to_milliseconds(now));
    };
    for (const auto& [name, text] : rule_.annotations) {
      open.annotations[name] = text.expand(active.element, active.alert.value, ask);
    }
  }

  void collect() {
    for (auto open = open_.begin(); open != open_.end();) {
      const auto active = state_.alerts.find(open->first);
      const bool gone = active == state_.alerts.end() ||
                        active->second.alert.state == AlertState::resolved ||
                        active->second.alert.active_at != open->second.active_at;
      if (gone) {
        // A pending alert that went away never fired and was never resolved.
        if (active != state_.alerts.end()) {
          open->second.resolved_at = active->second.alert.resolved_at;
        }
        result_.alerts.push_back(std::move(open->second));
      }
      open = gone ? open_.erase(open) : std::next(open);
    }
    for (const auto& [print, active] : state_.alerts) {
      const Alert& alert = active.alert;
      if (alert.state == AlertState::resolved) continue;
      ReplayedAlert& open = open_[print];
      open.labels = alert.labels;
      open.active_at = alert.active_at;
      open.fired_at = alert.fired_at;
      open.value = alert.value;
    }
  }

  const Rule& rule_;
  Rule silent_;  // the same without texts: they are made once, when it fires
  RuleInputs inputs_;
  SystemTime begin_;
  const std::function<bool(std::string_view, SystemTime, SystemTime)>& changed_;
  promql::Vector found_;  // when it was last evaluated
  std::optional<SystemTime> evaluated_;
  ReplayResult& result_;
  RuleState state_;
  std::map<std::uint64_t, ReplayedAlert> open_;
  bool failed_ = false;
};

}  // namespace

Result<ReplayResult> replay(const RuleFile& rules, const promql::Source& source,
                            const ReplayOptions& options) {
  if (options.step <= Duration{} || options.coarse_step <= Duration{} ||
      options.until < options.from) {
    return fail(Errc::unsupported, "a replay needs a beginning before its end, and a step");
  }
  const SystemTime fine_from = std::clamp(options.fine_from, options.from, options.until);
  const std::int64_t steps =
      (fine_from - options.from) / options.coarse_step + (options.until - fine_from) / options.step;
  if (steps > kMaxSteps) {
    return fail(Errc::unsupported, "more than 200,000 evaluations: take a longer step");
  }
  ReplayResult result;
  std::vector<RuleReplay> replays;
  for (const RuleGroup& group : rules.groups) {
    for (const Rule& rule : group.rules) {
      replays.emplace_back(rule, options.known_from ? options.known_from(rule) : options.from,
                           options, result);
    }
  }
  const std::int64_t every = std::max<std::int64_t>(1, steps / kProgressSteps);
  std::int64_t done = 0;
  for (SystemTime now = options.from; now <= options.until; ++done) {
    for (RuleReplay& rule : replays) rule.at(source, now);
    if (options.progress && done % every == 0) {
      options.progress(static_cast<double>(done) /
                       static_cast<double>(std::max<std::int64_t>(1, steps)));
    }
    now += now < fine_from ? options.coarse_step : options.step;
  }
  for (RuleReplay& rule : replays) rule.finish();
  std::ranges::stable_sort(result.alerts, {}, &ReplayedAlert::active_at);
  return result;
}

}  // namespace clawvigil::alerts
