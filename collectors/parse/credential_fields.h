// Finds the credentials of a resolved openclaw.json, or of another JSON document of OpenClaw.
//
//   {"models": {"providers": {"openai": {"apiKey": "sk-…"}}},
//    "channels": {"telegram": {"accounts": {"work": {"tokenFile": "~/.openclaw/work.token"}}}},
//    "gateway": {"auth": {"token": {"source": "store", "provider": "default", "id": "GATEWAY"}}}}
//
// SecretRef objects: docs/gateway/secrets/secretref-contract.md of OpenClaw.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/result.h"
#include "exporter/base/secret.h"

namespace clawvigil {

// Where else the value is.
struct SecretReference {
  enum class Source {
    variable,  // id: its name; "" if that is not known any more (${NAME} without a value)
    file,      // id: a JSON pointer, or "value", in the file of secrets.providers.<provider>
    path,      // id: the path of a file that holds nothing else
    command,   // what secrets.providers.<provider> runs
    store,     // id: the name in OpenClaw's secret store
    unknown,   // a source this program does not know
  };
  Source source = Source::unknown;
  std::string provider;
  std::string id;
};

struct CredentialField {
  // The keys from the root; elements of lists by their "id" or "name", else by number.
  std::vector<std::string> path;
  Secret value;  // empty if and only if there is a reference
  std::optional<SecretReference> reference;
};

inline constexpr std::size_t kMaxCredentialFields = 512;

// {"source": …, "id": …} or a text that names a variable; nullopt for everything else.
[[nodiscard]] std::optional<SecretReference> read_secret_reference(const nlohmann::json& value);

// In the order of the document. Left out: what is no credential by name or value
// (credential_names.h), and the sections in which OpenClaw describes its sources of secrets and
// what it has installed. Pure; too_large beyond kMaxCredentialFields.
[[nodiscard]] Result<std::vector<CredentialField>> credential_fields(const nlohmann::json& root);

// Overwrites every text of `value` before it is freed.
void wipe(nlohmann::json& value);

}  // namespace clawvigil
