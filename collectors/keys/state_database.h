// The credentials in OpenClaw's databases: profiles, device tokens and the secret store of
// state/openclaw.sqlite, profiles of single agents in agents/<id>/agent/openclaw-agent.sqlite.
// Where a table is missing, the JSON files of the older versions.
#pragma once

#include <string>
#include <vector>

#include "collectors/parse/auth_profiles.h"
#include "collectors/parse/device_tokens.h"
#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/base/secret.h"
#include "exporter/collect/homes.h"

namespace clawvigil::keys {

struct StoreEntry {
  std::string name;
  bool secret = true;  // false: a variable the agent may read
  Secret value;
  std::optional<SystemTime> written;
};

struct ProfileStore {
  std::string agent;  // "" for the store all agents share
  std::vector<AuthProfile> profiles;
  std::optional<SystemTime> written;
};

struct StoredCredentials {
  std::vector<ProfileStore> profiles;  // the shared one first, then main, then by agent
  std::vector<DeviceToken> devices;
  std::vector<StoreEntry> entries;
  std::vector<Error> problems;
};

// At most 1,000 agents and 1,024 entries; a JSON file may have 4 MiB. Nothing there is nothing
// found.
[[nodiscard]] StoredCredentials read_stored_credentials(const Home& home);

}  // namespace clawvigil::keys
