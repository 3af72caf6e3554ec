// The credentials of one home as one run finds them: named, fingerprinted, each once. Values do not
// stay: a Secret handed in is hashed and wiped.
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/base/secret.h"
#include "exporter/store/keyed_hash.h"

namespace clawvigil::keys {

// A keyed hash of a value, in hex.
using Fingerprint = std::string;

struct Credential {
  std::string id;    // value of the label `credential`
  std::string kind;  // the first part of the id
  // Not set for what OpenClaw renews by itself: its value says nothing of its age.
  std::optional<Fingerprint> fingerprint;
  std::optional<SystemTime> proven;  // the value existed at this time; the oldest that was found
  std::optional<SystemTime> expires;
};

// What is known of a value beside the value.
struct Proof {
  std::optional<SystemTime> existed;  // its issue date, or when the file it stands in was written
  std::optional<SystemTime> expires;
};

class CredentialSet {
 public:
  explicit CredentialSet(const store::KeyedHash& hash) : hash_(hash) {}

  // A credential by the parts of its name (credential_id.h). Its own statements in a JSON Web Token
  // count as proof. If the name is taken by another value, the one that came first keeps it and
  // this one gets a part more.
  void add(const std::vector<std::string>& parts, const Secret& value, const Proof& proof);
  // The same for places that often hold copies of others (variables, stores, agents): if the value
  // is here already, only its proof is noted.
  void add_copy(const std::vector<std::string>& parts, const Secret& value, const Proof& proof);
  // A login that OpenClaw renews by itself.
  void add_refreshable(const std::vector<std::string>& parts, std::optional<SystemTime> expires);
  // True if the name is taken.
  [[nodiscard]] bool has(const std::vector<std::string>& parts) const;
  // More proof for a value, if it is here.
  void prove(const Secret& value, SystemTime existed);

  [[nodiscard]] const std::vector<Credential>& all() const { return credentials_; }

 private:
  [[nodiscard]] std::string name(const std::vector<std::string>& parts) const;
  [[nodiscard]] Fingerprint fingerprint(const Secret& value) const;
  Credential& insert(const std::vector<std::string>& parts, const Fingerprint& print);

  const store::KeyedHash& hash_;
  std::vector<Credential> credentials_;
  std::map<std::string, std::size_t, std::less<>> by_id_;
  std::multimap<Fingerprint, std::size_t> by_value_;
};

// Where plain-text credentials are counted.
inline constexpr std::array<std::string_view, 3> kLocations = {"config", "env", "unit"};
// Why a credential's value cannot be looked at: it comes from a command; from the environment of
// the gateway's process; what it refers to is not there, or not readable.
inline constexpr std::array<std::string_view, 3> kHidden = {"command", "environment", "missing"};

}  // namespace clawvigil::keys
