#include "collectors/parse/openclaw_plugins.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "exporter/base/digits.h"
#include "exporter/base/strings.h"

namespace clawvigil {

namespace {

using nlohmann::json;

constexpr std::size_t kMaxPlugins = 1024;

std::string normalized_id(std::string_view id) { return to_lower_ascii(trim(id)); }

std::set<std::string> read_ids(const Node& node, bool& known) {
  std::set<std::string> ids;
  const auto list = node.text_list();
  known = known && list.known;
  for (const std::string& id : list.value) {
    if (ids.size() >= kMaxPlugins) {
      node.issue("at most " + std::to_string(kMaxPlugins) + " plugins");
      break;
    }
    ids.insert(normalized_id(id));
  }
  return ids;
}

// Takes a number off the front of `text`.
bool take_number(std::string_view& text) {
  const auto* const end = std::ranges::find_if_not(text, is_digit);
  const bool any = end != text.begin();
  text.remove_prefix(static_cast<std::size_t>(end - text.begin()));
  return any;
}

bool take(std::string_view& text, char wanted) {
  if (!text.starts_with(wanted)) return false;
  text.remove_prefix(1);
  return true;
}

// The part after `mark`: at least one letter, digit, dot or dash.
bool take_suffix(std::string_view& text, char mark) {
  if (!take(text, mark)) return true;
  const auto* const end = std::ranges::find_if_not(text, [](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-';
  });
  const bool any = end != text.begin();
  text.remove_prefix(static_cast<std::size_t>(end - text.begin()));
  return any;
}

bool is_exact_version(std::string_view text) {
  take(text, 'v');
  return take_number(text) && take(text, '.') && take_number(text) && take(text, '.') &&
         take_number(text) && take_suffix(text, '-') && take_suffix(text, '+') && text.empty();
}

std::string_view text_member(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_string()) return {};
  return found->get_ref<const std::string&>();
}

PluginInstall read_install(const json& record) {
  PluginInstall install{"other"};
  const std::string_view source = text_member(record, "source");
  for (const std::string_view known : kPluginSources) {
    if (source == known) install.source = known;
  }
  const std::string_view spec = text_member(record, "spec");
  const bool by_name = install.source == "npm" || install.source == "clawhub";
  install.unpinned = by_name && !spec.empty() && !is_pinned_spec(spec);
  return install;
}

Result<PluginInstalls> read_installs(const json& records) {
  if (!records.is_object()) return fail(Errc::parse, "install records: expected an object");
  if (records.size() > kMaxPlugins) return fail(Errc::too_large, "too many install records");
  PluginInstalls installs;
  for (const auto& [id, record] : records.items()) {
    if (record.is_object()) installs.emplace(normalized_id(id), read_install(record));
  }
  return installs;
}

}  // namespace

PluginSettings read_plugins(const Node& plugins) {
  PluginSettings settings;
  settings.enabled = plugins["enabled"].boolean(true);
  settings.known = settings.enabled.known;
  settings.allow = read_ids(plugins["allow"], settings.known);
  settings.deny = read_ids(plugins["deny"], settings.known);
  settings.load_paths = plugins["load"]["paths"].text_list().value.size();
  for (const NodeMember& entry : plugins["entries"].members(kMaxPlugins)) {
    const auto on = entry.node["enabled"].boolean(true);
    settings.known = settings.known && on.known;
    if (!on.value) settings.switched_off.insert(normalized_id(entry.key));
  }
  const Node installs = plugins["installs"];
  if (!installs.exists()) return settings;
  if (auto read = read_installs(*installs.json())) {
    settings.installs = std::move(*read);
  } else {
    installs.issue("records of installed plugins");
    settings.known = false;
  }
  return settings;
}

Result<PluginInstalls> parse_install_records(std::string_view text) {
  const json document = json::parse(text, nullptr, false);
  if (!document.is_object()) return fail(Errc::parse, "plugin index: expected a JSON object");
  const auto index = document.find("index");
  const json& holder = index != document.end() && index->is_object() ? *index : document;
  const auto records = holder.find("installRecords");
  if (records == holder.end()) return PluginInstalls();
  auto installs = read_installs(*records);
  if (!installs) return prefixed(std::move(installs).error(), "plugin index");
  return installs;
}

bool is_plugin_enabled(const PluginSettings& settings, const std::string& id) {
  return settings.enabled.value && !settings.deny.contains(id) &&
         (settings.allow.empty() || settings.allow.contains(id)) &&
         !settings.switched_off.contains(id);
}

bool is_plugin_directory(std::string_view name) {
  const std::string lower = normalized_id(name);
  return !lower.empty() && lower != "node_modules" && !lower.starts_with('.') &&
         !lower.ends_with(".bak") && !lower.contains(".backup-") && !lower.contains(".disabled");
}

bool is_pinned_spec(std::string_view spec) {
  spec = trim(spec);
  const std::size_t at = spec.rfind('@');
  return at != std::string_view::npos && at > 0 && is_exact_version(trim(spec.substr(at + 1)));
}

}  // namespace clawvigil
