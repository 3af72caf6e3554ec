// The part of the daemon that judges and tells: evaluates the rules once a second, keeps their
// state, and hands what is new to the sender. A thread of its own beside the sender's.
//
// One transaction holds the state of the rules and the messages that follow from it, so that a kill
// at any instruction loses no alert and repeats none. When the state database refuses, the owner is
// told all the same, from memory.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "alerts/engine/rule_set.h"
#include "alerts/notify/sender.h"
#include "exporter/base/clock.h"
#include "exporter/base/mutex.h"
#include "exporter/collect/hub.h"
#include "exporter/config/config.h"
#include "exporter/web/alert_board.h"

namespace clawvigil::cli {

// What the hub, --help and METRICS.md know about it.
[[nodiscard]] const CollectorInfo& alerting_info();
// It and every collector.
[[nodiscard]] std::vector<const CollectorInfo*> exporting_infos();

// $CREDENTIALS_DIRECTORY, or where systemd keeps the credentials of the running service.
[[nodiscard]] notify::SecretPlaces secret_places();

class Alerting {
 public:
  struct Options {
    std::string host;      // in messages
    std::string instance;  // label of every sample, "127.0.0.1:9842"
    std::shared_ptr<const Config> config;
    std::shared_ptr<const alerts::RuleSet> rules;
  };
  // The references must outlive the threads, even one that is left behind at shutdown.
  Alerting(Options options, Hub& hub, web::AlertBoard& board, const Clock& clock);
  Alerting(const Alerting&) = delete;
  Alerting& operator=(const Alerting&) = delete;
  ~Alerting();

  void start();
  // From the next evaluation on.
  void configure(std::shared_ptr<const Config> config,
                 std::shared_ptr<const alerts::RuleSet> rules);
  // False when no evaluation has ended for a minute: then the watchdog must not be fed.
  [[nodiscard]] bool alive(SteadyTime now) const;
  // False if a thread hangs and was left behind.
  bool stop(Duration grace);

 private:
  struct State;
  static void work(const std::shared_ptr<State>& state);

  std::shared_ptr<State> state_;
  std::thread thread_;
};

}  // namespace clawvigil::cli
