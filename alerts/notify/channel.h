// A channel: one receiver while the sender runs. It knows what is due, how the last attempt ended
// and how long to rest after a failure. Time is an argument; used by the sender's thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/notify/outbox.h"
#include "alerts/notify/receiver.h"
#include "exporter/base/clock.h"
#include "exporter/host/transfer.h"

namespace clawvigil::notify {

// A receiver that has failed for this long is helped out by its fallback.
inline constexpr Duration kFailingFor = std::chrono::minutes(5);

// After `failures` in a row: 5 s, doubling to 30 min, shifted by up to a fifth by `key`.
[[nodiscard]] Duration backoff(std::uint32_t failures, std::string_view key);

class Channel {
 public:
  explicit Channel(std::string name) : name_(std::move(name)) {}
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;
  virtual ~Channel() = default;

  // The request to make now; nullopt while one is under way, while it rests, or with nothing to do.
  [[nodiscard]] std::optional<host::TransferRequest> next(Instant now);
  void finish(const host::TransferReply& reply, Instant now);
  // The request could not be made, or will not come back.
  void fail(const Error& error, Instant now);
  virtual void abandon() { busy_ = false; }

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] virtual std::string_view kind() const = 0;
  [[nodiscard]] bool busy() const { return busy_; }
  // When next() is worth asking again unless something happens; nullopt: not before that.
  [[nodiscard]] virtual std::optional<SteadyTime> due_at() const = 0;
  [[nodiscard]] const std::string& last_error() const { return last_error_; }
  [[nodiscard]] std::optional<SystemTime> failing_since() const { return failing_since_; }
  // Fails for kFailingFor, or is refused until the owner repairs it.
  [[nodiscard]] bool failing(Instant now) const;

 protected:
  // What is due, or why it cannot be asked for; nullopt: nothing.
  [[nodiscard]] virtual Result<std::optional<host::TransferRequest>> prepare(Instant now) = 0;
  [[nodiscard]] virtual Outcome judge(const host::TransferReply& reply, SystemTime now) = 0;
  virtual void settled(const Outcome& outcome, Instant now) = 0;
  [[nodiscard]] virtual std::string_view key() const { return name_; }
  [[nodiscard]] SteadyTime rest_until() const { return rest_until_; }
  // For the outbox, once it is clear how long to rest. `contact`: of a channel without messages.
  [[nodiscard]] Failing failure(const Outcome& outcome, Instant now, bool contact = false) const;

 private:
  void conclude(const Outcome& outcome, Instant now);

  std::string name_;
  bool busy_ = false;
  bool misconfigured_ = false;
  std::uint32_t failures_ = 0;
  SteadyTime rest_until_{};
  std::optional<SystemTime> failing_since_;
  SteadyTime failing_steady_{};
  std::string last_error_;
};

// A receiver of messages.
class MessageChannel final : public Channel {
 public:
  MessageChannel(const ReceiverConfig& config, RenderOptions options, SecretPlaces places,
                 Outbox& outbox);
  [[nodiscard]] std::string_view kind() const override { return receiver_->kind(); }
  void abandon() override;
  [[nodiscard]] std::optional<SteadyTime> due_at() const override;
  // Hands what waits here to the fallback, once.
  void pass_on(Instant now);

 private:
  Result<std::optional<host::TransferRequest>> prepare(Instant now) override;
  Outcome judge(const host::TransferReply& reply, SystemTime now) override;
  void settled(const Outcome& outcome, Instant now) override;
  [[nodiscard]] std::string_view key() const override;
  Result<std::optional<host::TransferRequest>> part_request();

  std::unique_ptr<Receiver> receiver_;
  std::string fallback_;
  RenderOptions options_;
  SecretPlaces places_;
  Outbox& outbox_;
  bool have_secrets_ = false;
  std::optional<Message> message_;  // in flight, or about to be
  std::vector<std::string> payloads_;
};

// An Alertmanager, told the present state every minute and on every change.
class PresentChannel final : public Channel {
 public:
  PresentChannel(const ReceiverConfig& config, RenderOptions options, SecretPlaces places,
                 Outbox& outbox);
  [[nodiscard]] std::string_view kind() const override { return receiver_->kind(); }
  [[nodiscard]] std::optional<SteadyTime> due_at() const override;
  void set(const std::vector<Alert>& alerts, Instant now);

 private:
  Result<std::optional<host::TransferRequest>> prepare(Instant now) override;
  Outcome judge(const host::TransferReply& reply, SystemTime now) override;
  void settled(const Outcome& outcome, Instant now) override;

  std::unique_ptr<Receiver> receiver_;
  std::vector<std::string> severities_;
  RenderOptions options_;
  SecretPlaces places_;
  Outbox& outbox_;
  bool have_secrets_ = false;
  std::vector<Alert> alerts_;
  std::optional<SteadyTime> again_;
};

// Its kind and, among the names of receivers, its name.
inline constexpr std::string_view kHeartbeat = "heartbeat";
[[nodiscard]] bool has_heartbeat(const NotifyConfig& config);
// A beat: what fetches the URL. Reads the secret.
[[nodiscard]] Result<host::TransferRequest> heartbeat_request(const HeartbeatConfig& config,
                                                              const SecretPlaces& places);

// The heartbeat URL.
class HeartbeatChannel final : public Channel {
 public:
  HeartbeatChannel(HeartbeatConfig config, SecretPlaces places, Outbox& outbox);
  [[nodiscard]] std::string_view kind() const override { return kHeartbeat; }
  [[nodiscard]] std::optional<SteadyTime> due_at() const override;
  void alive(Instant now) { alive_ = now.steady; }

 private:
  Result<std::optional<host::TransferRequest>> prepare(Instant now) override;
  Outcome judge(const host::TransferReply& reply, SystemTime now) override;
  void settled(const Outcome& outcome, Instant now) override;

  HeartbeatConfig config_;
  SecretPlaces places_;
  Outbox& outbox_;
  std::optional<SteadyTime> alive_;
  std::optional<SteadyTime> again_;
};

}  // namespace clawvigil::notify
