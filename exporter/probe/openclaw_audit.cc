// `openclaw security audit --json` of every home, run as the user the home belongs to: the same
// command the owner would run, with the environment the gateway has (a token that comes from its
// unit would be missed otherwise, and missing authentication be reported).
#include <sys/types.h>

#include <algorithm>
#include <map>

#include "collectors/home_account.h"
#include "collectors/keys/variables.h"
#include "collectors/openclaw_settings.h"
#include "collectors/parse/group_file.h"
#include "exporter/base/strings.h"
#include "exporter/host/passwd.h"
#include "exporter/host/program.h"
#include "exporter/probe/openclaw_program.h"
#include "exporter/probe/probe.h"

namespace clawvigil::probe {

namespace {

// It takes 4 to 8 s and 350 to 520 MB of memory on a quiet machine; 35 s and 1.2 GB when 2026.3 has
// to compile its plugins first.
constexpr Duration kDeadline = std::chrono::seconds(120);
constexpr std::size_t kMaxOutput = 1UL << 20;
constexpr int kNiceness = 10;
constexpr std::string_view kHeapLimit = "--max-old-space-size=1024";
// Of address space that is written to: node reserves two gigabytes before it does anything.
constexpr std::uint64_t kDataLimit = 4UL << 30;
constexpr std::size_t kMaxGroupFile = 4UL << 20;

// The account of the home; one made up when its owner has none.
host::Account owner_of(const std::vector<host::Account>& accounts, const Home& home) {
  if (const host::Account* const account = account_of(accounts, home)) return *account;
  const auto stat = home.dir->stat(".");
  return {.name = "#" + std::to_string(home.uid),  // as sudo takes it
          .uid = home.uid,
          .gid = stat ? stat->gid : home.uid,
          .home = home.path.substr(0, std::max<std::size_t>(home.path.rfind('/'), 1)),
          .shell = ""};
}

std::vector<std::string> environment_of(const ProbeContext& context, const Home& home,
                                        const host::Account& account,
                                        const OpenClawProgram& program) {
  std::map<std::string, std::string> all;
  for (const auto& [name, variable] : keys::read_variables(context.root, home, &account).by_name) {
    // What tells OpenClaw that it is the service.
    if (!name.starts_with("OPENCLAW_SERVICE_")) all[name] = variable.value.reveal();
  }
  const std::string path = all.contains("PATH") ? ":" + all["PATH"] : "";
  all["PATH"] = program.directory + path + ":/usr/local/bin:/usr/bin:/bin";
  all["HOME"] = account.home;
  all["USER"] = account.name;
  all["LOGNAME"] = account.name;
  all["LANG"] = "C.UTF-8";
  all["NO_COLOR"] = "1";
  all["NODE_OPTIONS"] = kHeapLimit;
  all["OPENCLAW_NO_RESPAWN"] = "1";  // one process instead of two
  all["OPENCLAW_STATE_DIR"] = home.path;
  all["OPENCLAW_CONFIG_PATH"] = home.path + "/openclaw.json";
  if (const std::string_view profile = profile_of(home); !profile.empty()) {
    all["OPENCLAW_PROFILE"] = profile;
  }
  std::vector<std::string> environment;
  environment.reserve(all.size());
  for (const auto& [name, value] : all) environment.push_back(name + "=" + value);
  return environment;
}

// What it printed to standard error stays untold: it may quote the configuration.
std::unexpected<Error> ending(int code, const host::Account& account) {
  constexpr int kSignalled = 128;
  const std::string how =
      code > kSignalled
          ? "was ended by signal " + std::to_string(code - kSignalled) + " (out of memory?)"
          : "ended with code " + std::to_string(code);
  return fail(Errc::io, "the audit " + how + "; see what it says: sudo -u '" +
                            sanitize(account.name) + "' -H openclaw security audit");
}

class Auditor {
 public:
  static Result<Auditor> create(const ProbeContext& context) {
    Auditor auditor(context);
    TRY_ASSIGN(auditor.accounts_, host::read_accounts(context.root));
    const auto groups = context.root.read_system_file("/etc/group", kMaxGroupFile);
    if (groups) auditor.groups_ = parse::parse_group_file(*groups);
    return auditor;
  }

  [[nodiscard]] Result<std::string> audit(const Home& home) const {
    const host::Account account = owner_of(accounts_, home);
    TRY_ASSIGN(const OpenClawProgram found, find_openclaw(context_.root, home, account));
    host::Program program;
    program.arguments = found.arguments;
    program.arguments.insert(program.arguments.end(), {"security", "audit", "--json"});
    program.environment = environment_of(context_, home, account, found);
    program.directory = home.path;
    program.user = host::ProgramUser{
        .uid = home.uid, .gid = account.gid, .groups = parse::groups_of(groups_, account.name)};
    program.deadline = kDeadline;
    program.output_bytes = kMaxOutput;
    program.memory_bytes = kDataLimit;
    program.niceness = kNiceness;
    TRY_ASSIGN(host::ProgramResult result, host::run_program(program, context_.stop));
    if (result.exit_code != 0) return ending(result.exit_code, account);
    if (is_valid_utf8(result.output)) return std::move(result.output);
    return fail(Errc::parse, "the audit printed something that is not UTF-8");
  }

 private:
  explicit Auditor(const ProbeContext& context) : context_(context) {}
  const ProbeContext& context_;
  std::vector<host::Account> accounts_;
  std::vector<parse::Group> groups_;
};

}  // namespace

Result<std::vector<host::ProbeReading>> openclaw_audit(const ProbeContext& context) {
  if (context.config.rootfs != "/") {
    return fail(Errc::unsupported,
                "programs of the machine at --path.rootfs cannot be run from here");
  }
  TRY_ASSIGN(const Auditor auditor, Auditor::create(context));
  std::vector<host::ProbeReading> readings;
  for (const Home& home : context.homes) readings.push_back({home.label, auditor.audit(home)});
  return readings;
}

}  // namespace clawvigil::probe
