#include "alerts/notify/channel.h"

#include <algorithm>

#include "alerts/notify/receivers.h"
#include "alerts/notify/secrets.h"
#include "exporter/base/log.h"

namespace clawvigil::notify {

namespace {

using Kind = Outcome::Kind;

constexpr Duration kPresentEvery = std::chrono::minutes(1);
constexpr Duration kPresentLasts = std::chrono::minutes(4);
// The engine evaluates every second; silence of this length is a standstill.
constexpr Duration kAliveFor = std::chrono::seconds(60);
constexpr Duration kLookAgain = std::chrono::seconds(5);

SteadyTime after(SteadyTime time, Duration duration) {
  return time + std::chrono::duration_cast<SteadyTime::duration>(duration);
}

}  // namespace

Duration backoff(std::uint32_t failures, std::string_view key) {
  constexpr Duration kFirst = std::chrono::seconds(5);
  constexpr Duration kMost = std::chrono::minutes(30);
  constexpr std::uint32_t kMaxDoublings = 10;
  const std::uint32_t doublings = std::min(std::max(failures, 1U) - 1, kMaxDoublings);
  const Duration plain = std::min(kFirst * (1U << doublings), kMost);
  std::uint32_t sum = failures;
  for (const char c : key) sum = sum * 31 + static_cast<unsigned char>(c);
  return plain / 1000 * (800 + static_cast<int>(sum % 401));
}

std::optional<host::TransferRequest> Channel::next(Instant now) {
  if (busy_ || now.steady < rest_until_) return std::nullopt;
  auto request = prepare(now);
  if (!request) {
    conclude({.kind = Kind::misconfigured, .reason = request.error().message}, now);
    return std::nullopt;
  }
  busy_ = request->has_value();
  return *std::move(request);
}

void Channel::finish(const host::TransferReply& reply, Instant now) {
  conclude(judge(reply, now.wall), now);
}

void Channel::fail(const Error& error, Instant now) {
  conclude({.kind = Kind::retry, .reason = error.message}, now);
}

void Channel::conclude(const Outcome& outcome, Instant now) {
  busy_ = false;
  misconfigured_ = outcome.kind == Kind::misconfigured;
  if (outcome.kind == Kind::delivered) {
    if (failing_since_) log::info("receiver works again", {{"receiver", name_}});
    failures_ = 0;
    failing_since_.reset();
    last_error_.clear();
  } else {
    if (!failing_since_) {
      log::warn("receiver fails", {{"receiver", name_}, {"error", outcome.reason}});
      failing_since_ = now.wall;
      failing_steady_ = now.steady;
    }
    ++failures_;
    last_error_ = outcome.reason;
    const Duration rest =
        std::max(backoff(failures_, key()), outcome.retry_after.value_or(Duration(0)));
    rest_until_ = after(now.steady, rest);
  }
  settled(outcome, now);
}

bool Channel::failing(Instant now) const {
  if (!failing_since_) return false;
  return misconfigured_ || now.steady - failing_steady_ >= kFailingFor;
}

Failing Channel::failure(const Outcome& outcome, Instant now, bool contact) const {
  const auto rest = std::chrono::duration_cast<Duration>(rest_until_ - now.steady);
  return {
      .since = now.wall, .next_try = now.wall + rest, .reason = outcome.reason, .contact = contact};
}

MessageChannel::MessageChannel(const ReceiverConfig& config, RenderOptions options,
                               SecretPlaces places, Outbox& outbox)
    : Channel(config.name),
      receiver_(make_receiver(config)),
      fallback_(config.fallback),
      options_(std::move(options)),
      places_(std::move(places)),
      outbox_(outbox) {}

std::string_view MessageChannel::key() const {
  return message_ ? std::string_view(message_->key) : std::string_view(name());
}

Result<std::optional<host::TransferRequest>> MessageChannel::prepare(Instant) {
  if (message_) return part_request();
  message_ = outbox_.take(name());
  if (!message_) return std::nullopt;
  if (!have_secrets_) {
    TRY(receiver_->load_secrets(places_));
    have_secrets_ = true;
  }
  payloads_ = receiver_->render(message_->notification, options_);
  // The settings may have changed since some of the parts were sent.
  if (message_->parts_sent >= payloads_.size()) message_->parts_sent = 0;
  return part_request();
}

Result<std::optional<host::TransferRequest>> MessageChannel::part_request() {
  std::string key = message_->key;
  if (message_->parts_sent > 0) key += "-" + std::to_string(message_->parts_sent + 1);
  return receiver_->request(payloads_.at(message_->parts_sent), key);
}

Outcome MessageChannel::judge(const host::TransferReply& reply, SystemTime now) {
  return receiver_->judge(reply, now);
}

void MessageChannel::settled(const Outcome& outcome, Instant now) {
  if (outcome.kind != Kind::delivered) outbox_.count_failure(name(), failure(outcome, now));
  if (outcome.kind == Kind::misconfigured) have_secrets_ = false;  // they may have been rotated
  if (!message_) return;
  if (outcome.kind == Kind::delivered) {
    ++message_->parts_sent;
    outbox_.put_back(*message_);
    if (message_->parts_sent < payloads_.size()) return;  // the next part, still in flight
    outbox_.remove(*message_, true, now.wall);
  } else if (outcome.kind == Kind::refused) {
    const bool pass = !fallback_.empty() && message_->copy_of == 0 && !message_->passed_on;
    if (pass) outbox_.add_copy(*message_, fallback_);
    outbox_.remove(*message_, false, now.wall, outcome.reason);
  } else {
    ++message_->attempts;
    message_->in_flight = false;
    outbox_.put_back(*message_);
  }
  message_.reset();
  payloads_.clear();
}

void MessageChannel::abandon() {
  Channel::abandon();
  if (!message_) return;
  message_->in_flight = false;
  outbox_.put_back(*message_);
  message_.reset();
}

std::optional<SteadyTime> MessageChannel::due_at() const {
  const bool waits = message_ || !outbox_.waiting(name()).empty();
  return waits ? std::optional(rest_until()) : std::nullopt;
}

void MessageChannel::pass_on(Instant now) {
  if (fallback_.empty() || !failing(now)) return;
  for (const Message& message : outbox_.waiting(name())) {
    if (message.passed_on || message.copy_of != 0) continue;
    outbox_.add_copy(message, fallback_);
    outbox_.mark_passed_on(message.id);
  }
}

PresentChannel::PresentChannel(const ReceiverConfig& config, RenderOptions options,
                               SecretPlaces places, Outbox& outbox)
    : Channel(config.name),
      receiver_(make_receiver(config)),
      severities_(config.severities),
      options_(std::move(options)),
      places_(std::move(places)),
      outbox_(outbox) {}

void PresentChannel::set(const std::vector<Alert>& alerts, Instant now) {
  std::vector<Alert> wanted;
  std::ranges::copy_if(alerts, std::back_inserter(wanted), [&](const Alert& alert) {
    return alert.name() == kWatchdog ||
           std::ranges::find(severities_, alerts::to_string(alert.severity)) != severities_.end();
  });
  const bool same = std::ranges::equal(wanted, alerts_, [](const Alert& a, const Alert& b) {
    return a.fingerprint == b.fingerprint && a.state == b.state && a.fired_at == b.fired_at;
  });
  alerts_ = std::move(wanted);
  if (same && again_) return;
  again_ = now.steady;
}

Result<std::optional<host::TransferRequest>> PresentChannel::prepare(Instant now) {
  if (!again_ || now.steady < *again_) return std::nullopt;
  if (!have_secrets_) {
    TRY(receiver_->load_secrets(places_));
    have_secrets_ = true;
  }
  again_ = after(now.steady, kPresentEvery);
  if (alerts_.empty()) return std::nullopt;
  return receiver_->request(present_payload(alerts_, options_, now.wall + kPresentLasts), "");
}

Outcome PresentChannel::judge(const host::TransferReply& reply, SystemTime now) {
  return receiver_->judge(reply, now);
}

void PresentChannel::settled(const Outcome& outcome, Instant now) {
  if (outcome.kind == Kind::delivered) return outbox_.count_success(name(), now.wall);
  outbox_.count_failure(name(), failure(outcome, now, true));
  if (outcome.kind == Kind::misconfigured) have_secrets_ = false;
  again_ = now.steady;  // as soon as it has rested
}

std::optional<SteadyTime> PresentChannel::due_at() const {
  return again_ ? std::optional(std::max(*again_, rest_until())) : std::nullopt;
}

bool has_heartbeat(const NotifyConfig& config) {
  return !config.heartbeat.url.empty() || !config.heartbeat.url_secret.empty();
}

Result<host::TransferRequest> heartbeat_request(const HeartbeatConfig& config,
                                                const SecretPlaces& places) {
  TRY_ASSIGN(const Secret secret, read_secret(config.url_secret, places));
  host::HttpRequest request;
  request.method = host::HttpRequest::Method::get;
  request.url = secret.empty() ? config.url : std::string(secret.reveal());
  return request;
}

HeartbeatChannel::HeartbeatChannel(HeartbeatConfig config, SecretPlaces places, Outbox& outbox)
    : Channel(std::string(kHeartbeat)),
      config_(std::move(config)),
      places_(std::move(places)),
      outbox_(outbox) {}

Result<std::optional<host::TransferRequest>> HeartbeatChannel::prepare(Instant now) {
  if (!alive_ || (again_ && now.steady < *again_)) return std::nullopt;
  if (now.steady - *alive_ > kAliveFor) {
    again_ = after(now.steady, kLookAgain);
    return std::nullopt;
  }
  TRY_ASSIGN(host::TransferRequest request, heartbeat_request(config_, places_));
  again_ = after(now.steady, config_.interval);
  return request;
}

Outcome HeartbeatChannel::judge(const host::TransferReply& reply, SystemTime now) {
  return judge_http(reply, now);
}

void HeartbeatChannel::settled(const Outcome& outcome, Instant now) {
  if (outcome.kind == Kind::delivered) return outbox_.count_success(name(), now.wall);
  outbox_.count_failure(name(), failure(outcome, now, true));
  again_ = std::min(again_.value_or(now.steady), rest_until());
}

std::optional<SteadyTime> HeartbeatChannel::due_at() const {
  if (!alive_) return std::nullopt;
  return std::max(again_.value_or(SteadyTime{}), rest_until());
}

}  // namespace clawvigil::notify
