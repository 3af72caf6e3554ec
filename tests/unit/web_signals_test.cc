// The parts of the page about strangers, agents, keys, secrets and logins, from the collectors' own
// families.
#include <gtest/gtest.h>

#include <array>
#include <limits>

#include "collectors/access_families.h"
#include "collectors/audit_families.h"
#include "collectors/capabilities_families.h"
#include "collectors/fail2ban_families.h"
#include "collectors/firewall_families.h"
#include "collectors/keys_families.h"
#include "collectors/secrets_families.h"
#include "collectors/sshd_families.h"
#include "exporter/web/page.h"

namespace clawvigil::web {
namespace {

constexpr Duration kInterval = std::chrono::seconds(10);
constexpr Duration kMaxAge = std::chrono::hours(1);
constexpr SystemTime kNow{std::chrono::sys_days{std::chrono::year{2026} / 11 / 22}};

constexpr std::array<CollectorInfo, 8> kCollectors{
    CollectorInfo{"access", "Log.", kInterval, kInterval, kMaxAge, access_families::kMetrics},
    CollectorInfo{"capabilities", "Agents.", kInterval, kInterval, kMaxAge,
                  capabilities_families::kMetrics},
    CollectorInfo{"keys", "Keys.", kInterval, kInterval, kMaxAge, keys_families::kMetrics},
    CollectorInfo{"secrets", "Secrets.", kInterval, kInterval, kMaxAge, secrets_families::kMetrics},
    CollectorInfo{"audit", "Audit.", kInterval, kInterval, kMaxAge, audit_families::kMetrics},
    CollectorInfo{"sshd", "SSH.", kInterval, kInterval, kMaxAge, sshd_families::kMetrics},
    CollectorInfo{"firewall", "Filter.", kInterval, kInterval, kMaxAge,
                  firewall_families::kMetrics},
    CollectorInfo{"fail2ban", "Bans.", kInterval, kInterval, kMaxAge, fail2ban_families::kMetrics}};

std::vector<const CollectorInfo*> pointers() {
  std::vector<const CollectorInfo*> result;
  for (const CollectorInfo& info : kCollectors) result.push_back(&info);
  return result;
}

class PageSignals : public ::testing::Test {
 protected:
  void publish(std::string_view collector, Batch batch) {
    for (const CollectorInfo& info : kCollectors) {
      if (info.name != collector) continue;
      hub_.publish_success(info, std::make_shared<const Batch>(std::move(batch)),
                           {kNow, SteadyTime{}}, std::chrono::milliseconds(1));
    }
  }
  // All parts of the page this is about.
  std::string page() {
    const auto snapshot = hub_.snapshot({kNow, SteadyTime{}});
    const View home(*snapshot, "claw");
    const View host(*snapshot, "");
    Html html;
    page::access(html, home, 0);
    page::agents(html, home, 0);
    page::audit(html, home, 0);
    page::credentials(html, home, 0);
    const HomeList homes;
    page::key_ages(html, {.snapshot = *snapshot,
                          .homes = homes,
                          .version = "1",
                          .revision = "",
                          .hostname = "host",
                          .started = kNow,
                          .telemetry_path = "/metrics"});
    page::logins(html, host);
    page::firewall(html, host);
    return html.take();
  }
  bool shows(std::string_view text) { return page().find(text) != std::string::npos; }

  Hub hub_{pointers()};
};

TEST_F(PageSignals, WhatIsNotOnThisHostIsNotShown) {
  for (const CollectorInfo& info : kCollectors) publish(info.name, Batch());
  EXPECT_EQ(page(), "");
}

TEST_F(PageSignals, SectionsThatAreThereAreShown) {
  for (const CollectorInfo& info : kCollectors) publish(info.name, Batch());
  Batch filter;
  filter.set(firewall_families::kActive, 1, "nftables");
  publish("firewall", std::move(filter));
  const auto snapshot = hub_.snapshot({kNow, SteadyTime{}});
  const HomeList homes;
  const std::string whole = render_page({.snapshot = *snapshot,
                                         .homes = homes,
                                         .version = "1",
                                         .revision = "",
                                         .hostname = "host",
                                         .started = kNow,
                                         .telemetry_path = "/metrics"});
  EXPECT_NE(whole.find("<h3 id=\"firewall\">Firewall</h3>"), std::string::npos);
  EXPECT_NE(whole.find("<a href=\"#details\">Details</a>"), std::string::npos);
  EXPECT_EQ(whole.find("id=\"logins\""), std::string::npos);
}

TEST_F(PageSignals, WhatHasNotBeenLookedAtIsUnknown) {
  const std::string before = page();
  EXPECT_NE(before.find("the access collector has not ended its first run"), std::string::npos);
  EXPECT_NE(before.find("the sshd collector has not ended its first run"), std::string::npos);
  EXPECT_EQ(before.find("class=\"b g\""), std::string::npos);
}

TEST_F(PageSignals, NoneIsNotSaidOfWhatCannotBeSeen) {
  Batch blind;
  blind.set(sshd_families::kPasswordAuth, 0);
  blind.set(sshd_families::kLogins, 0, "password", "root");
  blind.unknown({Errc::not_found, "neither a journal nor auth.log"},
                {sshd_families::kLogins.name()});
  publish("sshd", std::move(blind));
  EXPECT_TRUE(shows("neither a journal nor auth.log"));
  EXPECT_TRUE(shows("Not possible"));
}

TEST_F(PageSignals, StrangersAndFailures) {
  using namespace access_families;
  Batch batch;
  batch.set(kAuthFailures, 17, "claw", "token");
  batch.set(kAuthFailures, 0, "claw", "origin");
  batch.set(kAuthFailures, 99, "other", "token");
  batch.set(kRejected, 4, "claw", "telegram", "pairing");
  batch.set(kRejected, 0, "claw", "unknown", "command");
  batch.set(kRejectedSenders, 2, "claw", "telegram");
  batch.set(kRejectionsVisible, 0, "claw", "telegram");
  publish("access", std::move(batch));
  EXPECT_TRUE(shows("token 17"));
  EXPECT_FALSE(shows("origin"));
  EXPECT_FALSE(shows("99"));
  EXPECT_TRUE(shows("<th scope=\"row\">telegram</th><td class=\"n\">4</td><td class=\"n\">2</td>"));
  EXPECT_TRUE(shows("the log level hides some"));
  EXPECT_FALSE(shows("<th scope=\"row\">unknown"));
}

TEST_F(PageSignals, AgentsByWhatTheyMayDo) {
  using namespace capabilities_families;
  Batch batch;
  batch.set(kExecTool, 1, "claw", "main");
  batch.set(kExecPolicy, 1, "claw", "main", "full", "off", "gateway");
  batch.set(kSandboxOff, 0, "claw", "main");
  batch.set(kSandbox, 1, "claw", "main", "all", "agent");
  batch.set(kElevated, 1, "claw", "main");
  batch.set(kElevatedOpen, 1, "claw", "main");
  batch.set(kExecTool, 0, "claw", "<b>evil");
  publish("capabilities", std::move(batch));
  EXPECT_TRUE(shows("full, ask off, on gateway"));
  EXPECT_TRUE(shows("mode all, scope agent"));
  EXPECT_TRUE(shows("For anyone"));
  EXPECT_TRUE(shows("&lt;b&gt;evil"));
}

TEST_F(PageSignals, TheAuditsFindingsTheWorstFirst) {
  using namespace audit_families;
  Batch unknown;
  unknown.unknown({Errc::not_found, "the probe has not run yet"}, names_of(kMetrics));
  publish("audit", std::move(unknown));
  EXPECT_TRUE(shows("the probe has not run yet"));
  Batch batch;
  batch.set(kFindings, 1, "claw", "critical");
  batch.set(kFindings, 1, "claw", "warn");
  batch.set(kFindings, 1, "claw", "info");
  batch.set(kFinding, 1, "claw", "a.warning", "warn");
  batch.set(kFinding, 1, "claw", "summary.attack_surface", "info");
  batch.set(kFinding, 1, "claw", "z<script>", "critical");
  batch.set(kSuppressed, 2, "claw");
  batch.set(kLastSuccess, 1'795'350'000, "claw");
  publish("audit", std::move(batch));
  const std::string html = page();
  EXPECT_LT(html.find("z&lt;script&gt;"), html.find("a.warning"));
  EXPECT_NE(html.find("a.warning"), std::string::npos);
  EXPECT_EQ(html.find("attack_surface"), std::string::npos);
  EXPECT_TRUE(shows("2026-11-22 12:20 UTC"));
}

TEST_F(PageSignals, KeysByAgeAndSecretsByPlace) {
  Batch keys;
  const double ninety_days_ago = to_unix_seconds(kNow - std::chrono::days(90));
  keys.set(keys_families::kCreated, ninety_days_ago, "claw", "model/openai", "model");
  keys.set(keys_families::kExpiry, ninety_days_ago, "claw", "model/openai", "true");
  keys.set(keys_families::kRotations, 3, "claw", "model/openai");
  publish("keys", std::move(keys));
  Batch secrets;
  secrets.set(secrets_families::kFindings, 0, "claw", "memory", "none");
  publish("secrets", std::move(secrets));
  EXPECT_TRUE(shows("2026-08-24"));
  EXPECT_TRUE(shows("90 d"));
  EXPECT_TRUE(shows("renews itself"));
  EXPECT_TRUE(shows("None found"));
  Batch found;
  found.set(secrets_families::kFindings, 0, "claw", "memory", "none");
  found.set(secrets_families::kFindings, 2, "claw", "memory", "telegram");
  publish("secrets", std::move(found));
  EXPECT_FALSE(shows("None found"));
  EXPECT_TRUE(shows("<th scope=\"row\">memory</th><td>telegram</td><td class=\"n\">2</td>"));
}

TEST_F(PageSignals, EveryKeyHasTheMarkOfItsOwnLimit) {
  using namespace keys_families;
  constexpr double kDay = 86'400;
  Batch keys;
  const double half_a_year_ago = to_unix_seconds(kNow - std::chrono::days(180));
  for (const auto& [id, kind] :
       std::initializer_list<std::pair<std::string_view, std::string_view>>{
           {"a-token", "channel"},
           {"b-allowed", "channel"},
           {"c-ssh", "ssh_user"},
           {"d-phone", "session"},
           {"e-ignored", "channel"}}) {
    keys.set(kCreated, half_a_year_ago, "claw", id, kind);
  }
  keys.set(keys_families::kMaxAge, 360 * kDay, "claw", "b-allowed");
  keys.set(keys_families::kMaxAge, std::numeric_limits<double>::infinity(), "claw", "e-ignored");
  publish("keys", std::move(keys));
  EXPECT_TRUE(shows("90 days, for SSH keys 730 days, or what you have set."));
  const std::string html = page();
  const auto row = [&](const std::string& id) {
    const std::size_t begin = html.find("<th scope=\"row\">" + id);
    return html.substr(begin, html.find("</tr>", begin) - begin);
  };
  EXPECT_NE(row("a-token").find("width=\"120.0\""), std::string::npos) << row("a-token");
  EXPECT_NE(row("b-allowed").find("width=\"30.0\""), std::string::npos) << row("b-allowed");
  EXPECT_NE(row("c-ssh").find("width=\"14.8\""), std::string::npos) << row("c-ssh");
  for (const char* const id : {"d-phone", "e-ignored"}) {
    EXPECT_EQ(row(id).find("<svg"), std::string::npos) << row(id);
    EXPECT_NE(row(id).find("180 d"), std::string::npos) << row(id);
  }
}

TEST_F(PageSignals, JailsWithTheirLimits) {
  using namespace fail2ban_families;
  Batch batch;
  batch.set(kUp, 1);
  batch.set(kJailEnabled, 1, "sshd");
  batch.set(kBanned, 12, "sshd");
  batch.set(kMaxRetry, 5, "sshd");
  batch.set(kFindTime, 600, "sshd");
  batch.set(kBanTime, -1, "sshd");
  publish("fail2ban", std::move(batch));
  EXPECT_TRUE(shows("<th scope=\"row\">sshd</th><td>on</td><td class=\"n\">12</td>"));
  EXPECT_TRUE(shows("10 min"));
  EXPECT_TRUE(shows("for ever"));
}

TEST_F(PageSignals, OpenPortsAndWhatGoesPastTheFirewall) {
  using namespace firewall_families;
  Batch batch;
  batch.set(kActive, 1, "nftables");
  batch.set(kDefaultDeny, 1, "ipv4");
  batch.set(kDefaultDeny, 0, "ipv6");
  batch.set(kAllowedPort, 1, "tcp", "22", "any", "true");
  batch.set(kPublishedPort, 1, "tcp", "8080", "any", "false");
  batch.set(kPublished, 1);
  publish("firewall", std::move(batch));
  EXPECT_TRUE(shows("<th scope=\"row\">tcp 22</th>"));
  EXPECT_TRUE(shows("A container, past the firewall"));
  EXPECT_TRUE(shows("Let in"));
}

TEST_F(PageSignals, AFirewallNobodyHasLookedAt) {
  Batch batch;
  batch.unknown({Errc::not_found, "run: clawvigil probe nftables"},
                {firewall_families::kActive.name()});
  publish("firewall", std::move(batch));
  EXPECT_TRUE(shows("<h3 id=\"firewall\">"));
  EXPECT_TRUE(shows("run: clawvigil probe nftables"));
}

}  // namespace
}  // namespace clawvigil::web
