// `clawvigil notify test [RECEIVER]...`
#include <nlohmann/json.hpp>
#include <ostream>

#include "alerts/notify/sender.h"
#include "exporter/base/duration.h"
#include "exporter/cli/alerting.h"
#include "exporter/cli/commands.h"
#include "exporter/cli/one_shot.h"
#include "exporter/cli/terminal.h"

namespace clawvigil::cli {

int notify_test(const CommandContext& context) {
  const auto settings = context.settings();
  if (!settings) return settings.error();
  const NotifyConfig& notify = settings->config.notify;
  if (notify.receivers.empty()) {
    context.complain(
        "no receiver is configured: clawvigil config sample shows how, under "
        "notify.receivers");
    return kWrongUsage;
  }
  const auto results = notify::send_test(notify, context.arguments.given.words, host_name(),
                                         secret_places(), context.clock.now().wall);
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
  context.out << table(rows);
  return code;
}

}  // namespace clawvigil::cli
