#include "collectors/gateway_sockets.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "collectors/openclaw_settings.h"
#include "collectors/parse/gateway_lock.h"
#include "collectors/parse/proc_status.h"
#include "exporter/base/strings.h"

namespace clawvigil {

namespace {

constexpr Duration kRemember = std::chrono::seconds(10);
constexpr std::string_view kUnitStem = "openclaw-gateway";
constexpr std::string_view kServiceSuffix = ".service";

bool contains(const std::vector<std::uint16_t>& ports, std::uint16_t port) {
  return std::ranges::find(ports, port) != ports.end();
}

// The candidates for which `wanted` holds; all of them when it holds for none.
template <class Predicate>
std::vector<std::size_t> preferred(const std::vector<std::size_t>& candidates, Predicate wanted) {
  std::vector<std::size_t> kept;
  std::ranges::copy_if(candidates, std::back_inserter(kept), wanted);
  return kept.empty() ? candidates : kept;
}

std::string_view profile_of_unit(std::string_view unit) {
  unit.remove_suffix(std::min(unit.size(), kServiceSuffix.size()));
  if (!unit.starts_with("openclaw-gateway-")) return {};
  return unit.substr(kUnitStem.size() + 1);
}

std::string lock_directory(const Home& home) { return "tmp/openclaw-" + std::to_string(home.uid); }

std::vector<std::uint16_t> read_lock_ports(const Home& home) {
  constexpr std::size_t kMaxEntries = 256;
  constexpr std::size_t kMaxLockBytes = 64UL * 1024;
  std::vector<std::uint16_t> ports;
  const auto directory = home.dir->open_dir(lock_directory(home));
  if (!directory) return ports;
  const auto entries = directory->list(".", kMaxEntries);
  if (!entries) return ports;
  for (const host::DirEntry& entry : *entries) {
    if (!parse::is_gateway_lock_name(entry.name)) continue;
    const auto text = directory->read_file(entry.name, kMaxLockBytes, {.owner = home.uid});
    if (!text) continue;
    if (const auto port = parse::gateway_lock_port(*text); port && !contains(ports, *port)) {
      ports.push_back(*port);
    }
  }
  return ports;
}

std::vector<SystemTime> changes_of(const Home& home) {
  std::vector<SystemTime> times;
  for (const std::string& name : {std::string("openclaw.json"), lock_directory(home)}) {
    const auto found = home.dir->stat(name);
    times.push_back(found ? found->changed : SystemTime());
  }
  return times;
}

bool is_gateway_process(std::string_view pid, const host::Root& root) {
  constexpr std::size_t kMaxComm = 64;
  if (pid.empty() || pid.find_first_not_of("0123456789") != std::string_view::npos) return false;
  const auto comm = root.read_system_file("/proc/" + std::string(pid) + "/comm", kMaxComm);
  return comm && trim(*comm) == parse::kGatewayProcessName;
}

bool runs_gateway(std::string_view cgroup_path, const host::Root& root) {
  constexpr std::size_t kMaxProcsBytes = 64UL * 1024;
  constexpr std::size_t kMaxProcesses = 256;
  const std::string file =
      host::find_cgroup_mount(root) + std::string(cgroup_path) + "/cgroup.procs";
  const auto text = root.read_system_file(file, kMaxProcsBytes);
  if (!text) return false;
  std::vector<std::string_view> pids = split(*text, '\n');
  pids.resize(std::min(pids.size(), kMaxProcesses));
  return std::ranges::any_of(pids, [&](auto pid) { return is_gateway_process(pid, root); });
}

}  // namespace

bool is_gateway_unit(std::string_view unit) {
  if (unit == "openclaw.service") return true;
  return unit.starts_with(kUnitStem) && unit.ends_with(kServiceSuffix);
}

bool has_gateway_port(const host::Listener& listener, const GatewayHints& hints) {
  if (listener.protocol != host::Protocol::tcp) return false;
  return contains(hints.ports, listener.port) ||
         (listener.uid == hints.uid && contains(hints.own_ports, listener.port));
}

bool is_gateway_listener(const host::Listener& listener, const SocketOwner& owner,
                         const GatewayHints& hints) {
  return listener.protocol == host::Protocol::tcp && listener.uid == hints.uid &&
         (is_gateway_unit(owner.unit) || owner.runs_gateway);
}

std::vector<std::size_t> gateway_homes_of(const host::Listener& listener, const SocketOwner& owner,
                                          std::span<const GatewayHints> homes) {
  std::vector<std::size_t> candidates;
  for (std::size_t i = 0; i < homes.size(); ++i) {
    if (has_gateway_port(listener, homes[i]) || is_gateway_listener(listener, owner, homes[i])) {
      candidates.push_back(i);
    }
  }
  candidates = preferred(candidates, [&](auto i) { return homes[i].uid == listener.uid; });
  candidates = preferred(candidates, [&](auto i) { return has_gateway_port(listener, homes[i]); });
  if (!is_gateway_unit(owner.unit)) return candidates;
  const std::string_view profile = profile_of_unit(owner.unit);
  return preferred(candidates, [&](auto i) { return homes[i].profile == profile; });
}

std::vector<std::uint16_t> ports_with_companions(std::span<const host::Listener> listeners,
                                                 uid_t uid) {
  constexpr std::uint32_t kBrowserControl = 2;
  constexpr std::uint32_t kRelay = 3;
  std::set<std::pair<std::uint64_t, std::uint32_t>> companions;  // (cgroup, port)
  for (const host::Listener& listener : listeners) {
    if (listener.protocol == host::Protocol::tcp && listener.uid == uid &&
        host::classify(listener.address) == host::Scope::loopback) {
      companions.emplace(listener.cgroup_id, listener.port);
    }
  }
  std::vector<std::uint16_t> ports;
  for (const host::Listener& listener : listeners) {
    if (listener.protocol == host::Protocol::tcp && listener.uid == uid &&
        companions.contains({listener.cgroup_id, listener.port + kBrowserControl}) &&
        companions.contains({listener.cgroup_id, listener.port + kRelay})) {
      ports.push_back(listener.port);
    }
  }
  return ports;
}

std::vector<GatewayHints> GatewayHintsCache::of(std::span<const Home> homes,
                                                std::span<const host::Listener> listeners,
                                                SteadyTime now) {
  std::map<std::string, Entry> kept;
  std::vector<GatewayHints> hints;
  for (const Home& home : homes) {
    std::vector<SystemTime> changes = changes_of(home);
    const auto old = entries_.find(home.path);
    Entry entry;
    if (old != entries_.end() && old->second.changes == changes &&
        old->second.hints.uid == home.uid && now - old->second.read_at < kRemember) {
      entry = std::move(old->second);
    } else {
      entry = {{home.uid, std::string(profile_of(home)), ports_(home), read_lock_ports(home)},
               std::move(changes),
               now};
    }
    GatewayHints& found = hints.emplace_back(entry.hints);
    std::ranges::copy(ports_with_companions(listeners, home.uid),
                      std::back_inserter(found.own_ports));
    kept.insert_or_assign(home.path, std::move(entry));
  }
  entries_ = std::move(kept);
  return hints;
}

bool GatewayProcesses::in_cgroup(std::uint64_t cgroup_id, std::string_view cgroup_path,
                                 const host::Root& root, SteadyTime now) {
  if (!host::unit_of_cgroup_path(cgroup_path).ends_with(kServiceSuffix)) return false;
  std::erase_if(answers_, [&](const auto& item) { return now - item.second.read_at >= kRemember; });
  const auto [answer, added] = answers_.try_emplace(cgroup_id);
  if (added) answer->second = {runs_gateway(cgroup_path, root), now};
  return answer->second.found;
}

SocketOwner SocketOwners::of(const host::Listener& listener, std::span<const GatewayHints> hints,
                             const host::Root& root, SteadyTime now) {
  std::string path = cgroups_.path_of(listener.cgroup_id, root, now);
  SocketOwner owner{host::unit_of_cgroup_path(path), false, std::move(path)};
  const bool may_be_gateway =
      std::ranges::find(hints, listener.uid, &GatewayHints::uid) != hints.end();
  if (may_be_gateway && !is_gateway_unit(owner.unit)) {
    owner.runs_gateway = processes_.in_cgroup(listener.cgroup_id, owner.path, root, now);
  }
  return owner;
}

}  // namespace clawvigil
