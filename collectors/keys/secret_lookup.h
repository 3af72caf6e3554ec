// Looks up what a SecretReference refers to, as far as that needs no program: variables, files,
// OpenClaw's secret store.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "collectors/keys/config_reader.h"
#include "collectors/keys/credential_set.h"
#include "collectors/keys/state_database.h"
#include "collectors/keys/variables.h"
#include "exporter/host/file.h"

namespace clawvigil::keys {

struct LookedUp {
  std::optional<Secret> value;
  Proof proof;
  std::string_view hidden;  // one of kHidden when there is no value
};

class SecretLookup {
 public:
  // Everything is only referred to. `user_home` stands for "~" in paths.
  SecretLookup(const host::Root& root, const Home& home, std::string user_home,
               const Variables& variables, const ConfigFields& config,
               const StoredCredentials& stored)
      : root_(root),
        home_(home),
        user_home_(std::move(user_home)),
        variables_(variables),
        config_(config),
        stored_(stored) {}

  // Files: regular ones of the home's owner, not symlinks, at most 1 MiB; what another user owns is
  // "missing", so that a path the agent writes into openclaw.json reads nothing it could not read
  // itself.
  [[nodiscard]] LookedUp find(const SecretReference& reference) const;

 private:
  [[nodiscard]] LookedUp variable(const std::string& name) const;
  [[nodiscard]] LookedUp entry(const std::string& name) const;
  [[nodiscard]] LookedUp whole_file(const std::string& path) const;
  [[nodiscard]] LookedUp file_member(const FileProvider& provider, const std::string& id) const;

  const host::Root& root_;
  const Home& home_;
  std::string user_home_;
  const Variables& variables_;
  const ConfigFields& config_;
  const StoredCredentials& stored_;
};

}  // namespace clawvigil::keys
