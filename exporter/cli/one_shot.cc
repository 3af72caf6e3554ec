#include "exporter/cli/one_shot.h"

#include <unistd.h>

#include <array>
#include <nlohmann/json.hpp>

#include "alerts/engine/engine.h"
#include "alerts/engine/posture.h"
#include "alerts/notify/silences.h"
#include "collectors/registry.h"
#include "exporter/cli/alerting.h"
#include "exporter/cli/first_look.h"
#include "exporter/cli/status_document.h"
#include "exporter/collect/runner.h"
#include "exporter/host/scratch_directory.h"
#include "exporter/store/acceptances.h"
#include "exporter/store/restore_tests.h"
#include "exporter/store/store.h"

namespace clawvigil::cli {

namespace {

constexpr Duration kStopGrace = std::chrono::seconds(1);

// One look decides: nothing is waited for.
std::shared_ptr<const alerts::RuleSet> without_waiting(const alerts::RuleSet& rules) {
  auto copy = std::make_shared<alerts::RuleSet>(rules);
  for (alerts::RuleFile& file : copy->files) {
    for (alerts::RuleGroup& group : file.groups) {
      for (alerts::Rule& rule : group.rules) rule.hold = Duration::zero();
    }
  }
  return copy;
}

// What the owner has accepted or tested holds for this look, too.
void copy_knowledge(const std::string& storage, const std::string& scratch, SystemTime now) {
  auto from = store::Store::open_existing(storage, now);
  if (!from) return;
  store::Store to = store::Store::open(scratch, now);
  const auto listeners = store::accepted_listeners(*from, now);
  for (const auto& listener : listeners.value_or(std::vector<store::AcceptedListener>{})) {
    static_cast<void>(store::accept_listener(to, listener, now));
  }
  const auto tests = store::restore_tests(*from);
  for (const auto& test : tests.value_or(std::vector<store::RestoreTest>{})) {
    static_cast<void>(store::record_restore_test(to, test, now));
  }
}

alerts::Posture judge(const Settings& settings, const Hub& hub, const Clock& clock) {
  alerts::Engine engine(without_waiting(*settings.rules),
                        {.host = host_name(),
                         .instance = settings.config.web.listen_address,
                         .collectors = exporting_infos(),
                         .own = {},
                         .clock = nullptr});
  notify::Silences silences;
  if (auto store = store::Store::open_existing(settings.config.storage_path, clock.now().wall)) {
    // Without a memory the look is as good as it can be: rules about the past say so.
    static_cast<void>(engine.restore(*store, clock.now()));
    static_cast<void>(silences.refresh(*store));
  }
  const Instant now = clock.now();
  engine.evaluate(*hub.snapshot(now), now);
  return engine.posture(now.wall, notify::silenced_by(silences, now.wall));
}

}  // namespace

std::string host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return "this host";
  return name.data();
}

Result<nlohmann::json> look_once(const Settings& settings, const Clock& clock,
                                 const std::function<void(std::string_view)>& progress) {
  TRY_ASSIGN(const host::ScratchDirectory scratch, host::ScratchDirectory::create());
  auto config = std::make_shared<Config>(settings.config);
  config->storage_path = scratch.path();
  copy_knowledge(settings.config.storage_path, scratch.path(), clock.now().wall);
  TRY_ASSIGN(host::Root root, host::Root::open(config->rootfs));
  TRY_ASSIGN(HomeList homes, find_homes(root, config->openclaw.homes));
  auto registry = std::make_shared<HomeRegistry>();
  registry->replace(std::make_shared<const HomeList>(std::move(homes)));
  auto status = std::make_shared<ReloadStatus>();
  status->last_success = clock.now().wall;
  FirstLook look(enabled_collectors(config->collectors, {clock.now().wall, status, registry}),
                 std::make_shared<RunnerShared>(std::move(root), config, registry, clock));
  look.take(*registry->current(), progress);
  nlohmann::json document =
      status_document(judge(settings, look.hub(), clock), *look.hub().snapshot(clock.now()));
  look.stop(kStopGrace);
  return document;
}

}  // namespace clawvigil::cli
