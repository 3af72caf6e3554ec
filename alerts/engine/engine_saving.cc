// What of an engine is kept in the state database, and when.
#include <algorithm>

#include "alerts/engine/alert_log.h"
#include "alerts/engine/alert_store.h"
#include "alerts/engine/engine_state.h"

namespace clawvigil::alerts {

// Whether a restart that does not know to the minute until when somebody watched would be late.
bool Engine::State::counts_time() const {
  return std::ranges::any_of(groups, [](const RunningGroup& group) {
    return std::ranges::any_of(group.rules, [](const RunningRule& rule) {
      return std::ranges::any_of(rule.state.alerts, [](const auto& entry) {
        return entry.second.alert.state == AlertState::pending || entry.second.keep_since;
      });
    });
  });
}

Engine::Saving Engine::must_save(Instant now) const {
  const State& state = *state_;
  if (state.recorder.must_write(now.wall)) return Saving::all;
  if (!state.recorder.restored()) return Saving::all;  // save() tries again to read what is there
  if (!state.dirty.empty()) return Saving::states;
  const bool must_mark = state.recorder.must_mark(now.wall) && state.counts_time();
  return must_mark ? Saving::mark : Saving::nothing;
}

Result<> Engine::save(store::Store& store, Instant now, Saving what) {
  State& state = *state_;
  if (what == Saving::mark) return state.recorder.mark(store);
  bool whole = what == Saving::all;
  for (const std::string& alertname : state.dirty) {
    std::vector<const ActiveAlert*> alerts;
    for (const RunningGroup& group : state.groups) {
      for (const RunningRule& rule : group.rules) {
        if (rule.rule->alertname != alertname) continue;
        for (const auto& [print, active] : rule.state.alerts) alerts.push_back(&active);
      }
    }
    for (const ActiveAlert& gone : state.retired) {
      if (gone.alert.name() == alertname) alerts.push_back(&gone);
    }
    whole = whole || std::ranges::any_of(alerts, [&](const ActiveAlert* active) {
              return state.recorder.is_unwritten(active->alert.fired_at) ||
                     state.recorder.is_unwritten(active->alert.resolved_at);
            });
    TRY(save_alerts(store, alertname, alerts));
    TRY(log_alerts(store, alerts));
  }
  TRY(state.recorder.restore(store));
  TRY(ensure_history_schema(store));
  if (state.last) state.recorder.observe(state.batches, now.wall);
  return whole ? state.recorder.write(store) : state.recorder.mark(store);
}

void Engine::saved() {
  state_->dirty.clear();
  state_->recorder.saved();
}

}  // namespace clawvigil::alerts
