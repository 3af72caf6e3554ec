#include "alerts/engine/rule_state.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace clawvigil::alerts {

namespace {

using promql::Labels;

constexpr std::uint64_t kFnvOffset = 14695981039346656037U;
constexpr std::uint64_t kFnvPrime = 1099511628211U;
constexpr unsigned char kSeparator = 0xFF;
constexpr std::size_t kMaxAskedSamples = 100'000;  // by one query

void mix(std::uint64_t& hash, std::string_view text) {
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * kFnvPrime;
  hash = (hash ^ kSeparator) * kFnvPrime;
}

Labels alert_labels(const Rule& rule, const promql::VectorSample& sample) {
  std::map<std::string, std::string> labels;
  for (const promql::Label& label : sample.labels.all()) labels[label.name] = label.value;
  labels.erase(std::string(promql::kMetricName));
  for (const auto& [name, text] : rule.labels) {
    labels[name] = text.expand(sample.labels, sample.value);
  }
  labels["alertname"] = rule.alertname;
  std::vector<promql::Label> out;
  out.reserve(labels.size());
  for (auto& [name, value] : labels) out.push_back({name, std::move(value)});
  return Labels(std::move(out));
}

enum class Texts { all, of_value, of_queries };

bool concerned(const Template& text, Texts which) {
  return which == Texts::all || text.asks() || (which == Texts::of_value && text.shows_value());
}

void annotate(Alert& alert, const Rule& rule, const promql::VectorSample& sample, Texts which,
              const AskQuery& ask) {
  alert.value = sample.value;
  for (const auto& [name, text] : rule.annotations) {
    if (!concerned(text, which)) continue;
    alert.annotations[name] = text.expand(sample.labels, sample.value, ask);
  }
  for (const auto& [name, text] : rule.translated) {
    if (!concerned(text, which)) continue;
    alert.translated[name] = text.expand(sample.labels, sample.value, ask);
  }
}

bool same_value(double a, double b) { return a == b || (a != a && b != b); }

// A firing alert that is missing from the result: keep it, or resolve it.
bool keeps_firing(ActiveAlert& active, const Rule& rule, SystemTime now) {
  if (active.alert.state != AlertState::firing || rule.keep_firing_for == Duration{}) return false;
  if (!active.keep_since) active.keep_since = now;
  return now - *active.keep_since < rule.keep_firing_for;
}

// The next state of an alert that is not in the result; false if it is to be dropped.
bool step_missing(ActiveAlert& active, const Rule& rule, SystemTime now, bool frozen,
                  bool& changed) {
  Alert& alert = active.alert;
  if (alert.state == AlertState::resolved) return now - *alert.resolved_at <= kResolvedRetention;
  alert.frozen = frozen;
  if (frozen) {
    active.keep_since.reset();
    return true;
  }
  if (keeps_firing(active, rule, now)) return true;
  changed = true;
  if (alert.state == AlertState::pending) return false;
  alert.state = AlertState::resolved;
  alert.resolved_at = now;
  return true;
}

// True if it fires now.
bool step_present(ActiveAlert& active, const Rule& rule, SystemTime now) {
  Alert& alert = active.alert;
  alert.frozen = false;
  active.keep_since.reset();
  if (alert.state != AlertState::pending || now - alert.active_at < rule.hold) return false;
  alert.state = AlertState::firing;
  alert.fired_at = now;
  return true;
}

}  // namespace

bool RuleState::has(AlertState state) const {
  return std::ranges::any_of(alerts,
                             [&](const auto& entry) { return entry.second.alert.state == state; });
}

bool RuleState::waits() const {
  return std::ranges::any_of(alerts, [](const auto& entry) {
    const ActiveAlert& active = entry.second;
    return active.alert.state != AlertState::firing || active.keep_since || active.alert.frozen;
  });
}

std::uint64_t fingerprint(const Labels& labels) {
  std::uint64_t hash = kFnvOffset;
  for (const promql::Label& label : labels.all()) {
    mix(hash, label.name);
    mix(hash, label.value);
  }
  return hash;
}

Alert make_alert(const Rule& rule, const promql::VectorSample& sample, SystemTime now,
                 const AskQuery& ask) {
  Alert alert;
  alert.labels = alert_labels(rule, sample);
  alert.fingerprint = fingerprint(alert.labels);
  alert.severity = rule.severity;
  alert.active_at = now;
  annotate(alert, rule, sample, Texts::all, ask);
  return alert;
}

namespace {

struct HashLabels {
  std::size_t operator()(const Labels& labels) const { return labels.hash(); }
};

// Finds the alert an element belongs to. Where the rule's labels do not depend on the element, a
// known one is recognised without making the labels of its alert again.
class Prints {
 public:
  Prints(const RuleState& state, const Rule& rule) : rule_(rule) {
    const auto is_constant = [](const auto& label) { return label.second.is_constant(); };
    if (!std::ranges::all_of(rule.labels, is_constant)) return;
    for (const auto& [print, active] : state.alerts) known_.emplace(active.element, print);
    known_.erase(Labels());
  }
  [[nodiscard]] std::uint64_t of(const promql::VectorSample& sample) const {
    const auto found = known_.find(sample.labels);
    return found != known_.end() ? found->second : fingerprint(alert_labels(rule_, sample));
  }

 private:
  const Rule& rule_;
  std::unordered_map<Labels, std::uint64_t, HashLabels> known_;
};

}  // namespace

Result<bool> step(RuleState& state, const Rule& rule, const promql::Vector& result, SystemTime now,
                  bool frozen, const AskQuery& ask) {
  const Prints prints(state, rule);
  std::map<std::uint64_t, const promql::VectorSample*> present;
  for (const promql::VectorSample& sample : result) {
    if (!present.emplace(prints.of(sample), &sample).second) {
      return fail(Errc::parse,
                  "vector contains metrics with the same labelset after applying alert labels");
    }
  }
  bool changed = false;
  for (const auto& [print, sample] : present) {
    const auto known = state.alerts.find(print);
    if (known == state.alerts.end() || known->second.alert.state == AlertState::resolved) {
      ActiveAlert active{make_alert(rule, *sample, now, ask), sample->labels, std::nullopt};
      step_present(active, rule, now);
      state.alerts.insert_or_assign(print, std::move(active));
      changed = true;
      continue;
    }
    ActiveAlert& active = known->second;
    const bool same_element = active.element == sample->labels;
    const bool fires = step_present(active, rule, now);
    if (!same_element) {
      annotate(active.alert, rule, *sample, Texts::all, ask);
    } else if (!same_value(active.alert.value, sample->value)) {
      annotate(active.alert, rule, *sample, Texts::of_value, ask);
    } else if (fires) {
      annotate(active.alert, rule, *sample, Texts::of_queries, ask);
    }
    active.element = sample->labels;
    changed = changed || fires;
  }
  for (auto active = state.alerts.begin(); active != state.alerts.end();) {
    const bool keep =
        present.contains(active->first) || step_missing(active->second, rule, now, frozen, changed);
    active = keep ? std::next(active) : state.alerts.erase(active);
  }
  return changed;
}

Result<promql::Vector> answer(const promql::Expression& query, const promql::Source& source,
                              promql::TimeMs time) {
  TRY_ASSIGN(promql::Value value, query.evaluate(source, time, {.max_samples = kMaxAskedSamples}));
  if (const auto* scalar = std::get_if<double>(&value)) {
    return promql::Vector{{Labels(), *scalar}};
  }
  return std::move(std::get<promql::Vector>(value));
}

void shift(RuleState& state, Duration unwatched, SystemTime now) {
  for (auto& [print, active] : state.alerts) {
    if (active.alert.state == AlertState::pending) {
      active.alert.active_at = std::min(active.alert.active_at + unwatched, now);
    }
    if (active.keep_since) active.keep_since = std::min(*active.keep_since + unwatched, now);
    // A clock that went back must not leave a resolved alert behind for ever.
    if (active.alert.resolved_at) {
      active.alert.resolved_at = std::min(*active.alert.resolved_at, now);
    }
  }
}

}  // namespace clawvigil::alerts
