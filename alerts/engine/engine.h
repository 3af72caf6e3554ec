// Evaluates the rules over what the collectors publish, and keeps the state of every alert.
//
// States and times are those of Prometheus (pending, firing after `for`, resolved, kept for 15
// minutes), with these differences, each on purpose:
//  - Snapshots are complete: a series that is not in the current one does not exist. There is no
//    lookback of five minutes, except for `offset`.
//  - Missing input is not "ok". A rule is *unknown*, with a reason, when a collector it reads is
//    switched off, has not succeeded yet, or has nothing valid to show; when a family it reads is
//    empty or incomplete because a collector could not determine it; or when it looks into a past
//    that was not recorded yet (fewer than two samplings).
//  - *Frozen*: while the last run of a collector that the rule reads failed, or it has not run yet,
//    or its last batch has expired, alerts that are missing from the result stay as they are.
//    Nothing resolves because of a failure. Batches are valid until their max_age, so what they
//    show still counts, as it does for whoever scrapes /metrics. Switching a collector off
//    resolves.
//  - A rule that missing input could make true (unless, absent, scalar, vector) is evaluated only
//    while every collector it reads has a valid batch.
//  - `for` and `keep_firing_for` count time that was watched. A jump of the wall clock, a suspend,
//    a pause of more than two minutes and the time between two runs of the program do not count,
//    and none of them resolves or fires anything by itself.
//  - A rule is evaluated when its input changed, and every 10 s to a minute (a 60th of the past it
//    looks at) if its result depends on the time; an alert's own times are looked at in every call.
//    `interval` of a group is ignored. A call with the snapshot of the call before costs next to
//    nothing.
//
// One thread, except where noted. Time is an argument.
#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <vector>

#include "alerts/engine/alert.h"
#include "alerts/engine/posture.h"
#include "alerts/engine/rule_set.h"
#include "exporter/base/clock.h"
#include "exporter/collect/hub.h"
#include "exporter/model/batch.h"
#include "exporter/store/store.h"

namespace clawvigil::alerts {

struct EngineOptions {
  std::string host;      // for the posture
  std::string instance;  // label as a Prometheus would set it, "127.0.0.1:9842"
  std::string job = "clawvigil";
  // Every collector of the program, the disabled ones too: tells "switched off" from "unheard of".
  std::vector<const CollectorInfo*> collectors;
  // Families that the program itself exports, besides those of the hub and of the engine.
  std::vector<MetricInfo> own;
  const Clock* clock = nullptr;  // measures how long groups take; none: reported as 0
};

class Engine {
 public:
  struct Outcome {
    bool changed = false;        // some alert has another state than after the last call
    bool known_changed = false;  // some rule has become unknown, or known
  };

  Engine(std::shared_ptr<const RuleSet> rules, EngineOptions options);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // Before the first evaluate(): alert states and history of the last run. What is firing stays
  // firing; alerts of rules that are gone are resolved by the first evaluation.
  [[nodiscard]] Result<> restore(store::Store& store, Instant now);

  // Call it every second. `snapshot` holds what the collectors export and, as further batches, the
  // program's own families, should rules read them.
  Outcome evaluate(const Snapshot& snapshot, Instant now);
  // As of the last evaluation: pending, firing, and for 15 minutes resolved ones.
  [[nodiscard]] std::vector<Alert> alerts() const;

  // What save() has to write: the states of alerts at once after a change, with the history if one
  // fired or was resolved; all every five minutes for the sake of history; once a minute only that
  // somebody watched, while the time of an alert counts.
  enum class Saving { nothing, mark, states, all };
  [[nodiscard]] Saving must_save(Instant now) const;
  // Alert states and the history recorded since, inside the caller's transaction. Call saved()
  // after its commit; without it the next save() writes the same again. A kill before it loses
  // nothing that a notification or a counter depends on (recorder.h).
  [[nodiscard]] Result<> save(store::Store& store, Instant now, Saving what = Saving::all);
  void saved();

  // Keeps the states of rules whose name and labels are the same.
  void replace_rules(std::shared_ptr<const RuleSet> rules);

  [[nodiscard]] const RuleSet& rules() const;
  [[nodiscard]] Posture posture(SystemTime now, const SilencedBy& silenced = {}) const;
  // How many entries of the posture are ok, broken and unknown, without making it.
  struct Tally {
    std::size_t ok = 0;
    std::size_t broken = 0;
    std::size_t unknown = 0;
  };
  [[nodiscard]] Tally tally(const SilencedBy& silenced = {}) const;
  // The `data` of Prometheus' answers.
  [[nodiscard]] nlohmann::json api_rules() const;
  [[nodiscard]] nlohmann::json api_alerts() const;
  // clawvigil_rule_*
  void export_metrics(Batch& out) const;
  [[nodiscard]] static std::span<const MetricInfo> metrics();
  [[nodiscard]] std::size_t history_bytes() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace clawvigil::alerts
