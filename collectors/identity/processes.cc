#include "collectors/identity/processes.h"

#include <algorithm>
#include <optional>

#include "collectors/parse/gateway_lock.h"
#include "exporter/base/digits.h"
#include "exporter/base/strings.h"

namespace clawvigil {

namespace {

std::optional<std::int64_t> pid_of(std::string_view name) {
  const auto pid = parse_integer<std::int64_t>(name);
  return pid && *pid > 0 ? pid : std::nullopt;
}

bool is_named_in_lock(const Home& home, const GatewayProcess& process) {
  constexpr std::size_t kMaxEntries = 256;
  constexpr std::size_t kMaxLockBytes = 64UL * 1024;
  const uid_t user = process.status.effective_uid;
  const std::string directory = "tmp/openclaw-" + std::to_string(user);
  const auto entries = home.dir->list(directory, kMaxEntries);
  if (!entries) return false;
  return std::ranges::any_of(*entries, [&](const host::DirEntry& entry) {
    if (!parse::is_gateway_lock_name(entry.name)) return false;
    const auto text =
        home.dir->read_file(directory + "/" + entry.name, kMaxLockBytes, host::OpenRules{user});
    return text && parse::gateway_lock_pid(*text) == process.pid;
  });
}

}  // namespace

Result<std::vector<GatewayProcess>> find_gateway_processes(const host::Root& root) {
  constexpr std::size_t kMaxProcesses = 32'768;
  constexpr std::size_t kMaxComm = 64;
  constexpr std::size_t kMaxStatus = 1'024UL * 1'024;
  TRY_ASSIGN(const host::Dir directory, root.anchor("/proc"));
  TRY_ASSIGN(const auto entries, directory.list(".", kMaxProcesses));
  std::vector<GatewayProcess> found;
  for (const host::DirEntry& entry : entries) {
    const auto pid = pid_of(entry.name);
    if (!pid) continue;
    const auto name = root.read_system_file("/proc/" + entry.name + "/comm", kMaxComm);
    if (!name || trim(*name) != parse::kGatewayProcessName) continue;
    const auto text = root.read_system_file("/proc/" + entry.name + "/status", kMaxStatus);
    if (!text) continue;  // it has just ended
    if (auto status = parse::parse_proc_status(*text)) found.push_back({*pid, std::move(*status)});
  }
  return found;
}

std::vector<GatewayProcess> gateways_of(const Home& home, const std::vector<GatewayProcess>& all) {
  std::vector<GatewayProcess> found;
  for (const GatewayProcess& process : all) {
    const bool own = process.status.effective_uid == home.uid;
    if (own || is_named_in_lock(home, process)) found.push_back(process);
  }
  return found;
}

}  // namespace clawvigil
