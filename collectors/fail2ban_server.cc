#include "collectors/fail2ban_server.h"

#include "exporter/base/strings.h"
#include "exporter/base/whole_seconds.h"
#include "exporter/host/sqlite.h"

namespace clawvigil {

namespace {

constexpr std::string_view kProgram = "fail2ban-server";  // 15 bytes: whole in /proc/PID/comm
constexpr std::size_t kMaxProcBytes = 8'192;
constexpr std::size_t kMaxPidDigits = 10;
constexpr std::size_t kMaxJails = 256;
constexpr std::chrono::seconds kQueryBudget{1};

Result<> read_jails(host::ReadOnlyDatabase& database, Fail2banState& state) {
  TRY_ASSIGN(host::Query query, database.prepare("SELECT name, enabled FROM jails LIMIT 257"));
  while (true) {
    TRY_ASSIGN(const bool row, query.step());
    if (!row) return {};
    if (state.jails.size() == kMaxJails) return fail(Errc::too_large, "more than 256 jails");
    state.jails[std::string(query.text(0))] = query.integer(1) == 1;
  }
}

Result<> read_bans(host::ReadOnlyDatabase& database, SystemTime now, Fail2banState& state) {
  TRY_ASSIGN(host::Query query,
             database.prepare("SELECT jail, COUNT(*) FROM bips WHERE bantime < 0 OR "
                              "timeofban + bantime > ?1 GROUP BY jail LIMIT 257"));
  query.bind(1, to_whole_seconds(now));
  while (true) {
    TRY_ASSIGN(const bool row, query.step());
    if (!row) return {};
    state.banned[std::string(query.text(0))] = static_cast<std::uint64_t>(query.integer(1));
  }
}

Result<Fail2banState> read_state(const host::Dir& directory, std::string_view name,
                                 SystemTime now) {
  TRY_ASSIGN(host::ReadOnlyDatabase database,
             host::ReadOnlyDatabase::open(directory, name, {}, kQueryBudget));
  TRY_ASSIGN(const bool current, database.has_table("bips"));
  TRY_ASSIGN(const bool any, database.has_table("jails"));
  if (!current || !any) {
    return fail(Errc::unsupported, "not a database of fail2ban 0.11 or newer");
  }
  Fail2banState state;
  TRY(read_jails(database, state));
  TRY(read_bans(database, now, state));
  return state;
}

}  // namespace

Result<bool> is_fail2ban_installed(const host::Root& root) {
  for (const std::string_view directory :
       {"/usr/bin", "/usr/local/bin", "/usr/sbin", "/usr/local/sbin"}) {
    const auto anchor = root.anchor(directory);
    if (!anchor) {
      if (anchor.error().code == Errc::not_found) continue;
      return prefixed(anchor.error(), directory);
    }
    const auto stat = anchor->stat(kProgram);
    if (stat) return true;
    if (stat.error().code != Errc::not_found) return std::unexpected(stat.error());
  }
  return false;
}

Result<bool> is_fail2ban_running(const host::Root& root, std::string_view pid_file) {
  const auto no_process = [](const Error& error) { return error.code == Errc::not_found; };
  const auto text = root.read_system_file(pid_file, kMaxProcBytes);
  if (!text) {
    if (no_process(text.error())) return false;
    return prefixed(text.error(), pid_file);
  }
  const std::string_view pid = trim(*text);
  if (pid.empty() || pid.size() > kMaxPidDigits ||
      pid.find_first_not_of("0123456789") != std::string_view::npos) {
    return fail(Errc::parse, std::string(pid_file) + ": not a process id");
  }
  const std::string process = "/proc/" + std::string(pid);
  // The kernel names a script's process after the script; `python3 FILE` after python.
  const auto name = root.read_system_file(process + "/comm", kMaxProcBytes);
  if (name && trim(*name) == kProgram) return true;
  const auto command = root.read_system_file(process + "/cmdline", kMaxProcBytes);
  if (name && command) {
    return trim(*name).starts_with("python") && command->find(kProgram) != std::string::npos;
  }
  const Error& error = name ? command.error() : name.error();
  if (no_process(error)) return false;
  return prefixed(error, process);
}

Result<Fail2banState> read_fail2ban_database(const host::Root& root, std::string_view path,
                                             SystemTime now) {
  const std::size_t slash = path.rfind('/');
  if (!path.starts_with('/') || slash + 1 == path.size()) {
    return fail(Errc::unsupported, "fail2ban keeps no database file (dbfile in fail2ban.conf)");
  }
  const auto anchor = root.anchor(slash == 0 ? "/" : path.substr(0, slash));
  if (!anchor) return prefixed(anchor.error(), path);
  auto state = read_state(*anchor, path.substr(slash + 1), now);
  if (!state) return prefixed(std::move(state).error(), path);
  return state;
}

}  // namespace clawvigil
