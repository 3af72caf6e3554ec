// Which plugins OpenClaw was told to load, where they came from, and whether their version is
// fixed.
//
//   "plugins": {"enabled": true, "allow": ["memory"], "deny": [], "load": {"paths": ["~/plugin"]},
//               "entries": {"memory": {"enabled": false}}}
//   install records: plugins.installs (until 2026.4), plugins/installs.json (2026.4), row
//   plugins.installedIndex of the table config_machine_state (later):
//   {"index": {"installRecords": {"memory": {"source": "npm", "spec": "@x/memory@1.2.3"}}}}
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/parse/openclaw_reader.h"
#include "exporter/base/result.h"

namespace clawvigil {

struct PluginInstall {
  std::string source;  // one of kPluginSources
  // From a registry by name without an exact version: the next update brings whatever is newest.
  bool unpinned = false;
};

using PluginInstalls = std::map<std::string, PluginInstall>;  // by plugin id, lower case

struct PluginSettings {
  Setting<bool> enabled{true};
  std::set<std::string> allow;  // empty: all
  std::set<std::string> deny;
  std::set<std::string> switched_off;  // entries.<id>.enabled is false
  std::size_t load_paths = 0;
  PluginInstalls installs;  // plugins.installs
  bool known = true;        // nothing of the above depends on a variable we cannot read
};

// The label `source`; "extensions" is a directory without an install record, "path" a configured
// path, "other" whatever later versions invent.
inline constexpr std::string_view kPluginSources[] = {
    "extensions", "npm", "clawhub", "git", "archive", "marketplace", "path", "other"};

// `plugins` is the node of that name. At most 1,024 members of each list; more is an issue.
[[nodiscard]] PluginSettings read_plugins(const Node& plugins);

// Of the document plugins/installs.json or the value of plugins.installedIndex. Errors: parse,
// too_large beyond 1,024 records.
[[nodiscard]] Result<PluginInstalls> parse_install_records(std::string_view text);

// As `openclaw security audit` judges: not denied, allowed, not switched off. `id` in lower case.
[[nodiscard]] bool is_plugin_enabled(const PluginSettings& settings, const std::string& id);

// A directory of `extensions` that OpenClaw takes for a plugin, not for debris of an installation.
[[nodiscard]] bool is_plugin_directory(std::string_view name);

// "name@1.2.3", also with a scope, "v", pre-release and build: an exact version.
[[nodiscard]] bool is_pinned_spec(std::string_view spec);

}  // namespace clawvigil
