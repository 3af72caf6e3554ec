#include "collectors/channels.h"

#include <map>
#include <set>
#include <string>
#include <vector>

#include "collectors/channels_families.h"
#include "collectors/openclaw_settings.h"
#include "collectors/pairing_store.h"

namespace clawvigil {

namespace {

using namespace channels_families;

void export_account(const Home& home, const ChannelAccount& account, Batch& out) {
  const std::string& channel = account.channel;
  const std::string& label = account.account;
  if (account.enabled.known) {
    out.set(kEnabled, account.enabled.value ? 1 : 0, home.label, channel, label);
  }
  if (account.dm_policy.known) {
    out.set(kDmPolicy, 1, home.label, channel, label, account.dm_policy.value);
  }
  if (account.group_policy.known) {
    out.set(kGroupPolicy, 1, home.label, channel, label, account.group_policy.value);
  }
  if (account.dm_open) out.set(kDmOpen, *account.dm_open ? 1 : 0, home.label, channel, label);
  if (account.group_open) {
    out.set(kGroupOpen, *account.group_open ? 1 : 0, home.label, channel, label);
  }
  if (!account.dm_open || !account.group_open) {
    out.unknown({Errc::not_found, home.label + ": " + channel + "/" + label +
                                      ": who may write depends on a variable not in its files"});
  }
}

// Channel to the different senders its accounts list; the wildcard is not one.
std::map<std::string, std::set<std::string>> listed_senders(const OpenClawSettings& settings) {
  std::map<std::string, std::set<std::string>> senders;
  for (const ChannelAccount& account : settings.channels) {
    auto& ids = senders[account.channel];
    ids.insert(account.allow_from.value.begin(), account.allow_from.value.end());
    ids.erase("*");
  }
  return senders;
}

// Counts by channel, 0 for the configured channels that have none.
std::map<std::string, std::size_t> with_zeros(std::map<std::string, std::size_t> counts,
                                              const std::vector<std::string>& channels) {
  for (const std::string& channel : channels) counts.try_emplace(channel, 0);
  return counts;
}

void export_pairing(const Home& home, const PairingState& state,
                    const std::vector<std::string>& channels, Batch& out) {
  for (const Error& error : state.problems) out.unknown(error);
  if (state.approved) {
    for (const auto& [channel, count] : with_zeros(*state.approved, channels)) {
      out.set(kAllowed, static_cast<double>(count), home.label, channel, "pairing");
    }
  }
  if (state.requests) {
    for (const auto& [channel, count] : with_zeros(*state.requests, channels)) {
      out.set(kRequests, static_cast<double>(count), home.label, channel);
    }
  }
  if (state.paired_devices) {
    out.set(kDevices, static_cast<double>(*state.paired_devices), home.label, "paired");
  }
  if (state.pending_devices) {
    out.set(kDevices, static_cast<double>(*state.pending_devices), home.label, "pending");
  }
}

// Two or more people may write and all land in the agent's main session.
void export_scope(const Home& home, const OpenClawSettings& settings, const PairingState& state,
                  Batch& out) {
  if (!settings.dm_scope.known) return;
  out.set(kDmScope, 1, home.label, settings.dm_scope.value);
  bool open = false;
  std::set<std::string> senders;
  std::size_t approved = 0;
  std::set<std::string> paired_channels;
  for (const ChannelAccount& account : settings.channels) {
    if (!account.enabled.value || account.dm_policy.value == "disabled") continue;
    open = open || account.dm_open.value_or(false);
    for (const std::string& id : account.allow_from.value) {
      senders.insert(account.channel + ":" + id);
    }
    const bool uses_store = account.dm_policy.value == "pairing" && state.approved;
    if (uses_store && paired_channels.insert(account.channel).second) {
      const auto count = state.approved->find(account.channel);
      approved += count == state.approved->end() ? 0 : count->second;
    }
  }
  const bool shared = settings.dm_scope.value == "main" && (open || senders.size() + approved > 1);
  if (shared || state.approved) out.set(kDmShared, shared ? 1 : 0, home.label);
}

class ChannelsCollector final : public Collector {
 public:
  [[nodiscard]] const CollectorInfo& info() const override { return kChannelsInfo; }

  Result<> collect(const Context& context, Batch& out) override {
    for (const Home& home : context.homes) {
      TRY(context.check());
      const auto settings = loader_.load(home);
      if (!settings) {
        out.unknown(settings.error());
        continue;
      }
      export_home(home, **settings, context.now.wall, out);
    }
    return {};
  }

 private:
  static void export_home(const Home& home, const OpenClawSettings& settings, SystemTime now,
                          Batch& out) {
    for (const ChannelAccount& account : settings.channels) export_account(home, account, out);
    std::vector<std::string> channels;
    for (const auto& [channel, ids] : listed_senders(settings)) {
      out.set(kAllowed, static_cast<double>(ids.size()), home.label, channel, "config");
      channels.push_back(channel);
    }
    if (settings.owner_allow_from.known) {
      out.set(kOwners, static_cast<double>(settings.owner_allow_from.value.size()), home.label);
    }
    const PairingState state = read_pairing_state(home, channels, now);
    export_pairing(home, state, channels, out);
    export_scope(home, settings, state, out);
  }

  SettingsLoader loader_;
};

}  // namespace

const CollectorInfo kChannelsInfo{
    "channels",
    "Reads channel policies from openclaw.json and approvals from OpenClaw's pairing stores.",
    std::chrono::seconds(15),
    std::chrono::seconds(20),
    std::chrono::minutes(2),
    kMetrics};

std::unique_ptr<Collector> make_channels_collector() {
  return std::make_unique<ChannelsCollector>();
}

}  // namespace clawvigil
