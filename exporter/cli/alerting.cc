#include "exporter/cli/alerting.h"

#include <array>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "alerts/engine/alert_log.h"
#include "alerts/engine/engine.h"
#include "alerts/notify/channel.h"
#include "alerts/notify/dispatcher.h"
#include "alerts/notify/outbox.h"
#include "alerts/notify/silences.h"
#include "alerts/notify/told_lately.h"
#include "alerts/promql/literal.h"
#include "collectors/registry.h"
#include "exporter/base/log.h"
#include "exporter/cli/rule_files.h"
#include "exporter/cli/spend_days.h"
#include "exporter/cli/workspace_day.h"
#include "exporter/host/sandbox.h"
#include "exporter/store/acceptances.h"

namespace clawvigil::cli {

namespace {

using std::chrono::seconds;

constexpr Duration kInterval = seconds(1);
// Without a change: how often reminders and silences are looked at, and metrics renewed.
constexpr Duration kRoundInterval = seconds(5);
constexpr Duration kExportInterval = seconds(15);
// How old the times of runs may be that rules see; what is found is seen at once.
constexpr Duration kPatience = seconds(15);
constexpr Duration kPruneInterval = std::chrono::hours(6);
constexpr std::size_t kShownAlerts = 12;
constexpr std::size_t kShownMessages = 20;
constexpr Duration kKeepSilences = std::chrono::days(30);
constexpr Duration kHung = std::chrono::minutes(1);
constexpr std::string_view kServiceCredentials = "/run/credentials/clawvigil.service";

std::vector<MetricInfo> all_metrics() {
  std::vector<MetricInfo> all;
  for (const auto part : {alerts::Engine::metrics(), notify::Sender::metrics()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

std::string api_body(nlohmann::json data) {
  nlohmann::json body;
  body["status"] = "success";
  body["data"] = std::move(data);
  return body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

// What only the page shows: nothing, should the database refuse.
template <class T>
T known(Result<T> result) {
  return result ? *std::move(result) : T();
}

std::map<std::string, double, std::less<>> thresholds_of(const alerts::RuleSet& rules) {
  std::map<std::string, double, std::less<>> thresholds;
  each_rule(rules.files, [&](const alerts::RuleFile&, const alerts::Rule& rule) {
    const auto found = rule.annotations.find("threshold");
    if (found == rule.annotations.end()) return;
    if (const auto number = promql::parse_number(found->second.text())) {
      thresholds.emplace(rule.alertname, *number);
    }
  });
  return thresholds;
}

// For the daily digest.
notify::DigestFacts facts_of(const alerts::Engine::Tally& tally, const Snapshot& snapshot) {
  return {tally.ok, tally.broken, tally.unknown, workspace_day(snapshot)};
}

}  // namespace

const CollectorInfo& alerting_info() {
  static const std::vector<MetricInfo> metrics = all_metrics();
  static const CollectorInfo info{"alerts",
                                  "Evaluates the alert rules and tells the owner.",
                                  kInterval,
                                  seconds(10),
                                  std::chrono::minutes(1),
                                  metrics,
                                  true};
  return info;
}

std::vector<const CollectorInfo*> exporting_infos() {
  const auto collectors = collector_infos();
  std::vector<const CollectorInfo*> infos(collectors.begin(), collectors.end());
  infos.push_back(&alerting_info());
  return infos;
}

notify::SecretPlaces secret_places() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing in this program changes its environment.
  const char* const given = std::getenv("CREDENTIALS_DIRECTORY");
  return {given != nullptr ? std::string(given) : std::string(kServiceCredentials)};
}

// What the thread uses; shared with it, should it have to be left behind.
struct Alerting::State {
  State(Options given, Hub& the_hub, web::AlertBoard& the_board, const Clock& the_clock)
      : options(std::move(given)),
        hub(the_hub),
        board(the_board),
        clock(the_clock),
        config(options.config),
        rules(options.rules),
        store(store::Store::open(config->storage_path, clock.now().wall)),
        engine(rules, {.host = options.host,
                       .instance = options.instance,
                       .collectors = {collector_infos().begin(), collector_infos().end()},
                       .own = all_metrics(),
                       .clock = &clock}),
        notify_config(std::make_shared<const NotifyConfig>(config->notify)),
        dispatcher(options.host, notify_config, outbox),
        sender(clock, outbox, {.storage_path = config->storage_path, .secrets = secret_places()}) {}

  void restore();
  void take_configuration();
  void evaluate();
  bool round_due(const alerts::Engine::Outcome& outcome, Instant now);
  void save_and_tell(const Snapshot& snapshot, Instant now);
  void save_at_end();
  void export_metrics(Instant now);
  void show(Instant now);
  void prune(Instant now);
  void log_problem(const char* what, const Result<>& result);
  void attempt(const char* failure, void (State::*what)());

  const Options options;
  Hub& hub;
  web::AlertBoard& board;
  const Clock& clock;

  std::mutex mutex;
  std::condition_variable wake;
  bool stopping = false;                              // under mutex
  std::shared_ptr<const Config> next_config;          // under mutex
  std::shared_ptr<const alerts::RuleSet> next_rules;  // under mutex
  std::atomic<SteadyTime::rep> last_evaluation = 0;
  std::atomic<bool> ended = false;

  // Of the evaluating thread.
  std::shared_ptr<const Config> config;
  std::shared_ptr<const alerts::RuleSet> rules;
  store::Store store;
  alerts::Engine engine;
  std::shared_ptr<const NotifyConfig> notify_config;
  notify::Outbox outbox;
  notify::Dispatcher dispatcher;
  notify::Sender sender;
  SteadyTime next_round;
  SteadyTime next_export;
  SteadyTime next_prune;
  bool evaluated = false;
  SpendDays spend_days;
  std::string last_problem;
};

void Alerting::State::log_problem(const char* what, const Result<>& result) {
  const std::string problem = result ? "" : result.error().message;
  if (problem == last_problem) return;
  last_problem = problem;
  if (!problem.empty()) log::warn(what, {{"error", problem}});
}

void Alerting::State::attempt(const char* failure, void (State::*what)()) {
  try {
    (this->*what)();
  } catch (const std::exception& error) {
    log::error(failure, {{"error", error.what()}});
  }
}

void Alerting::State::restore() {
  log_problem("state of rules not read", engine.restore(store, clock.now()));
  log_problem("messages not read", outbox.load(store));
  log_problem("state of notifications not read", dispatcher.load(store));
}

void Alerting::State::take_configuration() {
  const std::lock_guard lock(mutex);
  if (!next_config) return;
  config = std::exchange(next_config, nullptr);
  rules = std::exchange(next_rules, nullptr);
  engine.replace_rules(rules);
  next_round = {};
  notify_config = std::make_shared<const NotifyConfig>(config->notify);
  dispatcher.configure(notify_config);
  sender.configure(notify_config);
}

// At rest nothing is to be written or told anew each second.
bool Alerting::State::round_due(const alerts::Engine::Outcome& outcome, Instant now) {
  const bool changed = outcome.changed || outcome.known_changed;
  const bool saves = engine.must_save(now) != alerts::Engine::Saving::nothing;
  if (!changed && !saves && now.steady < next_round) return false;
  next_round = now.steady + kRoundInterval;
  return true;
}

void Alerting::State::save_and_tell(const Snapshot& snapshot, Instant now) {
  dispatcher.set_failing(sender.failing());
  using Saving = alerts::Engine::Saving;
  const Saving saving = engine.must_save(now);
  auto transaction = store.begin();
  Result<> result;
  if (!transaction) result = std::unexpected(transaction.error());
  try {
    if (result && saving != Saving::nothing) result = engine.save(store, now, saving);
    const auto tally = engine.tally(notify::silenced_by(dispatcher.silences(), now.wall));
    const Result<> told =
        dispatcher.step(store, engine.alerts(), facts_of(tally, snapshot), now.wall);
    if (result && !told) result = told;
    if (result) result = transaction->commit();
  } catch (...) {
    dispatcher.finish(false);
    throw;
  }
  dispatcher.finish(result.has_value());
  if (result && saving != Saving::nothing) engine.saved();
  log_problem("state of rules not saved, the owner is told from memory", result);
  sender.set_present(dispatcher.present());
  sender.wake();
}

// What a kill would lose of the history.
void Alerting::State::save_at_end() {
  auto transaction = store.begin();
  Result<> result;
  if (!transaction) result = std::unexpected(transaction.error());
  if (result) result = engine.save(store, clock.now());
  if (result) result = transaction->commit();
  log_problem("state of rules not saved", result);
}

void Alerting::State::export_metrics(Instant now) {
  next_export = now.steady + kExportInterval;
  auto batch = std::make_shared<Batch>();
  engine.export_metrics(*batch);
  sender.describe(*batch);
  const Instant end = clock.now();
  hub.publish_success(alerting_info(), std::move(batch), end, end.steady - now.steady);
}

void Alerting::State::show(Instant now) {
  auto view = std::make_shared<web::AlertView>();
  view->posture = engine.posture(now.wall, notify::silenced_by(dispatcher.silences(), now.wall));
  view->rules_json = api_body(engine.api_rules());
  view->alerts_json = api_body(engine.api_alerts());
  view->receivers = sender.status();
  view->heartbeat = notify::has_heartbeat(*notify_config);
  if (auto recent = alerts::logged_alerts(store, kShownAlerts)) view->recent = *std::move(recent);
  if (auto messages = notify::told_lately(store, outbox, kShownMessages, now.wall)) {
    view->messages = *std::move(messages);
  }
  view->last_ends = known(alerts::last_ends(store));
  view->spend_days = known(spend_days.of(store, config->owner.time_zone, now));
  view->thresholds = thresholds_of(*rules);
  board.put_up(std::move(view), now.steady);
}

void Alerting::State::prune(Instant now) {
  if (now.steady < next_prune) return;
  next_prune = now.steady + kPruneInterval;
  log_problem("old silences not removed", notify::prune_silences(store, now.wall, kKeepSilences));
  log_problem("old alerts not removed", alerts::prune_log(store, now.wall));
  log_problem("old messages not removed", notify::prune_message_log(store, now.wall));
  log_problem("old acceptances not removed",
              store::prune_accepted_listeners(store, now.wall, kKeepSilences));
}

void Alerting::State::evaluate() {
  const Instant now = clock.now();
  const bool wanted = board.take_wish();
  take_configuration();
  const auto snapshot = hub.snapshot(now, kPatience);
  const alerts::Engine::Outcome outcome = engine.evaluate(*snapshot, now);
  if (round_due(outcome, now)) save_and_tell(*snapshot, now);
  const bool changed = outcome.changed || outcome.known_changed;
  if (changed || now.steady >= next_export) export_metrics(now);
  if (!std::exchange(evaluated, true) || changed) board.expire();
  if (wanted) show(now);
  sender.alive();
  prune(now);
  last_evaluation = clock.now().steady.time_since_epoch().count();
}

Alerting::Alerting(Options options, Hub& hub, web::AlertBoard& board, const Clock& clock)
    : state_(std::make_shared<State>(std::move(options), hub, board, clock)) {}

Alerting::~Alerting() { stop(Duration::zero()); }

void Alerting::start() {
  state_->last_evaluation = state_->clock.now().steady.time_since_epoch().count();
  state_->restore();
  state_->sender.start(state_->notify_config);
  state_->board.set_maker([state = std::weak_ptr(state_)] {
    if (const auto held = state.lock()) held->wake.notify_all();
  });
  thread_ = std::thread(&Alerting::work, state_);
}

void Alerting::work(const std::shared_ptr<State>& state) {
  if (const auto dropped = host::drop_capabilities(); !dropped) {
    log::warn("the evaluating thread keeps its capabilities", {{"error", dropped.error().message}});
  }
  std::unique_lock lock(state->mutex);
  while (!state->stopping) {
    lock.unlock();
    state->attempt("evaluation failed", &State::evaluate);
    lock.lock();
    state->wake.wait_for(lock, kInterval, [&] { return state->stopping || state->board.wanted(); });
  }
  lock.unlock();
  state->attempt("state of rules not saved", &State::save_at_end);
  lock.lock();
  state->ended = true;
  state->wake.notify_all();
}

void Alerting::configure(std::shared_ptr<const Config> config,
                         std::shared_ptr<const alerts::RuleSet> rules) {
  const std::lock_guard lock(state_->mutex);
  state_->next_config = std::move(config);
  state_->next_rules = std::move(rules);
}

bool Alerting::alive(SteadyTime now) const {
  return now - SteadyTime(SteadyTime::duration(state_->last_evaluation)) < kHung;
}

bool Alerting::stop(Duration grace) {
  if (!thread_.joinable()) return true;
  state_->board.set_maker(nullptr);
  {
    std::unique_lock lock(state_->mutex);
    state_->stopping = true;
    state_->wake.notify_all();
    state_->wake.wait_for(lock, grace, [&] { return state_->ended.load(); });
  }
  if (!state_->ended) {
    thread_.detach();
    return false;
  }
  thread_.join();
  state_->sender.stop(grace);
  return true;
}

}  // namespace clawvigil::cli
