#include "collectors/identity.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "collectors/home_account.h"
#include "collectors/identity/processes.h"
#include "collectors/identity/sudo_files.h"
#include "collectors/identity_families.h"
#include "collectors/parse/group_file.h"
#include "collectors/parse/logins.h"
#include "collectors/parse/sudo_rights.h"
#include "exporter/base/strings.h"
#include "exporter/host/passwd.h"

namespace clawvigil {

namespace {

using namespace identity_families;

constexpr std::size_t kMaxBytes = 4'096UL * 1'024;
constexpr std::string_view kSessions = "/run/systemd/sessions";

bool is_login_shell(std::string_view shell) {
  const std::string_view name = shell.substr(shell.rfind('/') + 1);
  return name != "nologin" && name != "false" && name != "sync" && name != "git-shell";
}

// What is read once for all homes.
struct Machine {
  Result<std::vector<GatewayProcess>> processes;
  Result<std::vector<host::Account>> accounts;
  Result<std::vector<parse::Group>> groups;
  SudoFiles sudo;
  std::string host;
  std::optional<std::set<uid_t>> sessions;  // unset: no logind
};

std::optional<std::set<uid_t>> read_sessions(const host::Root& root) {
  constexpr std::size_t kMaxSessions = 4'096;
  constexpr std::size_t kMaxSession = 64UL * 1'024;
  const auto directory = root.anchor(kSessions);
  const auto entries =
      directory ? directory->list(".", kMaxSessions)
                : Result<std::vector<host::DirEntry>>(std::unexpected(directory.error()));
  if (!entries) return std::nullopt;
  std::set<uid_t> users;
  for (const host::DirEntry& entry : *entries) {
    if (entry.kind != host::FileKind::regular) continue;  // <id>.ref is a FIFO
    const auto text = directory->read_file(entry.name, kMaxSession, host::OpenRules{});
    const auto user = text ? parse::session_user(*text) : std::nullopt;
    if (user) users.insert(*user);
  }
  return users;
}

Machine read_machine(const host::Root& root) {
  const auto host = root.read_system_file("/proc/sys/kernel/hostname", 256);
  const std::string name = host ? std::string(trim(*host)) : std::string();
  auto groups = root.read_system_file("/etc/group", kMaxBytes);
  return {.processes = find_gateway_processes(root),
          .accounts = host::read_accounts(root),
          .groups = groups ? Result<std::vector<parse::Group>>(parse::parse_group_file(*groups))
                           : std::unexpected(groups.error()),
          .sudo = read_sudo_files(root, name),
          .host = name,
          .sessions = read_sessions(root)};
}

class HomeIdentity {
 public:
  HomeIdentity(const Context& context, const Machine& machine, const Home& home, Batch& out)
      : context_(context), machine_(machine), home_(home), out_(out) {}

  void run() {
    if (machine_.processes) gateways_ = gateways_of(home_, *machine_.processes);
    export_processes();
    export_account();
  }

 private:
  void export_processes() {
    if (!machine_.processes) {
      out_.unknown(machine_.processes.error(), {kProcesses.name(), kRunsAsRoot.name()});
      return;
    }
    out_.set(kProcesses, static_cast<double>(gateways_.size()), home_.label);
    const bool root = std::ranges::any_of(
        gateways_, [](const GatewayProcess& process) { return process.status.effective_uid == 0; });
    const bool will_be = gateways_.empty() && home_.uid == 0;
    out_.set(kRunsAsRoot, root || will_be ? 1 : 0, home_.label);
  }

  void export_account() {
    if (!machine_.accounts || !machine_.groups) {
      const Error& error = machine_.accounts ? machine_.groups.error() : machine_.accounts.error();
      return out_.unknown(error, {kPrivilegedGroup.name(), kSudo.name(), kInteractive.name()});
    }
    const host::Account* const account = account_of(*machine_.accounts, home_);
    subject_.uid = home_.uid;
    subject_.host = machine_.host;
    if (account != nullptr) {
      subject_.name = account->name;
      subject_.gids.push_back(account->gid);
      const bool shell = is_login_shell(account->shell);
      out_.set(kInteractive, shell ? 1 : 0, home_.label, "login_shell");
    }
    add_groups();
    for (const std::string_view group : kPrivilegedGroups) {
      const bool member = std::ranges::find(subject_.groups, group) != subject_.groups.end();
      out_.set(kPrivilegedGroup, member ? 1 : 0, home_.label, group);
    }
    export_sudo();
    export_logins();
  }

  // Of the account, and what its running gateways have beyond it.
  void add_groups() {
    std::set<gid_t> gids(subject_.gids.begin(), subject_.gids.end());
    for (const GatewayProcess& process : gateways_) {
      if (process.status.effective_uid != home_.uid) continue;
      gids.insert(process.status.groups.begin(), process.status.groups.end());
    }
    for (const parse::Group& group : *machine_.groups) {
      const bool listed = !subject_.name.empty() &&
                          std::ranges::find(group.members, subject_.name) != group.members.end();
      if (!listed && !gids.contains(group.gid)) continue;
      subject_.groups.push_back(group.name);
      gids.insert(group.gid);
    }
    subject_.gids.assign(gids.begin(), gids.end());
  }

  void export_sudo() {
    for (const Error& problem : machine_.sudo.problems) out_.unknown(problem, {kSudo.name()});
    const bool unreadable = machine_.sudo.entries.empty() && !machine_.sudo.problems.empty();
    if (unreadable) return;
    const parse::sudoers::SudoRights rights =
        parse::sudoers::rights_of(subject_, machine_.sudo.entries);
    const auto set = [&](std::string_view commands, std::string_view password, bool value) {
      out_.set(kSudo, value ? 1 : 0, home_.label, commands, password);
    };
    set("all", "required", rights.all && !rights.all_without_password);
    set("all", "none", rights.all_without_password);
    set("some", "required", rights.some && !rights.some_without_password);
    set("some", "none", rights.some_without_password);
  }

  void export_logins() {
    if (machine_.sessions) {
      out_.set(kInteractive, machine_.sessions->contains(home_.uid) ? 1 : 0, home_.label,
               "session");
    }
    if (const auto time = last_login()) {
      out_.set(kLastLogin, to_unix_seconds(*time), home_.label);
    }
  }

  // nullopt where the system keeps no lastlog. The file is as long as the highest uid is large.
  [[nodiscard]] std::optional<SystemTime> last_login() const {
    const auto directory = context_.root.anchor("/var/log");
    if (!directory) return std::nullopt;
    const auto file = directory->open_file("lastlog", host::OpenRules{});
    if (!file) return std::nullopt;
    std::array<char, parse::kLastlogRecord> record{};
    const auto offset = static_cast<std::uint64_t>(home_.uid) * record.size();
    const auto bytes = file->read_at(offset, record);
    if (!bytes) return std::nullopt;
    return parse::lastlog_time(std::string_view(record.data(), *bytes)).value_or(SystemTime());
  }

  const Context& context_;
  const Machine& machine_;
  const Home& home_;
  Batch& out_;
  std::vector<GatewayProcess> gateways_;
  parse::sudoers::Subject subject_;
};

class IdentityCollector final : public Collector {
 public:
  [[nodiscard]] const CollectorInfo& info() const override { return kIdentityInfo; }

  Result<> collect(const Context& context, Batch& out) override {
    if (context.homes.empty()) return {};
    const Machine machine = read_machine(context.root);
    for (const Home& home : context.homes) {
      TRY(context.check());
      HomeIdentity(context, machine, home, out).run();
    }
    return {};
  }
};

}  // namespace

const CollectorInfo kIdentityInfo{
    "identity",
    "Reads as whom the gateway runs, and that user's groups, sudo rights and logins.",
    std::chrono::minutes(1),
    std::chrono::seconds(20),
    std::chrono::minutes(5),
    kMetrics};

std::unique_ptr<Collector> make_identity_collector() {
  return std::make_unique<IdentityCollector>();
}

}  // namespace clawvigil
