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
                                      ": who may write cannot be told from its files"},
                {kDmOpen.name(), kGroupOpen.name()});
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
  for (const Error& error : state.problems) {
    out.unknown(error, {kAllowed.name(), kRequests.name(), kDevices.name(), kDmShared.name()});
  }
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
  if (!settings.dm_scope.known) {
    return out.unknown({Errc::not_found, home.label + ": session.dmScope cannot be told"},
                       {kDmScope.name(), kDmShared.name()});
  }
  out.set(kDmScope, 1, home.label, settings.dm_scope.value);
  const bool shared =
      settings.dm_scope.value == "main" &&
      several_may_write(settings.channels,
                        state.approved.value_or(std::map<std::string, std::size_t>{}));
  if (shared || state.approved) out.set(kDmShared, shared ? 1 : 0, home.label);
}

void export_home(const Home& home, const OpenClawSettings& settings, SystemTime now, Batch& out) {
  for (const ChannelAccount& account : settings.channels) export_account(home, account, out);
  std::vector<std::string> channels;
  for (const auto& [channel, ids] : listed_senders(settings)) {
    out.set(kAllowed, static_cast<double>(ids.size()), home.label, channel, "config");
    channels.push_back(channel);
  }
  if (settings.owner_allow_from.known) {
    out.set(kOwners, static_cast<double>(settings.owner_allow_from.value.size()), home.label);
  } else {
    out.unknown({Errc::not_found, home.label + ": commands.ownerAllowFrom cannot be told"},
                {kOwners.name()});
  }
  const PairingState state = read_pairing_state(home, channels, now);
  export_pairing(home, state, channels, out);
  export_scope(home, settings, state, out);
}

class ChannelsCollector final : public Collector {
 public:
  [[nodiscard]] const CollectorInfo& info() const override { return kChannelsInfo; }

  Result<> collect(const Context& context, Batch& out) override {
    for (const Home& home : context.homes) {
      TRY(context.check());
      if (const auto settings = loader_.load(home)) {
        export_home(home, **settings, context.now.wall, out);
      } else {
        out.unknown(settings.error(), names_of(kMetrics));
      }
    }
    return {};
  }

 private:
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
