#include "collectors/workspace.h"

#include <algorithm>
#include <map>
#include <set>

#include "collectors/agent_workspaces.h"
#include "collectors/openclaw_settings.h"
#include "collectors/workspace/repository.h"
#include "collectors/workspace_families.h"
#include "exporter/base/strings.h"

namespace clawvigil {

namespace {

using namespace workspace_families;
using workspace::Repository;
using workspace::RepositoryPlace;
using workspace::RepositoryRun;

std::string_view file_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

// "workspace", "workspace-work"; the id of the agent for one that lies elsewhere. Each once.
std::string label_of(const Home& home, const Workspace& one, std::set<std::string>& taken) {
  const bool inside = one.path.starts_with(home.path + "/");
  std::string label(inside || one.agent.empty() ? file_name(one.path) : one.agent);
  label = sanitize(label);
  for (int number = 2; !taken.insert(label).second; ++number) {
    label = sanitize(file_name(one.path)) + "-" + std::to_string(number);
  }
  return label;
}

// The nearest directory at or above the home that has `.git`; nullptr: none, or "/".
Result<std::optional<RepositoryPlace>> find_around(const Home& home, const host::Root& root) {
  constexpr std::size_t kMaxParents = 64;
  if (home.dir->stat(".git")) {
    return RepositoryPlace{home.label, "config", home.path, home.dir, true};
  }
  std::string path = home.path;
  for (std::size_t i = 0; i < kMaxParents; ++i) {
    path.resize(std::min(path.rfind('/'), path.size()));
    if (path.empty()) return std::nullopt;
    TRY_ASSIGN(host::Dir directory, root.anchor(path + "/."));
    const auto found = directory.stat(".git");
    if (!found && found.error().code != Errc::not_found) return std::unexpected(found.error());
    if (!found) continue;
    return RepositoryPlace{home.label, "config", path,
                           std::make_shared<const host::Dir>(std::move(directory)), true};
  }
  return std::nullopt;
}

std::string host_name(const host::Root& root) {
  constexpr std::size_t kMaxBytes = 256;
  const auto name = root.read_system_file("/proc/sys/kernel/hostname", kMaxBytes);
  return name ? std::string(trim(*name)) : std::string();
}

class WorkspaceCollector final : public Collector {
 public:
  [[nodiscard]] const CollectorInfo& info() const override { return kWorkspaceInfo; }

  Result<> collect(const Context& context, Batch& out) override {
    TRY(open_state(context));
    TRY(workspace::prune_events(context.store, context.now.wall));
    const auto zone = host::TimeZone::load(context.config.owner.time_zone);
    if (!zone) out.unknown(zone.error(), {kUnusualTimes.name()});
    std::set<std::string> seen;
    for (const Home& home : context.homes) {
      TRY(context.check());
      collect_home(context, home, zone ? &*zone : nullptr, seen, out);
    }
    std::erase_if(repositories_, [&](const auto& entry) { return !seen.contains(entry.first); });
    // What is not on disk must not be told: the next run finds it again.
    const Result<> kept = ledger_->commit(context.store);
    for (const Home& home : context.homes) export_counters(home, out);
    return kept;
  }

 private:
  Result<> open_state(const Context& context) {
    if (!ledger_) {
      TRY_ASSIGN(ledger_, EventLedger::open(context.store, std::string(kWorkspaceInfo.name)));
    }
    if (!hash_) {
      TRY_ASSIGN(hash_, store::KeyedHash::open(context.store));
    }
    return {};
  }

  void collect_home(const Context& context, const Home& home, const host::TimeZone* zone,
                    std::set<std::string>& seen, Batch& out) {
    const auto account = find_account(home, context.root);
    const auto emails =
        account ? workspace::account_emails(context.root, *account) : std::vector<std::string>();
    const RepositoryRun run{
        context, *ledger_, *hash_, emails, account ? account->name : "", host_name(context.root),
        zone};
    for (const RepositoryPlace& place : places_of(context, home, account, out)) {
      seen.insert(home.label + ":" + place.path);
      repositories_[home.label + ":" + place.path].run(run, place, out);
    }
  }

  std::vector<RepositoryPlace> places_of(const Context& context, const Home& home,
                                         const std::optional<host::Account>& account, Batch& out) {
    const Workspaces found =
        find_workspaces(home, *loader_.load_or_default(home), context.root, account);
    for (const Error& problem : found.problems) {
      out.unknown(prefixed(problem, home.label).error(), names_of(kMetrics));
    }
    std::vector<RepositoryPlace> places;
    std::set<std::string> taken{"config"};
    places.reserve(found.all.size() + 1);
    for (const Workspace& one : found.all) {
      places.push_back({home.label, label_of(home, one, taken), one.path, one.directory});
    }
    auto around = find_around(home, context.root);
    if (!around) {
      out.unknown(prefixed(around.error(), home.label + ": above the OpenClaw directory").error(),
                  {kTrackedKeys.name(), kRemotes.name()});
    } else if (*around) {
      places.push_back(**std::move(around));
    }
    return places;
  }

  void export_counters(const Home& home, Batch& out) const {
    const auto all = [&](const auto&... families) {
      (ledger_->export_to(families, out, home.label), ...);
    };
    all(kCommits, kUnusualTimes, kWrongTimes, kForeignCommitter, kChanges, kExecutables, kDeleted,
        kRewrites, kLost);
  }

  SettingsLoader loader_;
  std::optional<EventLedger> ledger_;
  std::optional<store::KeyedHash> hash_;
  std::map<std::string, Repository> repositories_;  // by home and path
};

}  // namespace

// A run with nothing new costs the reading of the refs; every ten minutes also a look at each file.
const CollectorInfo kWorkspaceInfo{
    "workspace",
    "Git repositories of the agents' workspaces: who commits what and when, what vanishes, what "
    "lies uncommitted and where it is pushed to.",
    std::chrono::seconds(30),
    std::chrono::minutes(3),
    std::chrono::minutes(10),
    kMetrics};

std::unique_ptr<Collector> make_workspace_collector() {
  return std::make_unique<WorkspaceCollector>();
}

}  // namespace clawvigil
