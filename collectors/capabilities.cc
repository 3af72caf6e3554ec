#include "collectors/capabilities.h"

#include <map>
#include <set>
#include <string>
#include <vector>

#include "collectors/capabilities_export.h"
#include "collectors/capabilities_families.h"
#include "collectors/capability_state.h"
#include "collectors/openclaw_settings.h"
#include "collectors/skill_survey.h"
#include "exporter/base/strings.h"

namespace clawvigil {

namespace {

using namespace capabilities_families;

// Plugins by where they came from: installed ones and directories without an install record.
std::map<std::string, std::size_t> enabled_plugins(const PluginSettings& settings,
                                                   const PluginInstalls& installs,
                                                   const std::vector<std::string>& directories) {
  std::map<std::string, std::size_t> counts;
  for (const std::string_view source : kPluginSources) counts.emplace(source, 0);
  const auto add = [&](const std::string& id, const std::string& source) {
    if (is_plugin_enabled(settings, id)) ++counts[source];
  };
  for (const auto& [id, install] : installs) add(id, install.source);
  for (const std::string& directory : directories) {
    const std::string id = to_lower_ascii(trim(directory));
    if (!installs.contains(id)) add(id, "extensions");
  }
  if (settings.enabled.value) counts["path"] += settings.load_paths;
  return counts;
}

void export_plugins(const Home& home, const PluginSettings& settings, const CapabilityState& state,
                    Batch& out) {
  if (!state.installs) {
    return out.unknown(prefixed(state.installs.error(), home.label).error(),
                       {kPlugins.name(), kUnpinned.name()});
  }
  PluginInstalls installs = settings.installs;
  installs.insert(state.installs->begin(), state.installs->end());
  for (const auto& [id, install] : installs) {
    out.set(kUnpinned, install.unpinned ? 1 : 0, home.label, id);
  }
  if (!state.plugin_directories) {
    return out.unknown(prefixed(state.plugin_directories.error(), home.label).error(),
                       {kPlugins.name()});
  }
  if (!settings.known) {
    return out.unknown({Errc::not_found, home.label + ": plugins cannot be told from its files"},
                       {kPlugins.name()});
  }
  for (const auto& [source, count] :
       enabled_plugins(settings, installs, *state.plugin_directories)) {
    out.set(kPlugins, static_cast<double>(count), home.label, source);
  }
}

Result<> export_skills(const Home& home, const OpenClawSettings& settings, const Context& context,
                       Batch& out) {
  TRY_ASSIGN(const SkillSurvey survey,
             survey_skills(home, settings, context.root, [&] { return context.check(); }));
  for (const Error& problem : survey.problems) {
    out.unknown(prefixed(problem, home.label).error(), {kSkills.name(), kSkillsChanged.name()});
  }
  if (!survey.problems.empty()) return {};
  for (const auto& [source, count] : survey.counts) {
    out.set(kSkills, static_cast<double>(count), home.label, source);
  }
  if (survey.changed) out.set(kSkillsChanged, to_unix_seconds(*survey.changed), home.label);
  return {};
}

class CapabilitiesCollector final : public Collector {
 public:
  [[nodiscard]] const CollectorInfo& info() const override { return kCapabilitiesInfo; }

  Result<> collect(const Context& context, Batch& out) override {
    for (const Home& home : context.homes) {
      TRY(context.check());
      const auto settings = loader_.load(home);
      if (!settings) {
        out.unknown(prefixed(settings.error(), home.label).error(), names_of(kMetrics));
        continue;
      }
      const CapabilityState state = read_capability_state(home);
      export_agent_capabilities(home.label, **settings, state.approvals, out);
      export_plugins(home, (*settings)->capabilities.plugins, state, out);
      TRY(export_skills(home, **settings, context, out));
    }
    return {};
  }

 private:
  SettingsLoader loader_;
};

}  // namespace

const CollectorInfo kCapabilitiesInfo{
    "capabilities",
    "Reads from openclaw.json, exec approvals, plugin records and skill directories what each "
    "agent may do.",
    std::chrono::seconds(30),
    std::chrono::seconds(20),
    std::chrono::minutes(5),
    kMetrics};

std::unique_ptr<Collector> make_capabilities_collector() {
  return std::make_unique<CapabilitiesCollector>();
}

}  // namespace clawvigil
