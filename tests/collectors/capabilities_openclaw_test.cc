// What the real OpenClaw said of every configuration in capabilities_openclaw/ (see capture.py),
// beside what we make of it. Wherever both judge the same thing they agree, or kDisagreements says
// why not, and nothing stands there that is not needed.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>

#include "collectors/parse/openclaw_config.h"
#include "collectors/parse/openclaw_document.h"
#include "exporter/base/strings.h"
#include "tests/support/temp_dir.h"

namespace clawvigil {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using test::fixture;
using test::read_all;

struct Disagreement {
  std::string_view version;
  std::string_view name;     // of the case
  std::string_view subject;  // as Comparison names it
  std::string_view reason;
};

constexpr std::string_view kAudit313Profile =
    "the audit of 2026.3.13 leaves alsoAllow out of the profile; its agent does not";
constexpr std::string_view kDefaultWrittenOut =
    "tools.fs.workspaceOnly=false is the default: writing it out weakens nothing";
constexpr std::string_view kDebris =
    "the audit of 2026.3.13 counts debris of installations, which its loader and later audits skip";

constexpr std::array kDisagreements = {
    Disagreement{"2026.3.13", "also-allow", "exec_tool main", kAudit313Profile},
    Disagreement{"2026.3.13", "also-allow", "exec_tool minimal", kAudit313Profile},
    Disagreement{"2026.9.6", "flags", "flag tools.fs.workspaceOnly", kDefaultWrittenOut},
    Disagreement{"2026.3.13", "plugins-extensions", "plugin .hidden", kDebris},
    Disagreement{"2026.3.13", "plugins-extensions", "plugin old.bak", kDebris},
};

// One case: the configuration, our reading of it, and OpenClaw's answers.
struct Case {
  fs::path directory;
  std::string version;
  std::string name;
  OpenClawSettings settings;
  ExecApprovals approvals;
  json audit;

  [[nodiscard]] std::string detail(std::string_view check) const {
    for (const json& finding : audit) {
      if (finding.at("checkId") == check) return finding.at("detail");
    }
    return "";
  }
  [[nodiscard]] json answer(const char* file) const {
    return fs::exists(directory / file) ? json::parse(read_all(directory / file)) : json();
  }
  [[nodiscard]] ExecPolicy policy(const AgentCapabilities& agent,
                                  const ExecApprovals& given) const {
    return exec_policy_of(settings.capabilities, agent, given, parse_openclaw_version(version))
        .value();
  }
};

Case read_case(const fs::path& directory) {
  Case result;
  result.directory = directory;
  result.name = directory.filename();
  result.version = directory.parent_path().filename();
  const std::string text = read_all(directory / "openclaw.json");
  const auto document = resolve_document(
      {text, "/home/claw/.openclaw", {}},
      [](std::string_view) -> Result<std::string> { return fail(Errc::not_found, "no includes"); });
  EXPECT_TRUE(document);
  result.settings = read_settings(*document, "");
  EXPECT_TRUE(result.settings.issues.empty()) << result.settings.issues.front().message;
  if (fs::exists(directory / "exec-approvals.json")) {
    result.approvals = parse_exec_approvals(read_all(directory / "exec-approvals.json")).value();
  }
  result.audit = json::parse(read_all(directory / "audit.json"));
  return result;
}

std::vector<Case> all_cases() {
  std::vector<Case> cases;
  for (const auto& version : fs::directory_iterator(fixture("collectors/capabilities_openclaw"))) {
    if (!version.is_directory()) continue;
    for (const auto& entry : fs::directory_iterator(version)) {
      cases.push_back(read_case(entry.path()));
    }
  }
  return cases;
}

// Collects what differs, to be compared with kDisagreements at the end.
class Comparison {
 public:
  template <class T>
  void same(const Case& of, const std::string& subject, const T& ours, const T& theirs) {
    ++count_;
    const bool listed = std::ranges::any_of(kDisagreements, [&](const Disagreement& known) {
      return known.version == of.version && known.name == of.name && known.subject == subject;
    });
    if (listed) ++used_;
    EXPECT_EQ(ours == theirs, !listed)
        << of.version << "/" << of.name << ": " << subject << ": ours "
        << testing::PrintToString(ours) << ", OpenClaw's " << testing::PrintToString(theirs);
  }
  [[nodiscard]] int count() const { return count_; }
  [[nodiscard]] std::size_t used() const { return used_; }

 private:
  int count_ = 0;
  std::size_t used_ = 0;
};

// The text between `begin` and `end` behind it.
std::string between(std::string_view text, std::string_view begin, std::string_view end) {
  const std::size_t from = text.find(begin);
  if (from == std::string_view::npos) return "";
  text.remove_prefix(from + begin.size());
  return std::string(text.substr(0, text.find(end)));
}

std::set<std::string> words(std::string_view text) {
  std::set<std::string> result;
  for (const std::string_view word : split(text, ',')) {
    if (!trim(word).empty()) result.emplace(trim(word));
  }
  return result;
}

// The audit names every agent that has commands or files outside a sandbox, and its tools.
void compare_exec_tool(const Case& of, Comparison& comparison) {
  const std::string contexts = of.detail("security.exposure.open_groups_with_runtime_or_fs");
  const std::string_view key = of.version == "2026.3.13" ? "agents.list." : "agents.entries.";
  const bool single = of.settings.capabilities.agents.size() == 1;
  for (const AgentCapabilities& agent : of.settings.capabilities.agents) {
    ASSERT_TRUE(agent.exec_tool);
    std::string line = between(contexts, "- " + std::string(key) + agent.id + " (", ")");
    if (line.empty() && single) line = between(contexts, "- agents.defaults (", ")");
    const bool in_audit = words(between(line, "runtime=[", "]")).contains("exec");
    const bool guarded = agent.sandbox_mode.value == "all";  // not named then
    comparison.same(of, "exec_tool " + agent.id, *agent.exec_tool && !guarded, in_audit);
    if (line.empty()) continue;
    comparison.same(of, "sandbox " + agent.id, agent.sandbox_mode.value,
                    between(line, "sandbox=", ";"));
  }
}

void compare_approvals(const Case& of, Comparison& comparison) {
  for (const json& scope : of.answer("approvals.json")) {
    const std::string label = scope.at("scope");
    for (const AgentCapabilities& agent : of.settings.capabilities.agents) {
      const bool only = of.settings.capabilities.agents.size() == 1 && label == "tools.exec";
      if (label != "agent:" + agent.id && !only) continue;
      const ExecPolicy policy = of.policy(agent, of.approvals);
      comparison.same<std::string>(of, "security " + agent.id, policy.security,
                                   scope.at("security"));
      comparison.same<std::string>(of, "ask " + agent.id, policy.ask, scope.at("ask"));
      const std::string host = scope.at("host");
      const std::string automatic = agent.sandbox_mode.value == "all" ? "sandbox" : "gateway";
      comparison.same(of, "host " + agent.id, policy.host, host == "auto" ? automatic : host);
    }
  }
}

void compare_explanation(const Case& of, Comparison& comparison) {
  const json answers = of.answer("explain.json");
  if (answers.is_null()) return;
  for (const AgentCapabilities& agent : of.settings.capabilities.agents) {
    const json& answer = answers.at(agent.id);
    comparison.same<std::string>(of, "mode " + agent.id, agent.sandbox_mode.value,
                                 answer.at("mode"));
    comparison.same<std::string>(of, "scope " + agent.id, agent.sandbox_scope.value,
                                 answer.at("scope"));
    // Without the channel's plugin OpenClaw only judges the switch.
    const bool judged = answer.at("channel") == "telegram";
    if (judged || !answer.at("elevated").get<bool>()) {
      comparison.same<bool>(of, "elevated " + agent.id, agent.elevated.value(),
                            answer.at("elevatedAllowed"));
    }
  }
}

void compare_elevated(const Case& of, Comparison& comparison) {
  const bool open = std::ranges::any_of(
      of.settings.capabilities.agents,
      [](const AgentCapabilities& agent) { return agent.elevated_open.value(); });
  comparison.same(of, "elevated_open", open,
                  !of.detail("tools.elevated.allowFrom.telegram.wildcard").empty());
}

// Which agents the audit names for a host "sandbox" that is not there.
void compare_missing_sandbox(const Case& of, Comparison& comparison) {
  const bool global = of.settings.capabilities.exec->host == "sandbox";
  const auto named = words(between(of.detail("tools.exec.host_sandbox_no_sandbox_agents"),
                                   "is set to sandbox for: ", "."));
  for (const AgentCapabilities& agent : of.settings.capabilities.agents) {
    if (global && agent.exec->host.empty()) continue;  // the audit speaks of the defaults then
    const bool refused =
        of.policy(agent, {}).host == "sandbox" && agent.sandbox_mode.value == "off";
    comparison.same(of, "refused " + agent.id, refused, named.contains(agent.id));
  }
}

// The audit takes an unset security for deny, although commands then run unasked; so only what is
// written out is compared.
void compare_full(const Case& of, Comparison& comparison) {
  if (of.version == "2026.3.13") return;  // does not know the check
  const ExecRequest& global = *of.settings.capabilities.exec;
  const auto named =
      words(between(of.detail("tools.exec.security_full_configured"), "enabled for: ", "."));
  for (const AgentCapabilities& agent : of.settings.capabilities.agents) {
    const bool written =
        !(global.mode + global.security + agent.exec->mode + agent.exec->security).empty();
    if (!written) continue;
    comparison.same(of, "full " + agent.id, of.policy(agent, {}).security == "full",
                    named.contains(agent.id));
  }
}

void compare_plugins(const Case& of, Comparison& comparison) {
  const PluginSettings& settings = of.settings.capabilities.plugins;
  const auto enabled = words(between(of.detail("plugins.tools_reachable_permissive_policy"),
                                     "Enabled extension plugins: ", ".\n"));
  std::set<std::string> directories;
  if (fs::exists(of.directory / "extensions.txt")) {
    const std::string list = read_all(of.directory / "extensions.txt");
    for (const std::string_view name : split(list, '\n')) {
      if (!name.empty()) directories.emplace(name);
    }
  }
  for (const std::string& name : directories) {
    comparison.same(of, "plugin " + name,
                    is_plugin_directory(name) && is_plugin_enabled(settings, name),
                    enabled.contains(name));
  }
  PluginInstalls installs = settings.installs;
  if (const json records = of.answer("installs.json"); !records.is_null()) {
    installs = parse_install_records(json{{"index", {{"installRecords", records}}}}.dump()).value();
  }
  const std::string unpinned = of.detail("plugins.installs_unpinned_npm_specs");
  for (const auto& [id, install] : installs) {
    comparison.same(of, "unpinned " + id, install.unpinned, unpinned.contains("\n- " + id + " ("));
  }
}

// "agents.entries.main.sandbox.docker.x=true" is our agents.*.sandbox.docker.x.
std::string our_name(const std::string& flag) {
  std::string name = flag.substr(0, flag.find('='));
  const std::size_t docker = name.find(".sandbox.docker.");
  return docker == std::string::npos ? name : "agents.*" + name.substr(docker);
}

void compare_flags(const Case& of, Comparison& comparison) {
  std::set<std::string> theirs;
  for (const json& finding : of.audit) {
    if (finding.at("checkId") != "config.insecure_or_dangerous_flags") continue;
    std::string list = finding.at("detail");
    list = list.substr(list.find(": ") + 2);
    if (list.ends_with('.')) list.pop_back();
    for (const std::string& flag : words(list)) theirs.insert(our_name(flag));
  }
  for (const DangerousFlag& flag : of.settings.capabilities.dangerous_flags) {
    // 2026.3.13 knows the sandbox's and the browser's keys but does not report them here.
    if (of.version == "2026.3.13" && flag.name != "tools.exec.applyPatch.workspaceOnly") continue;
    comparison.same(of, "flag " + std::string(flag.name), flag.on.value,
                    theirs.contains(std::string(flag.name)));
    theirs.erase(std::string(flag.name));
  }
  for (const std::string& flag : theirs) comparison.same(of, "flag " + flag, false, true);
}

TEST(CapabilitiesOfOpenClaw, AgreeWithItsOwnAnswers) {
  Comparison comparison;
  std::map<std::string, int> cases;
  for (const Case& of : all_cases()) {
    ++cases[of.version];
    compare_exec_tool(of, comparison);
    compare_approvals(of, comparison);
    compare_explanation(of, comparison);
    compare_elevated(of, comparison);
    compare_missing_sandbox(of, comparison);
    compare_full(of, comparison);
    compare_plugins(of, comparison);
    compare_flags(of, comparison);
  }
  EXPECT_GE(cases["2026.9.6"], 25);
  EXPECT_GE(cases["2026.3.13"], 25);
  EXPECT_GE(comparison.count(), 600);
  EXPECT_EQ(comparison.used(), kDisagreements.size());
  RecordProperty("comparisons", comparison.count());
}

}  // namespace
}  // namespace clawvigil
