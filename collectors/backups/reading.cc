#include "collectors/backups/reading.h"

#include <sys/stat.h>

#include <algorithm>

#include "collectors/home_account.h"
#include "collectors/parse/group_file.h"
#include "exporter/base/strings.h"

namespace clawvigil::backups {

namespace {

constexpr std::size_t kMaxMountTable = 4UL * 1024 * 1024;
constexpr std::size_t kMaxGroupFile = 4UL * 1024 * 1024;

// nullptr for an account that is not among the machine's: it is a member of nothing here.
Result<std::set<gid_t>> groups_of(const host::Account* account,
                                  const Result<std::string>& group_file) {
  if (!group_file) return std::unexpected(group_file.error());
  std::set<gid_t> ids;
  if (account == nullptr) return ids;
  const auto others = parse::groups_of(parse::parse_group_file(*group_file), account->name);
  ids.insert(others.begin(), others.end());
  ids.insert(account->gid);
  return ids;
}

std::vector<Agent> read_agents(const Context& context,
                               const Result<std::vector<host::Account>>& accounts) {
  const auto groups = context.root.read_system_file("/etc/group", kMaxGroupFile);
  std::vector<Agent> agents;
  for (const Home& home : context.homes) {
    if (accounts) {
      agents.push_back({home.uid, groups_of(account_of(*accounts, home), groups)});
    } else {
      agents.push_back({home.uid, std::unexpected(accounts.error())});
    }
  }
  return agents;
}

// A sticky directory lets nobody but its owner and the file's take a file away.
Result<bool> can_write(const Agent& agent, const host::FileStat& object, bool is_directory) {
  if (agent.uid == 0 || object.uid == agent.uid) return true;
  if (is_directory && (object.mode & S_ISVTX) != 0) return false;
  if ((object.mode & S_IWOTH) != 0) return true;
  if ((object.mode & S_IWGRP) == 0) return false;
  TRY(agent.groups);
  return agent.groups->contains(object.gid);
}

// The directory at `path` and all above it.
Result<std::vector<host::FileStat>> way_to(const Machine& machine, std::string_view path) {
  std::vector<host::FileStat> way;
  while (true) {
    TRY_ASSIGN(const host::Dir directory, machine.directory(std::string(path)));
    TRY_ASSIGN(const host::FileStat found, directory.stat("."));
    way.push_back(found);
    if (path.empty() || path == "/") return way;
    path = path.substr(0, path.rfind('/'));
  }
}

// What is known to be so counts more than what is not known.
Result<bool> can_change(const Agent& agent, const host::FileStat& object,
                        const std::vector<host::FileStat>& way) {
  Result<bool> can = can_write(agent, object, object.kind == host::FileKind::directory);
  for (const host::FileStat& directory : way) {
    if (can && *can) break;
    const auto can_rename = can_write(agent, directory, true);
    if (!can_rename || *can_rename) can = can_rename;
  }
  return can;
}

Result<bool> any_can_change(const std::vector<Agent>& agents, const host::FileStat& object,
                            const std::vector<host::FileStat>& way) {
  Result<bool> any = false;
  for (const Agent& agent : agents) {
    if (any && *any) break;
    const auto can = can_change(agent, object, way);
    if (!can || *can) any = can;
  }
  return any;
}

}  // namespace

Machine Machine::read(const Context& context) {
  const auto mounts = context.root.read_system_file("/proc/self/mountinfo", kMaxMountTable);
  auto accounts = host::read_accounts(context.root);
  auto agents = read_agents(context, accounts);
  return {context, mounts ? parse::parse_mount_table(*mounts) : std::vector<parse::Mount>{},
          std::move(agents), std::move(accounts)};
}

Result<host::Dir> Machine::directory(const std::string& path) const {
  return context.root.anchor(path.empty() || path == "/" ? "/" : path + "/.");
}

Result<bool> lies_off_host(const Machine& machine, const host::Dir& directory,
                           std::string_view path) {
  TRY_ASSIGN(const host::FileStat found, directory.stat("."));
  const parse::Mount* const mount = parse::find_mount(machine.mounts, found.device, path);
  if (mount == nullptr) {
    return fail(Errc::not_found, sanitize(path) + ": its file system is not in the mount table");
  }
  if (const auto remote = parse::is_remote_file_system(mount->type)) return *remote;
  return fail(Errc::unsupported, sanitize(path) + ": whether a file system of the kind " +
                                     sanitize(mount->type) + " is on another machine is not known");
}

Result<Access> who_can_get_at(const Machine& machine, const host::Dir& directory,
                              std::string_view path, std::string_view name) {
  TRY_ASSIGN(const host::FileStat object, directory.stat(name));
  TRY_ASSIGN(const auto way, way_to(machine, path));
  Access access;
  TRY_ASSIGN(access.agent_can_change, any_can_change(machine.agents, object, way));
  access.open_to_others = (object.mode & S_IROTH) != 0 &&
                          std::ranges::all_of(way, [](const host::FileStat& on_the_way) {
                            return (on_the_way.mode & S_IXOTH) != 0;
                          });
  return access;
}

}  // namespace clawvigil::backups
