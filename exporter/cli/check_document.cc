#include "exporter/cli/check_document.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "exporter/base/strings.h"
#include "exporter/base/utc_time.h"

namespace clawvigil::cli {

namespace {

using nlohmann::json;

constexpr std::size_t kMaxTextBytes = 2000;

// The area findings are shown in.
constexpr std::string_view kSecretsArea = "secrets";
constexpr std::string_view kWorkspaceArea = "agent";
constexpr std::string_view kWorkspacePrefix = "clawvigil_git_";
constexpr std::string_view kHistory = "git_history";  // the location of a secret

std::string text_of(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string()
             ? sanitize(found->get<std::string>(), kMaxTextBytes)
             : std::string();
}

std::optional<SystemTime> time_of(const json& object, const char* key) {
  return parse_utc_time(text_of(object, key));
}

CheckEntry entry_of(const json& rule) {
  CheckEntry entry{.alertname = text_of(rule, "alertname"),
                   .area = text_of(rule, "area"),
                   .control = text_of(rule, "control"),
                   .severity = text_of(rule, "severity"),
                   .state = text_of(rule, "state"),
                   .value = {},
                   .labels = {},
                   .summary = text_of(rule, "summary"),
                   .description = text_of(rule, "description"),
                   .action = text_of(rule, "action"),
                   .reason = text_of(rule, "reason"),
                   .since = time_of(rule, "since"),
                   .until = time_of(rule, "until")};
  const auto value = rule.find("value");
  if (value != rule.end() && value->is_number()) entry.value = value->get<double>();
  const auto labels = rule.find("labels");
  if (labels == rule.end() || !labels->is_object()) return entry;
  for (const auto& [name, text] : labels->items()) {
    entry.labels.emplace(sanitize(name), text_of(*labels, name.c_str()));
  }
  return entry;
}

CheckFinding finding_of(const json& finding) {
  CheckFinding read{.family = text_of(finding, "family"),
                    .home = text_of(finding, "home"),
                    .location = text_of(finding, "location"),
                    .rule = text_of(finding, "rule"),
                    .repo = text_of(finding, "repo"),
                    .file_class = text_of(finding, "file_class"),
                    .file = text_of(finding, "file")};
  const auto line = finding.find("line");
  if (line != finding.end() && line->is_number_unsigned()) read.line = line->get<std::uint64_t>();
  return read;
}

std::map<std::string, std::uint64_t> counts_of(const json& object, const char* key) {
  std::map<std::string, std::uint64_t> counts;
  const auto found = object.find(key);
  if (found == object.end() || !found->is_object()) return counts;
  for (const auto& [name, count] : found->items()) {
    if (count.is_number_unsigned()) counts.emplace(name, count.get<std::uint64_t>());
  }
  return counts;
}

// The objects of an array; a daemon of an older version may not have it.
std::vector<const json*> objects_of(const json& document, const char* key) {
  std::vector<const json*> objects;
  const auto found = document.find(key);
  if (found == document.end() || !found->is_array()) return objects;
  for (const json& element : *found) {
    if (element.is_object()) objects.push_back(&element);
  }
  return objects;
}

}  // namespace

std::string CheckEntry::label(const std::string& name) const {
  const auto found = labels.find(name);
  return found == labels.end() ? std::string() : found->second;
}

bool CheckFinding::in_workspace() const { return family.starts_with(kWorkspacePrefix); }

bool CheckFinding::in_history() const { return location == kHistory; }

bool CheckFinding::belongs_to(const CheckEntry& entry) const {
  return !location.empty() && location == entry.label("location") && home == entry.label("home");
}

std::vector<const CheckEntry*> CheckDocument::with(std::string_view state) const {
  std::vector<const CheckEntry*> found;
  for (const CheckEntry& entry : entries) {
    if (entry.state == state) found.push_back(&entry);
  }
  return found;
}

std::vector<std::string> CheckDocument::areas() const {
  std::vector<std::string> all;
  for (const CheckEntry& entry : entries) {
    if (std::ranges::find(all, entry.area) == all.end()) all.push_back(entry.area);
  }
  return all;
}

Result<CheckDocument> read_check_document(const json& document) {
  if (!document.is_object() || !document.contains("rules") || !document["rules"].is_array()) {
    return fail(Errc::parse, "the daemon's answer is not understood");
  }
  CheckDocument read{.host = text_of(document, "host"),
                     .time = time_of(document, "time"),
                     .entries = {},
                     .findings = {},
                     .workspace = {}};
  for (const json* rule : objects_of(document, "rules")) read.entries.push_back(entry_of(*rule));
  for (const json* finding : objects_of(document, "findings")) {
    read.findings.push_back(finding_of(*finding));
  }
  if (const auto found = document.find("workspace"); found != document.end()) {
    if (found->is_object()) {
      read.workspace = {counts_of(*found, "commits"), counts_of(*found, "changes")};
    }
  }
  return read;
}

void restrict_to(json& document, const std::string& area) {
  json rules = json::array();
  json summary = document.value("summary", json::object());
  for (const auto& [state, count] : summary.items()) count = 0;
  for (const json* rule : objects_of(document, "rules")) {
    if (text_of(*rule, "area") != area) continue;
    const std::string state = text_of(*rule, "state");
    summary[state] = summary.value(state, 0) + 1;
    rules.push_back(*rule);
  }
  json findings = json::array();
  for (const json* finding : objects_of(document, "findings")) {
    const std::string_view place =
        finding_of(*finding).in_workspace() ? kWorkspaceArea : kSecretsArea;
    if (area == place) findings.push_back(*finding);
  }
  document["rules"] = std::move(rules);
  document["summary"] = std::move(summary);
  document["findings"] = std::move(findings);
  if (area != kWorkspaceArea) document.erase("workspace");
}

int exit_code_of(const CheckDocument& document) {
  constexpr int kOnlyUnknown = 3;
  int worst = 0;
  for (const CheckEntry* entry : document.with("broken")) {
    if (entry->severity == "critical") return 2;
    if (entry->severity == "warning") worst = 1;
  }
  return worst == 0 && !document.with("unknown").empty() ? kOnlyUnknown : worst;
}

}  // namespace clawvigil::cli
