// `clawvigil spend`: what the models cost, from the ledger beside the running daemon.
#include <ostream>

#include "exporter/cli/commands.h"
#include "exporter/cli/spend_export.h"
#include "exporter/cli/spend_report.h"
#include "exporter/cli/spend_view.h"
#include "exporter/cli/state_access.h"

namespace clawvigil::cli {

int spend(const CommandContext& context) {
  return with_state_to_read(context, [&](store::Store& store, const Config& config) -> Result<> {
    const CommandArguments& given = context.arguments.given;
    if (given.json && given.spend.csv) return fail(Errc::parse, "--json or --csv, not both");
    const SystemTime now = context.clock.now().wall;
    TRY_ASSIGN(const auto zone, host::TimeZone::load(config.owner.time_zone));
    TRY_ASSIGN(SpendRequest request, spend_request(given.spend, zone, now));
    // Whoever computes with it wants all of it.
    if ((given.json || given.spend.csv) && !request.limit) request.limit = 0;
    TRY_ASSIGN(SpendReport report, spend_report(store, request, zone, now));
    report.zone = config.owner.time_zone;
    if (given.json) {
      context.out << spend_json(report, now);
    } else if (given.spend.csv) {
      context.out << spend_csv(report);
      if (!report.complete) context.complain("the history is still being read: sums are too low");
    } else {
      context.out << spend_text(report, zone, now,
                                {context.columns, context.colours, context.utf8});
    }
    return {};
  });
}

}  // namespace clawvigil::cli
