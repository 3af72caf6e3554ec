#include <string>

#include "exporter/base/strings.h"
#include "exporter/host/passwd.h"
#include "exporter/host/program.h"
#include "exporter/probe/probe.h"

namespace clawvigil::probe {

namespace {

constexpr Duration kDeadline = std::chrono::seconds(20);
constexpr const char* kProperties =
    "--property=Id,LoadState,ActiveState,UnitFileState,Restart,NRestarts,ControlGroup";
constexpr std::size_t kMaxOutput = 512UL * 1024;

// As the user itself: what answers at the manager's socket is whatever the user has put there, and
// gets no more rights to play with than it has. (Root itself is refused by the user's bus.)
Result<host::Program> ask_manager(const Home& home, const std::vector<host::Account>& accounts) {
  for (const host::Account& account : accounts) {
    if (account.uid != home.uid) continue;
    return host::Program{.arguments = {"/usr/bin/systemctl", "--user", "show", "--no-pager",
                                       kProperties, "*.service"},
                         .environment = {"PATH=/usr/bin:/bin", "LC_ALL=C",
                                         "XDG_RUNTIME_DIR=/run/user/" + std::to_string(home.uid)},
                         .user = host::ProgramUser{account.uid, account.gid, {}},
                         .deadline = kDeadline,
                         .output_bytes = kMaxOutput};
  }
  return fail(Errc::not_found, "the home's owner has no account");
}

Result<std::string> units_of(const Home& home, const std::vector<host::Account>& accounts,
                             const ProbeContext& context) {
  // Not running is no failure: the gateway of this home may be a unit of the system.
  if (!context.root.anchor("/run/user/" + std::to_string(home.uid) + "/systemd")) return "";
  TRY_ASSIGN(const host::Program program, ask_manager(home, accounts));
  TRY_ASSIGN(host::ProgramResult result, host::run_program(program, context.stop));
  if (result.exit_code == 0) return std::move(result.output);
  return fail(Errc::io, "systemctl --user: " + sanitize(trim(result.errors), 200));
}

}  // namespace

Result<std::vector<host::ProbeReading>> user_units(const ProbeContext& context) {
  TRY_ASSIGN(const auto accounts, host::read_accounts(context.root));
  std::vector<host::ProbeReading> readings;
  for (const Home& home : context.homes) {
    readings.push_back({home.label, units_of(home, accounts, context)});
  }
  return readings;
}

}  // namespace clawvigil::probe
