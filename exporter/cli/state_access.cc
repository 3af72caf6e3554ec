#include "exporter/cli/state_access.h"

namespace clawvigil::cli {

namespace {

Result<store::Store> open_state(const CommandContext& context, const Config& config) {
  auto store = store::Store::open_existing(config.storage_path, context.clock.now().wall);
  if (store) return store;
  Error error = std::move(store).error();
  error.message += error.code == Errc::not_found
                       ? ": start clawvigil once, or name its directory with --storage.path"
                       : ": it belongs to the daemon, use sudo";
  return std::unexpected(std::move(error));
}

}  // namespace

int with_state(const CommandContext& context,
               const std::function<Result<>(store::Store&, const Config&)>& act) {
  const auto settings = context.config();
  if (!settings) return settings.error();
  auto store = open_state(context, settings->config);
  if (!store) {
    context.complain(store.error().message);
    return kFailure;
  }
  const Result<> done = act(*store, settings->config);
  if (done) return kSuccess;
  context.complain(done.error().message);
  return done.error().code == Errc::parse ? kWrongUsage : kFailure;
}

}  // namespace clawvigil::cli
