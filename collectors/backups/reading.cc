#include "collectors/backups/reading.h"

#include <sys/stat.h>

#include <algorithm>

#include "collectors/home_account.h"
#include "collectors/parse/group_file.h"
#include "exporter/base/strings.h"
#include "exporter/host/passwd.h"

namespace clawvigil::backups {

namespace {

constexpr std::size_t kMaxMountTable = 4UL * 1024 * 1024;
constexpr std::size_t kMaxGroupFile = 4UL * 1024 * 1024;

std::set<gid_t> groups_of(const host::Account* account, const std::vector<parse::Group>& groups) {
  std::set<gid_t> ids;
  if (account == nullptr) return ids;
  ids.insert(account->gid);
  for (const parse::Group& group : groups) {
    if (std::ranges::find(group.members, account->name) != group.members.end()) {
      ids.insert(group.gid);
    }
  }
  return ids;
}

std::vector<Agent> read_agents(const Context& context) {
  const auto accounts = host::read_accounts(context.root);
  const auto text = context.root.read_system_file("/etc/group", kMaxGroupFile);
  const auto groups = text ? parse::parse_group_file(*text) : std::vector<parse::Group>{};
  std::vector<Agent> agents;
  for (const Home& home : context.homes) {
    const host::Account* account = accounts ? account_of(*accounts, home) : nullptr;
    agents.push_back({home.uid, groups_of(account, groups)});
  }
  return agents;
}

// A sticky directory lets nobody but its owner and the file's take a file away.
bool can_write(const Agent& agent, const host::FileStat& object, bool is_directory) {
  if (agent.uid == 0 || object.uid == agent.uid) return true;
  if (is_directory && (object.mode & S_ISVTX) != 0) return false;
  if ((object.mode & S_IWOTH) != 0) return true;
  return (object.mode & S_IWGRP) != 0 && agent.groups.contains(object.gid);
}

// Every directory on the way can be passed by anyone.
Result<bool> reachable_by_others(const Machine& machine, std::string_view path) {
  for (std::size_t end = path.size(); end > 0 && end != std::string_view::npos;
       end = path.rfind('/', end - 1)) {
    TRY_ASSIGN(const host::Dir directory, machine.directory(std::string(path.substr(0, end))));
    TRY_ASSIGN(const host::FileStat found, directory.stat("."));
    if ((found.mode & S_IXOTH) == 0) return false;
  }
  return true;
}

}  // namespace

Machine Machine::read(const Context& context) {
  const auto mounts = context.root.read_system_file("/proc/self/mountinfo", kMaxMountTable);
  return {context, mounts ? parse::parse_mount_table(*mounts) : std::vector<parse::Mount>{},
          read_agents(context)};
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
  TRY_ASSIGN(const host::FileStat parent, directory.stat("."));
  TRY_ASSIGN(const host::FileStat object, directory.stat(name));
  const bool is_directory = object.kind == host::FileKind::directory;
  Access access;
  for (const Agent& agent : machine.agents) {
    access.agent_can_change |=
        can_write(agent, object, is_directory) || can_write(agent, parent, true);
  }
  if ((object.mode & S_IROTH) != 0) {
    TRY_ASSIGN(access.open_to_others, reachable_by_others(machine, path));
  }
  return access;
}

}  // namespace clawvigil::backups
