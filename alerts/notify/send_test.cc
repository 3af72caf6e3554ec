#include <algorithm>
#include <map>

#include "alerts/notify/channel.h"
#include "alerts/notify/receiver.h"
#include "alerts/notify/sender.h"
#include "exporter/base/strings.h"
#include "exporter/base/version.h"

namespace clawvigil::notify {

namespace {

// One receiver while its test message is under way.
struct Trial {
  std::unique_ptr<Receiver> receiver;  // none of the heartbeat
  std::vector<std::string> payloads;
  TestResult result;
};

Result<> check_names(const NotifyConfig& config, const std::vector<std::string>& names) {
  std::vector<std::string_view> known;
  known.reserve(config.receivers.size() + 1);
  for (const ReceiverConfig& receiver : config.receivers) known.push_back(receiver.name);
  if (has_heartbeat(config)) known.push_back(kHeartbeat);
  for (const std::string& name : names) {
    if (std::ranges::find(known, name) != known.end()) continue;
    const std::string_view near = closest(name, known);
    std::string hint = "there are: " + join(known, ", ");
    if (known.empty()) hint = "none is configured";
    if (!near.empty()) hint = "did you mean " + std::string(near) + "?";
    return fail(Errc::parse, "there is no receiver \"" + sanitize(name) + "\"; " + hint);
  }
  return {};
}

void conclude(Trial& trial, const host::TransferReply& reply, SystemTime now) {
  const Outcome outcome =
      trial.receiver ? trial.receiver->judge(reply, now) : judge_http(reply, now);
  trial.result.delivered = outcome.kind == Outcome::Kind::delivered;
  trial.result.error = outcome.reason;
  trial.result.took = reply.took;
}

}  // namespace

Result<std::vector<TestResult>> send_test(const NotifyConfig& config,
                                          const std::vector<std::string>& names,
                                          const std::string& host, const SecretPlaces& secrets,
                                          SystemTime now, host::TransferLimits limits) {
  TRY(check_names(config, names));
  TRY_ASSIGN(auto transfers,
             host::Transfers::create("clawvigil/" + std::string(version()), limits));
  Notification notification;
  notification.kind = Notification::Kind::test;
  notification.time = now;
  notification.host = host;
  const auto wanted = [&](std::string_view name) {
    return names.empty() || std::ranges::find(names, name) != names.end();
  };
  std::vector<Trial> trials;
  for (const ReceiverConfig& receiver : config.receivers) {
    if (!wanted(receiver.name)) continue;
    Trial& trial = trials.emplace_back();
    trial.receiver = make_receiver(receiver);
    trial.result.receiver = receiver.name;
    const auto loaded = trial.receiver->load_secrets(secrets);
    if (!loaded) {
      trial.result.error = loaded.error().message;
      continue;
    }
    trial.payloads = trial.receiver->render(notification, render_options(config));
    auto request =
        trial.receiver->request(trial.payloads.front(), dedup_key(receiver.name, notification));
    const auto started = transfers->start(trials.size() - 1, std::move(request));
    if (!started) trial.result.error = started.error().message;
  }
  if (has_heartbeat(config) && wanted(kHeartbeat)) {
    Trial& trial = trials.emplace_back();
    trial.result.receiver = kHeartbeat;
    auto request = heartbeat_request(config.heartbeat, secrets);
    const Result<> started = request ? transfers->start(trials.size() - 1, *std::move(request))
                                     : std::unexpected(request.error());
    if (!started) trial.result.error = started.error().message;
  }
  while (transfers->running() > 0) {
    for (const auto& [id, reply] : transfers->wait(limits.total)) {
      conclude(trials.at(id), reply, now);
    }
  }
  std::vector<TestResult> results;
  results.reserve(trials.size());
  for (Trial& trial : trials) results.push_back(std::move(trial.result));
  return results;
}

}  // namespace clawvigil::notify
