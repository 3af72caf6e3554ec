// The sender delivers what the outbox holds, on one thread of its own without any capability. A
// receiver that hangs keeps neither another one nor the evaluation waiting.
//
//  - One message at a time per receiver. After a failure the receiver rests: 5 s, doubling to
//    30 min, shifted by up to a fifth (by the message's key), or what Retry-After asks for.
//  - When a receiver has failed for 5 min, or refuses, what waits for it goes to its fallback too,
//    once and marked. The original is still tried for an hour after the fallback has delivered,
//    then it is old news to everyone.
//  - Secrets are read when a receiver is configured and again whenever it is refused.
//  - Alertmanager is sent all alerts every minute and on every change, with an end 4 min ahead, so
//    that they end there too should this host fall silent.
//  - The heartbeat URL is fetched every interval while alive() is called.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "alerts/notify/outbox.h"
#include "alerts/notify/receiver.h"
#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/config/alerting.h"
#include "exporter/model/batch.h"

namespace clawvigil::notify {

struct ReceiverStatus {
  std::string name;
  std::string kind;
  std::size_t queued = 0;
  ReceiverCounts counts;
  std::string last_error;  // "" while the last attempt succeeded; no secret in it
  std::optional<SystemTime> failing_since;
};

class Sender {
 public:
  struct Options {
    std::string storage_path;  // the sender opens a Store of its own
    SecretPlaces secrets;
    host::TransferLimits limits{};
  };
  // `clock` and `outbox` outlive this.
  Sender(const Clock& clock, Outbox& outbox, Options options);
  Sender(const Sender&) = delete;
  Sender& operator=(const Sender&) = delete;
  ~Sender();  // as stop(0)

  // Starts the thread; without a receiver and a heartbeat it only sleeps.
  void start(std::shared_ptr<const NotifyConfig> config);
  // Each from any thread.
  void configure(std::shared_ptr<const NotifyConfig> config);
  void wake();                                                         // the outbox has news
  void set_present(std::shared_ptr<const std::vector<Alert>> alerts);  // for Alertmanager
  void alive();  // the engine has just evaluated
  // Lets what is under way finish, up to `grace`, then ends the thread. The rest stays in the
  // table.
  void stop(Duration grace);

  [[nodiscard]] std::vector<ReceiverStatus> status() const;  // in the order of the configuration
  // Receivers that have failed for 5 min, for Dispatcher::set_failing().
  [[nodiscard]] std::set<std::string> failing() const;

  [[nodiscard]] static std::span<const MetricInfo> metrics();
  void describe(Batch& out) const;

 private:
  class Worker;
  std::unique_ptr<Worker> worker_;
};

struct TestResult {
  std::string receiver;
  bool delivered = false;
  std::string error;  // what went wrong; no secret in it
  Duration took{};
};

// Sends a test message to each of `names` ("heartbeat": a beat; empty: all of them), all at once,
// and waits. The results are as configured, the heartbeat last; unknown names are a parse error.
[[nodiscard]] Result<std::vector<TestResult>> send_test(const NotifyConfig& config,
                                                        const std::vector<std::string>& names,
                                                        const std::string& host,
                                                        const SecretPlaces& secrets, SystemTime now,
                                                        host::TransferLimits limits = {});

}  // namespace clawvigil::notify
