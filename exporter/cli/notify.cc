// `clawvigil notify test [RECEIVER]...` and `notify log [RECEIVER]...`
#include <algorithm>
#include <ostream>
#include <set>

#include "alerts/notify/channel.h"
#include "alerts/notify/receiver.h"
#include "alerts/notify/sender.h"
#include "alerts/notify/told_lately.h"
#include "exporter/base/duration.h"
#include "exporter/base/strings.h"
#include "exporter/cli/alerting.h"
#include "exporter/cli/commands.h"
#include "exporter/cli/notify_log.h"
#include "exporter/cli/one_shot.h"
#include "exporter/cli/state_access.h"
#include "exporter/cli/terminal.h"

namespace clawvigil::cli {

namespace {

constexpr std::size_t kShownMessages = 20;
constexpr std::size_t kWidest = 100;  // columns

// Beside what the daemon sends, so that `notify log` has it all. Who may not write to its state
// has seen the result on the terminal.
void keep(const std::string& directory, const std::vector<notify::TestResult>& results,
          SystemTime sent) {
  auto store = store::Store::open_existing(directory, sent);
  if (!store || !notify::ensure_message_log(*store)) return;
  for (const notify::TestResult& result : results) {
    notify::LoggedMessage message;
    message.receiver = result.receiver;
    message.kind = notify::MessageKind::test;
    message.ending = result.delivered ? notify::Ending::delivered : notify::Ending::refused;
    message.made_at = sent;
    message.ended_at = sent + result.took;
    message.reason = result.error;
    if (!notify::log_message(*store, message)) return;
  }
}

std::map<std::string, std::string> services_of(const NotifyConfig& config) {
  std::map<std::string, std::string> services;
  for (const ReceiverConfig& receiver : config.receivers) {
    services[receiver.name] = notify::make_receiver(receiver)->kind();
  }
  return services;
}

// A receiver that is configured, or was.
Result<> check_receiver(const std::string& name, const Config& config,
                        const std::vector<notify::LoggedMessage>& messages) {
  std::set<std::string_view> known;
  for (const ReceiverConfig& receiver : config.notify.receivers) known.insert(receiver.name);
  if (notify::has_heartbeat(config.notify)) known.insert(notify::kHeartbeat);
  for (const notify::LoggedMessage& message : messages) known.insert(message.receiver);
  if (known.contains(name)) return {};
  const std::vector<std::string_view> names(known.begin(), known.end());
  std::string text = "there is no receiver \"" + sanitize(name) + "\"";
  if (names.empty()) return fail(Errc::parse, text + ": none is configured");
  text += config::did_you_mean(name, names) + " (valid: " + join(names, ", ") + ")";
  return fail(Errc::parse, text);
}

// The messages the flags ask for.
Result<std::vector<notify::LoggedMessage>> asked_for(const CommandArguments& given,
                                                     const Config& config, store::Store& store,
                                                     SystemTime now) {
  if (given.limit && *given.limit < 0) {
    return fail(Errc::parse, "--limit: found \"" + std::to_string(*given.limit) +
                                 "\", expected a number of messages, or 0 for all of them");
  }
  TRY_ASSIGN(auto messages, notify::told_lately(store, notify::kMaxLoggedMessages, now));
  for (const std::string& name : given.words) TRY(check_receiver(name, config, messages));
  std::erase_if(messages, [&](const notify::LoggedMessage& message) {
    return !given.words.empty() &&
           std::ranges::find(given.words, message.receiver) == given.words.end();
  });
  const std::int64_t limit =
      given.limit.value_or(given.json ? 0 : static_cast<std::int64_t>(kShownMessages));
  if (limit > 0) notify::sort_and_cut(messages, static_cast<std::size_t>(limit));
  return messages;
}

}  // namespace

int notify_log(const CommandContext& context) {
  return with_state_to_read(context, [&](store::Store& store, const Config& config) -> Result<> {
    const SystemTime now = context.clock.now().wall;
    TRY_ASSIGN(const auto messages, asked_for(context.arguments.given, config, store, now));
    if (context.arguments.given.json) {
      context.out << notify_log_json(messages);
      return {};
    }
    if (messages.empty()) {
      context.out << "no message was sent in the last 90 days\n";
      if (config.notify.receivers.empty()) {
        context.out << "No receiver is configured: clawvigil config sample shows how, under "
                       "notify.receivers\n";
      }
      return {};
    }
    TRY_ASSIGN(const auto zone, host::TimeZone::load(config.owner.time_zone));
    context.out << notify_log_text({messages, services_of(config.notify), zone, now},
                                   std::min(context.columns, kWidest), Style(context.colours));
    return {};
  });
}

int notify_test(const CommandContext& context) {
  const auto settings = context.settings();
  if (!settings) return settings.error();
  const NotifyConfig& notify = settings->config.notify;
  if (notify.receivers.empty() && !notify::has_heartbeat(notify)) {
    context.complain(
        "no receiver is configured: clawvigil config sample shows how, under "
        "notify.receivers");
    return kWrongUsage;
  }
  const SystemTime sent = context.clock.now().wall;  // all at once
  const auto results =
      notify::send_test(notify, context.arguments.given.words, host_name(), secret_places(), sent);
  if (!results) {
    context.complain(results.error().message);
    return kWrongUsage;
  }
  int code = kSuccess;
  std::vector<std::vector<std::string>> rows;
  for (const notify::TestResult& result : *results) {
    const auto took = std::chrono::round<std::chrono::milliseconds>(result.took);
    rows.push_back({result.receiver, result.delivered ? "delivered" : "FAILED",
                    result.delivered ? "in " + to_string(took) : result.error});
    if (!result.delivered) code = kFailure;
  }
  keep(settings->config.storage_path, *results, sent);
  context.out << table(rows);
  return code;
}

}  // namespace clawvigil::cli
