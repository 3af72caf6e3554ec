#include "collectors/keys/config_reader.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <nlohmann/json.hpp>

#include "collectors/openclaw_settings.h"
#include "collectors/parse/openclaw_document.h"
#include "exporter/base/json5.h"

namespace clawvigil::keys {

namespace {

using clawvigil::wipe;
using nlohmann::json;

constexpr char kConfigFile[] = "openclaw.json";

const json* member(const json* object, const char* key) {
  if (object == nullptr || !object->is_object()) return nullptr;
  const auto found = object->find(key);
  return found == object->end() ? nullptr : &*found;
}

std::string text_member(const json& object, const char* key) {
  const json* const value = member(&object, key);
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

void wipe(std::map<std::string, std::string>& variables) {
  for (auto& [name, value] : variables) ::explicit_bzero(value.data(), value.size());
  variables.clear();
}

std::map<std::string, FileProvider> file_providers(const json& root) {
  std::map<std::string, FileProvider> result;
  const json* const providers = member(member(&root, "secrets"), "providers");
  if (providers == nullptr || !providers->is_object()) return result;
  for (const auto& [alias, provider] : providers->items()) {
    if (text_member(provider, "source") != "file") continue;
    result[alias] = {text_member(provider, "path"), text_member(provider, "mode") == "singleValue"};
  }
  return result;
}

bool has_agent_directory(const json& root) {
  const json* const agents = member(&root, "agents");
  for (const char* key : {"entries", "list"}) {
    const json* const agents_of = member(agents, key);
    if (agents_of == nullptr || !agents_of->is_structured()) continue;
    for (const json& agent : *agents_of) {
      if (!text_member(agent, "agentDir").empty()) return true;
    }
  }
  return false;
}

}  // namespace

Result<ConfigFields> read_config_fields(const Home& home, const Variables& variables) {
  ConfigFields result;
  const auto read_file = [&](std::string_view relative, std::size_t limit) -> Result<std::string> {
    TRY_ASSIGN(const host::FileStat stat, home.dir->stat(relative));
    result.written = std::max(result.written, stat.modified);
    return home.dir->read_file(relative, limit, host::OpenRules{home.uid});
  };
  TRY_ASSIGN(std::string text, read_file(kConfigFile, SettingsLoader::kMaxConfigBytes));
  const Secret content(std::move(text));
  DocumentInput input{content.reveal(), home.path, {}};
  for (const auto& [name, variable] : variables.by_name) {
    input.dotenv.emplace(name, variable.value.reveal());
  }
  auto resolved = resolve_document(
      input, [&](std::string_view relative) { return read_file(relative, kMaxIncludeBytes); });
  wipe(input.dotenv);
  if (!resolved) return std::unexpected(std::move(resolved).error());
  ConfigDocument& document = *resolved;
  result.file_providers = file_providers(document.root);
  result.other_agent_directories = has_agent_directory(document.root);
  auto fields = credential_fields(document.root);
  wipe(document.root);
  for (const auto& [name, value] : document.environment) {
    if (!variables.by_name.contains(name)) result.environment.emplace(name, Secret(value));
  }
  wipe(document.environment);
  if (!fields) return prefixed(std::move(fields).error(), kConfigFile);
  result.fields = std::move(*fields);
  return result;
}

void each_older_value(const Home& home,
                      const std::function<void(const Secret& value, SystemTime written)>& visit) {
  constexpr std::array<const char*, 7> kCopies = {
      "openclaw.json.bak",   "openclaw.json.bak.1", "openclaw.json.bak.2",    "openclaw.json.bak.3",
      "openclaw.json.bak.4", "openclaw.json.bak.5", "openclaw.json.last-good"};
  for (const char* const name : kCopies) {
    const auto stat = home.dir->stat(name);
    auto text =
        home.dir->read_file(name, SettingsLoader::kMaxConfigBytes, host::OpenRules{home.uid});
    if (!stat || !text) continue;
    const Secret content(std::move(*text));
    auto document = parse_json5(content.reveal());
    if (!document) continue;
    const auto fields = credential_fields(*document);
    wipe(*document);
    if (!fields) continue;
    for (const CredentialField& field : *fields) {
      if (!field.reference) visit(field.value, stat->modified);
    }
  }
}

}  // namespace clawvigil::keys
