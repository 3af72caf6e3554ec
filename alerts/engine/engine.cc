#include "alerts/engine/engine.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "alerts/engine/alert_store.h"
#include "alerts/engine/engine_state.h"
#include "alerts/engine/recorded_history.h"
#include "exporter/base/milliseconds.h"

namespace clawvigil::alerts {

namespace {

// What depends on the time is looked at this often, though it is evaluated less often.
constexpr Duration kTimeStep = std::chrono::seconds(10);
// Without a call for so long nobody has watched.
constexpr Duration kPause = std::chrono::minutes(2);
// The two clocks may differ by so much between two calls.
constexpr Duration kClockTolerance = std::chrono::seconds(2);

bool same_rule(const Rule& a, const Rule& b) {
  const auto same_label = [](const auto& left, const auto& right) {
    return left.first == right.first && left.second.text() == right.second.text();
  };
  return a.alertname == b.alertname && std::ranges::equal(a.labels, b.labels, same_label);
}

// True if the rule could have made an alert with these labels.
bool could_be_of(const Rule& rule, const promql::Labels& labels) {
  return std::ranges::all_of(rule.labels, [&](const auto& label) {
    return !label.second.is_constant() || labels.get(label.first) == label.second.text();
  });
}

bool resolve(Alert& alert, SystemTime now) {
  if (alert.state == AlertState::pending) return false;
  if (alert.state == AlertState::firing) {
    alert.state = AlertState::resolved;
    alert.resolved_at = now;
    alert.frozen = false;
  }
  return now - *alert.resolved_at <= kResolvedRetention;
}

}  // namespace

RuleStatus RunningRule::status() const {
  if (state.has(AlertState::firing)) return RuleStatus::broken;
  if (state.has(AlertState::pending)) return RuleStatus::pending;
  return unknown.empty() ? RuleStatus::ok : RuleStatus::unknown;
}

Engine::State::State(std::shared_ptr<const RuleSet> the_rules, EngineOptions the_options)
    : rules(std::move(the_rules)),
      options(std::move(the_options)),
      own(options.own),
      judge(options.collectors, {}),
      live(options.job, options.instance) {
  own.insert(own.end(), Hub::metrics().begin(), Hub::metrics().end());
  own.insert(own.end(), Engine::metrics().begin(), Engine::metrics().end());
  judge = InputJudge(options.collectors, own);
  plan();
}

// Builds the running rules; states of rules that stay the same move over.
void Engine::State::plan() {
  std::vector<RunningGroup> before = std::exchange(groups, {});
  std::vector<promql::SelectorUse> selectors;
  std::vector<promql::SelectorUse> explaining;
  std::set<std::string, std::less<>> watched;
  for (const RuleFile& file : rules->files) {
    for (const RuleGroup& group : file.groups) {
      RunningGroup running{&group, &file, {}, 0, {}, {}};
      for (const Rule& rule : group.rules) {
        running.rules.emplace_back(rule);
        const RuleInputs& inputs = running.rules.back().inputs;
        watched.insert(inputs.metrics.begin(), inputs.metrics.end());
        selectors.insert(selectors.end(), inputs.selectors.begin(), inputs.selectors.end());
        for (promql::SelectorUse& selector : rule.explained_by()) {
          watched.emplace(metric_of(selector.matchers));
          explaining.push_back(std::move(selector));
        }
      }
      groups.push_back(std::move(running));
    }
  }
  readers.clear();
  for (RunningGroup& group : groups) {
    for (RunningRule& rule : group.rules) {
      for (const std::string& metric : rule.inputs.metrics) readers[metric].push_back(&rule);
    }
  }
  live.watch(std::move(watched));
  version = 0;  // what it watches now has not been taken yet
  history.plan(selectors, explaining);
  for (RunningGroup& old : before) {
    for (RunningRule& rule : old.rules) {
      bool kept = false;
      for (RunningGroup& group : groups) {
        for (RunningRule& next : group.rules) {
          if (!kept && same_rule(*next.rule, *rule.rule)) {
            next.state = std::move(rule.state);
            // Their texts may be others now.
            for (auto& [print, active] : next.state.alerts) active.element = {};
            kept = true;
          }
        }
        if (group.group->name == old.group->name) group.failures = old.failures;
      }
      if (!kept && last) retire(rule, last->wall);
    }
  }
}

void Engine::State::retire(const RunningRule& rule, SystemTime now) {
  for (const auto& [print, active] : rule.state.alerts) {
    ActiveAlert gone = active;
    changed = true;
    dirty.insert(std::string(gone.alert.name()));
    if (resolve(gone.alert, now)) retired.push_back(std::move(gone));
  }
}

bool Engine::State::is_active(std::uint64_t fingerprint) const {
  return std::ranges::any_of(groups, [&](const RunningGroup& group) {
    return std::ranges::any_of(group.rules, [&](const RunningRule& rule) {
      return rule.state.alerts.contains(fingerprint);
    });
  });
}

// A rule that has come back may have made the same alert again: there is only one then.
void Engine::State::forget_retired(SystemTime now) {
  std::erase_if(retired, [&](ActiveAlert& gone) {
    if (resolve(gone.alert, now) && !is_active(gone.alert.fingerprint)) return false;
    dirty.insert(std::string(gone.alert.name()));
    return true;
  });
}

// Time that nobody watched does not count for what is pending.
void Engine::State::watch_clock(Instant now) {
  if (!last) return;
  const Duration by_wall = now.wall - last->wall;
  const Duration by_steady = now.steady - last->steady;
  Duration unwatched{};
  if (by_steady > kPause) {
    unwatched = by_wall;
  } else if (by_wall - by_steady > kClockTolerance || by_steady - by_wall > kClockTolerance) {
    unwatched = by_wall - by_steady;
  }
  if (unwatched == Duration{}) return;
  for (RunningGroup& group : groups) {
    for (RunningRule& rule : group.rules) {
      shift(rule.state, unwatched, now.wall);
      rule.evaluated = false;
      if (!rule.state.alerts.empty()) dirty.insert(rule.rule->alertname);
    }
  }
  for (ActiveAlert& gone : retired) {
    if (gone.alert.resolved_at)
      gone.alert.resolved_at = std::min(*gone.alert.resolved_at, now.wall);
  }
}

bool Engine::State::input_changed(const RunningRule& rule) const {
  return std::ranges::any_of(rule.inputs.metrics, [&](const std::string& metric) {
    if (metric.empty()) return true;
    const LiveFamily* const family = live.find(metric);
    return family != nullptr && family->changed > rule.update;
  });
}

void Engine::State::take(const Snapshot& snapshot) {
  if (snapshot.version != 0 && snapshot.version == version) return;
  version = snapshot.version;
  judge.look(snapshot);
  live.update(snapshot);
  batches = snapshot.batches;
  stir();
}

// Marks the rules that the news concern.
void Engine::State::stir() {
  const auto mark = [&](std::string_view metric) {
    const auto found = readers.find(metric);
    if (found == readers.end()) return;
    for (RunningRule* const rule : found->second) rule->stirred = true;
  };
  mark("");
  for (const std::string_view metric : live.changed()) mark(metric);
  for (const CollectorInfo* const collector : judge.changed()) {
    for (const MetricInfo& metric : collector->metrics) mark(metric.name);
  }
}

// False if the result could not be determined; rule.error says why.
bool Engine::State::evaluate_expression(RunningRule& rule, Instant now) const {
  const HistorySource source(live, history, to_milliseconds(now.wall));
  Result<promql::Value> value = rule.rule->expr.evaluate(source, to_milliseconds(now.wall));
  rule.evaluated = true;
  rule.update = live.update_number();
  rule.time = now.wall;
  rule.error.reset();
  if (!value) {
    rule.error = value.error().message;
    return false;
  }
  if (const auto* scalar = std::get_if<double>(&*value)) {
    rule.result = {{promql::Labels(), *scalar}};
  } else {
    rule.result = std::move(std::get<promql::Vector>(*value));
  }
  return true;
}

// What a text asks.
Result<promql::Vector> Engine::State::ask(const promql::Expression& query, Instant now) const {
  const promql::TimeMs time = to_milliseconds(now.wall);
  return answer(query, HistorySource(live, history, time, /*explains=*/true), time);
}

// The states of its alerts, by what it found last.
void Engine::State::advance(RunningRule& rule, Instant now) {
  const auto stepped = step(rule.state, *rule.rule, rule.result, now.wall, rule.was_frozen,
                            [&](const promql::Expression& query) { return ask(query, now); });
  if (!stepped) {
    rule.error = stepped.error().message;
    rule.stirred = true;  // it is unknown from the next call on
  } else if (*stepped) {
    changed = true;
    dirty.insert(rule.rule->alertname);
  }
}

void Engine::State::evaluate(RunningGroup& group, RunningRule& rule, Instant now) {
  rule.looked = now.wall;
  rule.stirred = false;
  const std::optional<std::string> frozen = judge.frozen(rule.inputs);
  rule.frozen = frozen.value_or("");
  const bool thawed = std::exchange(rule.was_frozen, frozen.has_value()) != frozen.has_value();
  const bool may_evaluate = !rule.inputs.strict || judge.complete(rule.inputs);
  const bool due = !rule.evaluated || thawed || input_changed(rule) ||
                   (rule.inputs.time_dependent && now.wall - rule.time >= rule.inputs.step);
  rule.blocked = !may_evaluate;
  if (may_evaluate && (due || (rule.state.waits() && !rule.error))) {
    bool good = !rule.error;
    if (due) {
      const SteadyTime begin =
          options.clock == nullptr ? SteadyTime{} : options.clock->now().steady;
      good = evaluate_expression(rule, now);
      if (options.clock != nullptr) rule.duration = options.clock->now().steady - begin;
      group.time = now.wall;
    }
    if (good) advance(rule, now);
    if (due && rule.error) ++group.failures;
  } else if (!may_evaluate) {
    rule.evaluated = false;
    for (auto& [print, active] : rule.state.alerts) {
      active.alert.frozen = active.alert.state != AlertState::resolved;
    }
  }
  const bool was_known = rule.unknown.empty();
  rule.unknown = judge.unknown(rule.inputs, live, history, to_milliseconds(now.wall)).value_or("");
  if (rule.error) rule.unknown = "the evaluation failed: " + *rule.error;
  if (rule.unknown.empty() != was_known) {
    known_changed = true;
    rule.known_since = now.wall;
  }
}

// What concerns no rule costs none; without news it is only looked at for the sake of time.
bool Engine::State::must_look(const RunningRule& rule, Instant now) const {
  const bool must_evaluate = !rule.evaluated && !rule.blocked;
  const bool aged =
      rule.inputs.time_dependent && (now.wall - rule.looked >= kTimeStep ||
                                     (!rule.blocked && now.wall - rule.time >= rule.inputs.step));
  return rule.stirred || must_evaluate || aged;
}

Engine::Engine(std::shared_ptr<const RuleSet> rules, EngineOptions options)
    : state_(std::make_unique<State>(std::move(rules), std::move(options))) {}

Engine::~Engine() = default;

Engine::Outcome Engine::evaluate(const Snapshot& snapshot, Instant now) {
  State& state = *state_;
  state.watch_clock(now);
  state.take(snapshot);
  state.history.observe(state.live, to_milliseconds(now.wall));
  for (RunningGroup& group : state.groups) {
    Duration total{};
    for (RunningRule& rule : group.rules) {
      if (state.must_look(rule, now)) {
        state.evaluate(group, rule, now);
      } else if (rule.evaluated && !rule.error && rule.state.waits()) {
        state.advance(rule, now);
      }
      total += rule.duration;
    }
    group.duration = total;
  }
  state.forget_retired(now.wall);
  if (state.recorder.due(now.wall)) state.recorder.observe(state.batches, now.wall);
  state.last = now;
  return {std::exchange(state.changed, false), std::exchange(state.known_changed, false)};
}

std::vector<Alert> Engine::alerts() const {
  std::vector<Alert> alerts;
  for (const RunningGroup& group : state_->groups) {
    for (const RunningRule& rule : group.rules) {
      for (const auto& [print, active] : rule.state.alerts) alerts.push_back(active.alert);
    }
  }
  for (const ActiveAlert& gone : state_->retired) alerts.push_back(gone.alert);
  return alerts;
}

Result<> Engine::restore(store::Store& store, Instant now) {
  State& state = *state_;
  TRY(state.recorder.restore(store));
  TRY_ASSIGN(std::vector<ActiveAlert> alerts, load_alerts(store));
  for (ActiveAlert& active : alerts) {
    RunningRule* owner = nullptr;
    for (RunningGroup& group : state.groups) {
      for (RunningRule& rule : group.rules) {
        const bool same = rule.rule->alertname == active.alert.name();
        if (same && could_be_of(*rule.rule, active.alert.labels)) owner = &rule;
      }
    }
    if (owner != nullptr) {
      active.element = {};  // the rule may have changed meanwhile
      owner->state.alerts.emplace(active.alert.fingerprint, std::move(active));
      continue;
    }
    state.changed = true;
    state.dirty.insert(std::string(active.alert.name()));
    if (resolve(active.alert, now.wall)) state.retired.push_back(std::move(active));
  }
  const SystemTime seen = state.recorder.last_seen().value_or(now.wall);
  for (RunningGroup& group : state.groups) {
    for (RunningRule& rule : group.rules) shift(rule.state, now.wall - seen, now.wall);
  }
  const promql::TimeMs time = to_milliseconds(now.wall);
  const auto make_labels = [&](std::string_view metric, std::vector<promql::Label> labels) {
    return state.live.labels(metric, std::move(labels));
  };
  TRY_ASSIGN(const RecordedHistory recorded,
             RecordedHistory::load(store, state.history.metrics(), time - state.history.depth(),
                                   time, make_labels));
  if (recorded.sessions().empty()) return {};
  std::vector<History::Recorded> series;
  for (const RecordedHistory::Series& one : recorded.series()) {
    series.push_back(
        {one.labels, [&recorded, &one](promql::TimeMs after, promql::TimeMs until,
                                       promql::TimeMs spacing, std::vector<promql::Point>& out) {
           recorded.points(one, after, until, spacing, out);
         }});
  }
  state.history.refill(series, recorded.sessions().front().start, time);
  return {};
}

void Engine::replace_rules(std::shared_ptr<const RuleSet> rules) {
  // The old rules live until the states have moved over.
  const std::shared_ptr<const RuleSet> before = std::exchange(state_->rules, std::move(rules));
  state_->plan();
}

const RuleSet& Engine::rules() const { return *state_->rules; }

std::size_t Engine::history_bytes() const { return state_->history.bytes(); }

}  // namespace clawvigil::alerts
