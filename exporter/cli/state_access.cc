#include "exporter/cli/state_access.h"

namespace clawvigil::cli {

namespace {

using Act = std::function<Result<>(store::Store&, const Config&)>;
using Open = std::function<Result<store::Store>(const Config&)>;

std::string advice(Errc code) {
  switch (code) {
    case Errc::not_found:
      return ": start clawvigil once, or name its directory with --storage.path";
    case Errc::denied:
      return ": it belongs to the daemon, use sudo";
    default:
      return "";
  }
}

Result<store::Store> advised(Result<store::Store> store) {
  if (!store) store.error().message += advice(store.error().code);
  return store;
}

int with_opened(const CommandContext& context, const Open& open, const Act& act) {
  const auto settings = context.config();
  if (!settings) return settings.error();
  auto store = open(settings->config);
  if (!store) {
    context.complain(store.error().message);
    return kFailure;
  }
  const Result<> done = act(*store, settings->config);
  if (done) return kSuccess;
  context.complain(done.error().message);
  return done.error().code == Errc::parse ? kWrongUsage : kFailure;
}

}  // namespace

int with_state(const CommandContext& context, const Act& act) {
  return with_opened(
      context,
      [&](const Config& config) {
        return advised(store::Store::open_existing(config.storage_path, context.clock.now().wall));
      },
      act);
}

Result<store::Store> open_state_to_read(const Config& config) {
  return advised(store::Store::open_to_read(config.storage_path));
}

int with_state_to_read(const CommandContext& context, const Act& act) {
  return with_opened(context, open_state_to_read, act);
}

}  // namespace clawvigil::cli
