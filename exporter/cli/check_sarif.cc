#include "exporter/cli/check_sarif.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <span>

#include "alerts/engine/bundled.h"
#include "alerts/engine/utc.h"
#include "exporter/base/hex.h"
#include "exporter/base/hmac.h"
#include "exporter/base/strings.h"
#include "exporter/base/version.h"
#include "exporter/cli/rule_files.h"
#include "exporter/cli/runbook.h"

namespace clawvigil::cli {

namespace {

using nlohmann::json;

constexpr std::string_view kSchema = "https://json.schemastore.org/sarif-2.1.0.json";
constexpr std::string_view kProject = "https://github.com/clawvigil/clawvigil";
constexpr std::string_view kFingerprint = "clawvigil/v1";
// What paths are relative to. Code scanning of GitHub knows no absolute ones.
constexpr std::string_view kHost = "HOST";
constexpr std::string_view kBundledRules = "/usr/share/clawvigil/rules/";
constexpr std::size_t kFingerprintBytes = 16;  // enough to tell the findings of all hosts apart

struct Grade {
  std::string_view severity;
  std::string_view level;
  std::string_view score;  // "security-severity", as code scanning sorts by it
};
constexpr std::array<Grade, 3> kGrades{
    {{"critical", "error", "9.0"}, {"warning", "warning", "6.0"}, {"info", "note", "3.0"}}};

const Grade& grade_of(std::string_view severity) {
  const auto* const found = std::ranges::find(kGrades, severity, &Grade::severity);
  return found == kGrades.end() ? kGrades.at(1) : *found;
}

std::string first_sentence(const std::string& text) {
  const std::size_t end = text.find(". ");
  return end == std::string::npos ? text : text.substr(0, end + 1);
}

json text_json(std::string text) { return {{"text", std::move(text)}}; }

// A file of the host: "/srv/a b" is "srv/a%20b" below kHost.
json artifact(std::string_view path) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  constexpr std::string_view kUnreserved = "-._~/";
  constexpr unsigned kHalf = 4;
  std::string uri;
  for (const char c : path.substr(std::min(path.find_first_not_of('/'), path.size()))) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       kUnreserved.find(c) != std::string_view::npos;
    if (plain) {
      uri += c;
    } else {
      uri += '%';
      uri += kDigits[byte >> kHalf];
      uri += kDigits[byte & 0xFU];
    }
  }
  return {{"uri", std::move(uri)}, {"uriBaseId", kHost}};
}

class Log {
 public:
  Log(const CheckDocument& document, const alerts::RuleSet& rules) : document_(document) {
    each_rule(rules.files, [&](const alerts::RuleFile& file, const alerts::Rule& rule) {
      add(rule);
      const bool bundled = file.name.find('/') == std::string::npos;
      places_[rule.alertname] = {
          {"artifactLocation", artifact((bundled ? std::string(kBundledRules) : "") + file.name)},
          {"region", {{"startLine", rule.at.line}}}};
    });
  }

  json write() {
    for (const CheckEntry& entry : document_.entries) {
      if (entry.state == "broken" || entry.state == "silenced" || entry.state == "accepted") {
        add_results(entry);
      } else if (entry.state == "unknown") {
        add_notification(entry);
      }
    }
    json invocation{{"executionSuccessful", true},
                    {"toolExecutionNotifications", std::move(notifications_)}};
    if (document_.time) invocation["endTimeUtc"] = alerts::utc::seconds(*document_.time);
    json driver{{"name", "clawvigil"},
                {"version", version()},
                {"informationUri", kProject},
                {"rules", std::move(rules_)}};
    json run{{"tool", {{"driver", std::move(driver)}}},
             {"originalUriBaseIds", {{kHost, {{"uri", "file:///"}}}}},
             {"automationDetails", {{"id", "clawvigil/" + document_.host + "/"}}},
             {"invocations", json::array({std::move(invocation)})},
             {"results", std::move(results_)}};
    return {{"$schema", kSchema}, {"version", "2.1.0"}, {"runs", json::array({std::move(run)})}};
  }

 private:
  void add(const alerts::Rule& rule) {
    const std::string_view section = runbook_section(alerts::bundled_runbook(), rule.alertname);
    std::string meaning = runbook_meaning(section);
    if (meaning.empty()) meaning = "Fires when " + rule.expr.text();
    const Grade& grade = grade_of(to_string(rule.severity));
    json tags = json::array({"security"});
    for (const char* const label : {"area", "control"}) {
      if (const std::string value = rule.label(label); !value.empty()) tags.push_back(value);
    }
    json entry{{"id", rule.alertname},
               {"shortDescription", text_json(first_sentence(meaning))},
               {"fullDescription", text_json(meaning)},
               {"defaultConfiguration", {{"level", grade.level}}},
               {"properties", {{"tags", std::move(tags)}, {"security-severity", grade.score}}}};
    const auto url = rule.annotations.find("runbook_url");
    if (url != rule.annotations.end() && url->second.is_constant() &&
        url->second.text().starts_with("https://")) {
      entry["helpUri"] = url->second.text();
    }
    index_.emplace(rule.alertname, rules_.size());
    rules_.push_back(std::move(entry));
  }

  // The rule of an entry; a daemon may judge by another rule file than the one that is there now.
  std::size_t index_of(const CheckEntry& entry) {
    const auto found = index_.find(entry.alertname);
    if (found != index_.end()) return found->second;
    index_.emplace(entry.alertname, rules_.size());
    rules_.push_back({{"id", entry.alertname}});
    return rules_.size() - 1;
  }

  // Once a rule has a result, what to do stands beside it.
  void add_help(std::size_t index, const std::string& alertname) {
    const std::string_view section = runbook_section(alerts::bundled_runbook(), alertname);
    if (section.empty() || rules_[index].contains("help")) return;
    constexpr std::size_t kColumns = 100;
    rules_[index]["help"] = {{"text", runbook_text(section, {0, kColumns, Style(false)})},
                             {"markdown", section}};
  }

  void add_results(const CheckEntry& entry) {
    const std::size_t index = index_of(entry);
    add_help(index, entry.alertname);
    json result{{"ruleId", entry.alertname},
                {"ruleIndex", index},
                {"level", grade_of(entry.severity).level},
                {"message", text_json(message_of(entry))},
                {"suppressions", suppressions_of(entry)},
                {"properties", {{"state", entry.state}, {"labels", entry.labels}}}};
    if (entry.value) result["properties"]["value"] = *entry.value;
    if (entry.since) result["properties"]["since"] = alerts::utc::seconds(*entry.since);
    std::map<std::string, std::size_t> seen;
    for (const CheckFinding& finding : document_.findings) {
      if (!finding.belongs_to(entry)) continue;
      const std::string identity = finding.rule + '\0' + finding.file;
      json place = result;
      std::string what = finding.rule;
      if (finding.in_history()) what += ", " + finding.file + ":" + std::to_string(finding.line);
      place["message"] = text_json(entry.summary + " (" + what + ")\n" + entry.action);
      place["locations"] =
          json::array({finding.in_history() ? place_of(entry) : physical(finding)});
      // Lines move; the first of several in a file stays the first.
      sign(place, entry, identity + '\0' + std::to_string(seen[identity]++));
      results_.push_back(std::move(place));
    }
    if (!seen.empty()) return;
    result["locations"] = json::array({place_of(entry)});
    sign(result, entry, "");
    results_.push_back(std::move(result));
  }

  static std::string message_of(const CheckEntry& entry) {
    std::string text = entry.summary.empty() ? entry.alertname : entry.summary;
    for (const std::string& more : {entry.description, entry.action}) {
      if (!more.empty()) text += "\n" + more;
    }
    return text;
  }

  static json suppressions_of(const CheckEntry& entry) {
    json all = json::array();
    if (entry.state == "broken") return all;
    std::string why = entry.state;
    if (entry.until) why += " until " + alerts::utc::seconds(*entry.until);
    if (!entry.reason.empty()) why += ": " + entry.reason;
    all.push_back({{"kind", "external"}, {"status", "accepted"}, {"justification", why}});
    return all;
  }

  static json physical(const CheckFinding& finding) {
    json location{{"artifactLocation", artifact(finding.file)}};
    if (finding.line > 0) location["region"] = {{"startLine", finding.line}};
    return {{"physicalLocation", std::move(location)}};
  }

  // The host, or the home on it; and a file, without which GitHub refuses all: that of the rule.
  [[nodiscard]] json place_of(const CheckEntry& entry) const {
    const std::string home = entry.label("home");
    json place{{"name", home.empty() ? document_.host : home},
               {"fullyQualifiedName", document_.host + (home.empty() ? "" : "/" + home)},
               {"kind", "resource"}};
    const auto rule = places_.find(entry.alertname);
    return {{"physicalLocation", rule != places_.end()
                                     ? rule->second
                                     : json{{"artifactLocation", artifact(kBundledRules)}}},
            {"logicalLocations", json::array({std::move(place)})}};
  }

  // Without what the owner may change of a rule, and where the daemon happens to listen.
  void sign(json& result, const CheckEntry& entry, std::string_view more) const {
    std::string identity = document_.host + '\0' + entry.alertname;
    for (const auto& [name, value] : entry.labels) {
      constexpr std::array<std::string_view, 6> kOthers{"alertname", "severity", "area",
                                                        "control",   "instance", "job"};
      if (std::ranges::find(kOthers, name) == kOthers.end()) {
        identity += '\0' + name + '=' + value;
      }
    }
    const HmacDigest digest = hmac_sha256(kFingerprint, {identity, "\1", more});
    const std::string print = to_hex(std::span(digest).first(kFingerprintBytes));
    // The second name is the one code scanning of GitHub looks at.
    result["partialFingerprints"] = {{kFingerprint, print}, {"primaryLocationLineHash", print}};
  }

  void add_notification(const CheckEntry& entry) {
    const std::size_t index = index_of(entry);
    notifications_.push_back(
        {{"level", "warning"},
         {"message", text_json(entry.alertname + " cannot be judged: " + entry.reason)},
         {"associatedRule", {{"id", entry.alertname}, {"index", index}}}});
  }

  const CheckDocument& document_;
  std::map<std::string, std::size_t> index_;  // by alertname
  std::map<std::string, json> places_;        // physical locations of the rules, by alertname
  json rules_ = json::array();
  json results_ = json::array();
  json notifications_ = json::array();
};

}  // namespace

json sarif_log(const CheckDocument& document, const alerts::RuleSet& rules) {
  return Log(document, rules).write();
}

}  // namespace clawvigil::cli
