#include "collectors/agent_workspaces.h"

#include <algorithm>

#include "collectors/home_account.h"
#include "exporter/base/strings.h"

namespace clawvigil {

namespace {

class Finder {
 public:
  Finder(const Home& home, const host::Root& root) : home_(home), root_(root) {}

  Workspaces run(const OpenClawSettings& settings, const std::optional<host::Account>& account) && {
    constexpr std::size_t kMaxEntries = 10'000;
    if (const auto entries = home_.dir->list(".", kMaxEntries)) {
      for (const host::DirEntry& entry : *entries) {
        if (entry.kind == host::FileKind::directory && entry.name.starts_with("workspace")) {
          add(home_.path + "/" + entry.name, {});
        }
      }
    }
    if (const auto path = absolute_path(settings.default_workspace, account)) add(*path, {});
    for (const AgentSettings& agent : settings.agents) {
      if (const auto path = absolute_path(agent.workspace, account)) add(*path, agent.id);
    }
    std::ranges::sort(found_.all, {}, &Workspace::path);
    return std::move(found_);
  }

 private:
  void add(const std::string& path, const std::string& agent) {
    const auto known = std::ranges::find(found_.all, path, &Workspace::path);
    if (known != found_.all.end()) {
      if (known->agent.empty()) known->agent = agent;
      return;
    }
    auto directory = open_own_directory(root_, path, home_.uid);
    if (!directory) {
      if (directory.error().code != Errc::not_found) problem(directory.error(), path);
    } else if (found_.all.size() >= Workspaces::kMax) {
      problem({Errc::too_large, "one too many"}, path);
    } else {
      found_.all.push_back({path, std::move(*directory), agent});
    }
  }

  void problem(Error error, const std::string& path) {
    constexpr std::size_t kShown = 200;
    if (found_.problems.size() >= Workspaces::kMax) return;
    found_.problems.push_back(
        prefixed(std::move(error), "workspace " + sanitize(path, kShown)).error());
  }

  const Home& home_;
  const host::Root& root_;
  Workspaces found_;
};

}  // namespace

Workspaces find_workspaces(const Home& home, const OpenClawSettings& settings,
                           const host::Root& root, const std::optional<host::Account>& account) {
  return Finder(home, root).run(settings, account);
}

std::optional<host::Account> find_account(const Home& home, const host::Root& root) {
  const auto accounts = host::read_accounts(root);
  if (!accounts) return std::nullopt;
  const host::Account* const found = account_of(*accounts, home);
  return found != nullptr && found->home != "/" ? std::optional(*found) : std::nullopt;
}

std::optional<std::string> absolute_path(std::string written,
                                         const std::optional<host::Account>& account) {
  if (written.starts_with("~/") && account) written = account->home + written.substr(1);
  while (written.size() > 1 && written.ends_with('/')) written.pop_back();
  if (!written.starts_with('/') || written == "/" || written.contains('\0')) return std::nullopt;
  return written;
}

Result<std::shared_ptr<const host::Dir>> open_own_directory(const host::Root& root,
                                                            const std::string& path, uid_t owner) {
  TRY_ASSIGN(host::Dir directory, root.anchor(path));
  TRY_ASSIGN(const host::FileStat stat, directory.stat("."));
  if (stat.uid != owner) {
    return fail(Errc::unsafe, "does not belong to the owner of the OpenClaw directory");
  }
  return std::make_shared<const host::Dir>(std::move(directory));
}

}  // namespace clawvigil
