#include "exporter/web/page.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <vector>

#include "exporter/web/http.h"
#include "tests/support/web_fixture.h"

namespace clawvigil::web {
namespace {

using test::WebFixture;

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// Names of the elements in the order they are opened and closed ("/p"); the style sheet left out.
std::vector<std::string> tags(std::string_view html) {
  std::vector<std::string> result;
  for (std::size_t at = html.find('<'); at != std::string_view::npos; at = html.find('<', at + 1)) {
    const std::size_t end = html.find_first_of(" >", at);
    result.emplace_back(html.substr(at + 1, end - at - 1));
  }
  return result;
}

// Every element is closed in order, so nothing from the host has opened or closed one.
void expect_well_formed(std::string_view html) {
  const std::vector<std::string_view> empty{"!doctype", "meta", "link", "br",
                                            "path",     "rect", "line"};
  std::vector<std::string> open;
  for (const std::string& tag : tags(html)) {
    if (std::ranges::find(empty, tag) != empty.end()) continue;
    if (!tag.starts_with('/')) {
      open.push_back(tag);
      continue;
    }
    ASSERT_FALSE(open.empty()) << tag;
    ASSERT_EQ(open.back(), tag.substr(1));
    open.pop_back();
  }
  EXPECT_TRUE(open.empty());
}

TEST(Page, IsAccessibleHtml) {
  const std::string page = WebFixture("demo").page();
  expect_well_formed(page);
  EXPECT_TRUE(page.starts_with("<!doctype html>\n<html lang=\"en\">"));
  for (const char* part : {" \u00B7 lab-host \u00B7 clawvigil</title>", "<meta name=\"viewport\"",
                           "<header>", "<main ", "<nav aria-label=", "<footer>", "class=\"skip\"",
                           "<th scope=\"col\"", "<th scope=\"row\"", "prefers-color-scheme:dark"}) {
    EXPECT_TRUE(contains(page, part)) << part;
  }
  const std::vector<std::string> all = tags(page);
  EXPECT_EQ(std::ranges::count(all, "h1"), 1);
  EXPECT_EQ(std::ranges::count(all, "main"), 1);
  EXPECT_EQ(std::ranges::count(all, "th"), std::ranges::count(all, "/th"));
  EXPECT_FALSE(contains(page, "<th>"));
}

// What the attribute says, everywhere in the page.
std::vector<std::string> values_of(std::string_view html, const std::string& attribute) {
  std::vector<std::string> values;
  const std::string begin = " " + attribute + "=\"";
  for (auto at = html.find(begin); at != std::string_view::npos; at = html.find(begin, at)) {
    at += begin.size();
    values.emplace_back(html.substr(at, html.find('"', at) - at));
  }
  return values;
}

TEST(Page, LinksToThePartsItHas) {
  for (const char* const state : {"demo", "quiet", "empty"}) {
    const std::string page = WebFixture(state).page();
    const std::vector<std::string> ids = values_of(page, "id");
    const std::vector<std::string> links = values_of(page, "href");
    for (const std::string& link : links) {
      if (!link.starts_with('#')) continue;
      EXPECT_EQ(std::ranges::count(ids, link.substr(1)), 1) << state << ": " << link;
    }
    for (const char* const part :
         {"checks", "spending", "keys", "listeners", "details", "health"}) {
      EXPECT_EQ(std::ranges::count(links, std::string("#") + part), std::ranges::count(ids, part))
          << state << ": " << part;
    }
  }
}

TEST(Page, FetchesAndRunsNothing) {
  const std::string page = WebFixture("demo").page();
  for (const char* part : {"<script", "<img", "<iframe", "http://", "https://", "@import", "url(",
                           " style=", " onclick", "javascript:"}) {
    EXPECT_FALSE(contains(page, part)) << part;
  }
}

TEST(Page, ItsStyleSheetIsTheOneTheHeaderAdmits) {
  const std::string page = WebFixture("quiet").page();
  const std::size_t begin = page.find("<style>") + 7;
  const std::string style = page.substr(begin, page.find("</style>") - begin);
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  ::SHA256(reinterpret_cast<const unsigned char*>(style.data()), style.size(), digest.data());
  std::array<unsigned char, 64> encoded{};
  const int length = ::EVP_EncodeBlock(encoded.data(), digest.data(), digest.size());
  const std::string hash(encoded.begin(), encoded.begin() + length);
  EXPECT_TRUE(contains(security_headers(), "style-src 'sha256-" + hash + "'"));
}

TEST(Page, ShowsTheFacts) {
  const std::string page = WebFixture("demo").page();
  for (const char* fact :
       {"OpenClaw of claw", "/home/lab/.openclaw",
        "tcp 18889 (anyone), openclaw-gateway.service, lab", "dangerously_disable_device_auth",
        "open to anyone", "policy allowlist", "per-channel-peer", "backups", "claude-sonnet-4-5",
        "$54.54", "52,640,000", "postgresql@15-main.service",
        "/home/guest/.openclaw: owned by another user", "4 of 5</span>", "$5.68"}) {
    EXPECT_TRUE(contains(page, fact)) << fact;
  }
}

TEST(Page, UnknownIsNeverGood) {
  const std::string page = WebFixture("demo").page();
  EXPECT_TRUE(contains(page, "schema version 19 is newer than what is understood"));
  EXPECT_TRUE(contains(page, "/home/lab/.openclaw: permission denied"));
  WebFixture fixture("empty");
  auto homes = std::make_shared<HomeList>();
  homes->homes.emplace_back();
  homes->homes.back().label = "claw";
  homes->homes.back().path = "/home/claw/.openclaw";
  fixture.homes.replace(homes);
  const std::string empty = fixture.page();
  expect_well_formed(empty);
  EXPECT_FALSE(contains(empty, "class=\"b g\""));
  EXPECT_TRUE(contains(empty, "the gateway collector has not ended its first run"));
  EXPECT_TRUE(contains(empty, "First run pending"));
}

TEST(Page, NoOpenClawIsANormalState) {
  const std::string page = WebFixture("quiet").page();
  expect_well_formed(page);
  EXPECT_TRUE(contains(page, "No OpenClaw found on this host"));
  EXPECT_TRUE(contains(page, "--openclaw.home="));
  EXPECT_FALSE(contains(page, "Gateway reachable from outside"));
  EXPECT_TRUE(contains(page, "The rules are not evaluated here, or not yet."));
}

TEST(Page, EveryStateIsSaidInWords) {
  const std::string page = WebFixture("demo").page();
  for (std::size_t at = page.find("class=\"b "); at != std::string::npos;
       at = page.find("class=\"b ", at + 1)) {
    const std::size_t word = page.find('>', at) + 1;
    EXPECT_NE(page[word], '<') << page.substr(at, 120);
  }
}

TEST(Page, HostileTextStaysText) {
  for (const char* payload :
       {"<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='x",
        "</style><script>x</script>", "</title><svg/onload=x>", "&lt;script&gt;", "javascript:x",
        "\xC3\x28<b>\xFF", "<!--", "]]>", "{{7*7}}", "</td></tr></table><h1>"}) {
    const std::string page = WebFixture("hostile", payload).page();
    expect_well_formed(page);
    EXPECT_TRUE(is_valid_utf8(page)) << payload;
    const std::vector<std::string> all = tags(page);
    for (const char* forbidden : {"script", "img", "svg/onload=x", "b", "!--"}) {
      const auto own = std::string_view(forbidden) == "b" ? 2 : 0;  // collector names in the list
      EXPECT_EQ(std::ranges::count(all, forbidden), own) << payload;
    }
    EXPECT_EQ(std::ranges::count(all, "h1"), 1) << payload;
    for (const char* attribute : {" onerror=alert(1)>", " onmouseover='x", "=\"javascript:"}) {
      EXPECT_FALSE(contains(page, attribute)) << payload;
    }
  }
}

TEST(Page, IsSmallAndFast) {
  constexpr std::size_t kMaxBytes = 60'000;
  const WebFixture fixture("demo");
  EXPECT_LT(fixture.page().size(), kMaxBytes);
  const WebFixture long_texts("hostile", std::string(100'000, '<'));
  EXPECT_LT(long_texts.page().size(), kMaxBytes);
  const auto begin = std::chrono::steady_clock::now();
  constexpr int kTimes = 5;
  for (int i = 0; i < kTimes; ++i) static_cast<void>(fixture.page());
  EXPECT_LT(std::chrono::steady_clock::now() - begin, kTimes * std::chrono::milliseconds(50));
}

TEST(View, WritesBytesForPeople) {
  EXPECT_EQ(format_bytes(0).english, "0 B");
  EXPECT_EQ(format_bytes(812).english, "812 B");
  EXPECT_EQ(format_bytes(999.6).english, "1 kB");
  EXPECT_EQ(format_bytes(3'449'999).english, "3.4 MB");
  EXPECT_EQ(format_bytes(3'450'001).english, "3.5 MB");
  EXPECT_EQ(format_bytes(9'990'000).english, "10 MB");
  EXPECT_EQ(format_bytes(12'400'000'000).english, "12 GB");
  EXPECT_EQ(format_bytes(2e16).english, "20,000 TB");
}

TEST(View, AnyNumberIsATime) {
  EXPECT_EQ(format_time(to_time(1'700'000'000.7)).english, "2023-11-14 22:13 UTC");
  for (const double below : {-1.0, -1e300, std::nan("")}) EXPECT_EQ(to_time(below), SystemTime());
  EXPECT_EQ(to_time(1e300), to_time(kLatestTime));
  EXPECT_EQ(format_date(to_time(1e300)).english, "2255-03-14");
}

TEST(Table, AQuestionIsAnsweredInWords) {
  const auto cell = [](const std::optional<double>& value) {
    Html html;
    Table table(html, {"Table", "Tableau"}, {{"Column", "Colonne"}});
    table.yes_no(value, {{"Yes", "Oui"}, Mark::good, {"No", "Non"}, Mark::bad}, {"more", "plus"});
    const std::string text = html.take();
    return text.substr(text.find("<td>"));
  };
  EXPECT_EQ(cell(1),
            "<td><span class=\"b g\">Yes</span> "
            "<small>more</small></td>");
  EXPECT_EQ(cell(0),
            "<td><span class=\"b x\">No</span> "
            "<small>more</small></td>");
  EXPECT_EQ(cell(std::nullopt), "<td><span class=\"b u\">Unknown</span></td>");
}

TEST(View, WritesNumbersForPeople) {
  EXPECT_EQ(format_count(0).english, "0");
  EXPECT_EQ(format_count(999).english, "999");
  EXPECT_EQ(format_count(1234567).english, "1,234,567");
  EXPECT_EQ(format_count(-1234).english, "-1,234");
  EXPECT_EQ(format_usd(1234.5).english, "$1,234.50");
  EXPECT_EQ(format_usd(0.0042).english, "$0.0042");
  EXPECT_EQ(format_usd(0).english, "$0.00");
  EXPECT_EQ(format_duration(std::chrono::milliseconds(3)).english, "3 ms");
  EXPECT_EQ(format_duration(std::chrono::seconds(200)).english, "3 min");
  EXPECT_EQ(format_time(SystemTime(std::chrono::seconds(1'790'000'000))).english,
            "2026-09-21 14:13 UTC");
  EXPECT_EQ(format_count(1e300).english.size(), 83U);
}

}  // namespace
}  // namespace clawvigil::web
