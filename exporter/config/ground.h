// Settings of what the gateway stands on: certificates, backups, outgoing connections, the
// workspace, the owner. Plain data; read by structures.cc and the table of schema.cc.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "exporter/base/clock.h"

namespace clawvigil {

// An address others reach the gateway at. Named by the owner, so probing it is no surprise.
struct TlsEndpoint {
  std::string name;     // value of the label `endpoint`
  std::string url;      // https://claw.example.org/; what a visitor would type
  std::string address;  // connect here instead of resolving the name: "127.0.0.1:443"; "": resolve
  std::string ca_file;  // trusted beside the system's authorities; "": those only
  bool expect_authentication = true;  // a visitor without credentials must be refused
};

struct TlsConfig {
  std::vector<TlsEndpoint> endpoints;
  std::vector<std::string> files;  // certificates in PEM, for instance those certbot renews
};

enum class BackupKind { files, restic, borg, stamp };

struct BackupSource {
  std::string name;  // value of the label `backup`
  BackupKind kind = BackupKind::files;
  std::string path;  // files: a pattern; restic, borg: a repository or its cache; stamp: a file
  std::optional<Duration> max_age;    // instead of the rule's own limit
  std::optional<std::uint32_t> keep;  // how many are to be kept
  std::optional<bool> encrypted;      // stated by the owner, where it cannot be seen
  std::optional<bool> off_host;       // the same
};

struct BackupsConfig {
  std::vector<BackupSource> sources;
};

struct EgressConfig {
  bool local_models_only = false;    // no connection of the gateway may leave this network
  std::vector<std::uint16_t> ports;  // usual ones beside the web's
};

struct OwnerConfig {
  std::string time_zone;            // "Europe/Paris"; "": that of this host
  std::vector<std::string> emails;  // whose commits are the owner's
};

struct WorkspaceConfig {
  std::vector<std::string> agent_emails;        // whose commits are the agent's
  Duration day_begins = std::chrono::hours(7);  // commits from then on are at usual hours ...
  Duration day_ends = std::chrono::hours(23);   // ... until then; since midnight, owner's zone
};

}  // namespace clawvigil
