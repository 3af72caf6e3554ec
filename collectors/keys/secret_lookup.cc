#include "collectors/keys/secret_lookup.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "collectors/parse/credential_names.h"
#include "exporter/base/strings.h"

namespace clawvigil::keys {

namespace {

using nlohmann::json;

constexpr std::size_t kMaxBytes = 1024UL * 1024;
constexpr std::string_view kCommand = kHidden[0];
constexpr std::string_view kEnvironment = kHidden[1];
constexpr std::string_view kMissing = kHidden[2];

LookedUp hidden(std::string_view reason) { return {std::nullopt, {}, reason}; }

LookedUp found(std::string_view text, const Proof& proof) {
  text = trim(text);
  if (!is_credential_value(text)) return hidden(kMissing);
  return {Secret(std::string(text)), proof, {}};
}

// The text at a JSON pointer (RFC 6901).
std::optional<Secret> text_at(const json& document, const std::string& pointer) {
  const json* value = &document;
  for (std::size_t at = 0; at < pointer.size();) {
    const std::size_t end = std::min(pointer.find('/', at + 1), pointer.size());
    std::string key;
    for (std::size_t i = at + 1; i < end; ++i) {
      const bool escape = pointer[i] == '~' && i + 1 < end;
      const char escaped = escape && pointer[i + 1] == '1' ? '/' : '~';
      key.push_back(escape ? escaped : pointer[i]);
      if (escape) ++i;
    }
    if (!value->is_object() || !value->contains(key)) return std::nullopt;
    value = &value->at(key);
    at = end;
  }
  if (!value->is_string()) return std::nullopt;
  return Secret(value->get<std::string>());
}

}  // namespace

LookedUp SecretLookup::variable(const std::string& name) const {
  if (const auto set = variables_.by_name.find(name); set != variables_.by_name.end()) {
    return found(set->second.value.reveal(), {set->second.written, std::nullopt});
  }
  const auto block = config_.environment.find(name);
  if (block == config_.environment.end()) return hidden(kEnvironment);
  return found(block->second.reveal(), {config_.written, std::nullopt});
}

LookedUp SecretLookup::entry(const std::string& name) const {
  const auto entry = std::ranges::find(stored_.entries, name, &StoreEntry::name);
  if (entry == stored_.entries.end()) return hidden(kMissing);
  return found(entry->value.reveal(), {entry->written, std::nullopt});
}

LookedUp SecretLookup::whole_file(const std::string& path) const {
  const std::string absolute = path.starts_with("~/") ? user_home_ + path.substr(1) : path;
  const std::size_t slash = absolute.rfind('/');
  if (!absolute.starts_with('/') || slash + 1 == absolute.size()) return hidden(kMissing);
  const std::string name = absolute.substr(slash + 1);
  const auto directory = root_.anchor(absolute.substr(0, slash) + "/.");
  if (!directory) return hidden(kMissing);
  const auto stat = directory->stat(name);
  auto text = directory->read_file(name, kMaxBytes, host::OpenRules{home_.uid});
  if (!stat || !text) return hidden(kMissing);
  return {Secret(std::move(*text)), {stat->modified, std::nullopt}, {}};
}

LookedUp SecretLookup::file_member(const FileProvider& provider, const std::string& id) const {
  LookedUp file = whole_file(provider.path);
  if (!file.value) return file;
  if (provider.whole) return found(file.value->reveal(), file.proof);
  json document = json::parse(file.value->reveal(), nullptr, /*allow_exceptions=*/false);
  const auto text = text_at(document, id);
  wipe(document);
  return text ? found(text->reveal(), file.proof) : hidden(kMissing);
}

LookedUp SecretLookup::find(const SecretReference& reference) const {
  using Source = SecretReference::Source;
  switch (reference.source) {
    case Source::variable:
      return variable(reference.id);
    case Source::store:
      return entry(reference.id);
    case Source::command:
      return hidden(kCommand);
    case Source::path: {
      const LookedUp file = whole_file(reference.id);
      return file.value ? found(file.value->reveal(), file.proof) : file;
    }
    case Source::file: {
      const auto provider = config_.file_providers.find(reference.provider);
      if (provider == config_.file_providers.end()) return hidden(kMissing);
      return file_member(provider->second, reference.id);
    }
    case Source::unknown:
      break;
  }
  return hidden(kMissing);
}

}  // namespace clawvigil::keys
