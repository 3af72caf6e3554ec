// The credentials of openclaw.json and its includes, and those of the copies OpenClaw keeps of
// earlier versions (openclaw.json.bak, .bak.1 …, .last-good): a value that stands in an older file
// is at least as old as that file.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/keys/variables.h"
#include "collectors/parse/credential_fields.h"
#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/collect/homes.h"

namespace clawvigil::keys {

// secrets.providers.<alias> of source file.
struct FileProvider {
  std::string path;
  bool whole = false;  // mode singleValue: the file is the value
};

struct ConfigFields {
  std::vector<CredentialField> fields;
  std::map<std::string, FileProvider> file_providers;
  std::map<std::string, Secret> environment;  // of the env block only
  SystemTime written;                         // the newest of openclaw.json and its includes
  bool other_agent_directories = false;       // agents.*.agentDir is set: profiles elsewhere
};

// Errors: those of resolve_document() and of reading, not_found without an openclaw.json.
[[nodiscard]] Result<ConfigFields> read_config_fields(const Home& home, const Variables& variables);

// Calls visit(value, written) for every plain-text credential of the copies. What cannot be read is
// left out: a copy only adds proof.
void each_older_value(const Home& home,
                      const std::function<void(const Secret& value, SystemTime written)>& visit);

}  // namespace clawvigil::keys
