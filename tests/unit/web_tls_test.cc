// The part of the page about HTTPS, from the collector's own families.
#include <gtest/gtest.h>

#include "collectors/tls_families.h"
#include "exporter/web/page.h"

namespace clawvigil::web {
namespace {

using namespace tls_families;

constexpr SystemTime kNow{std::chrono::sys_days{std::chrono::year{2026} / 11 / 22}};
constexpr CollectorInfo kInfo{
    "tls",   "HTTPS.", std::chrono::minutes(5), std::chrono::minutes(4), std::chrono::minutes(15),
    kMetrics};
constexpr double kEnd = 1798761600;  // 2027-01-01

class PageTls : public ::testing::Test {
 protected:
  std::string page() {
    Hub hub({&kInfo});
    hub.publish_success(kInfo, std::make_shared<const Batch>(batch_), {kNow, SteadyTime{}},
                        std::chrono::milliseconds(1));
    const auto snapshot = hub.snapshot({kNow, SteadyTime{}});
    Html html;
    page::tls(html, View(*snapshot, ""));
    return html.take();
  }
  bool shows(std::string_view text) { return page().find(text) != std::string::npos; }
  void sound(const std::string& name) {
    batch_.set(kProbeSuccess, 1, name);
    batch_.set(kChainValid, 1, name);
    batch_.set(kNameValid, 1, name);
    batch_.set(kNotAfter, kEnd, name, "leaf");
    batch_.set(kNotAfter, kEnd + 9e7, name, "chain");
    batch_.set(kHeader, 1, name, "x-frame-options");
    batch_.set(kRedirects, 1, name);
    batch_.set(kAuthRequired, 1, name);
  }

  Batch batch_;
};

TEST_F(PageTls, IsNotThereWithoutAnythingToTell) {
  batch_.set(kEndpoints, 0);
  EXPECT_EQ(page(), "");
}

TEST_F(PageTls, ShowsWhatIsSound) {
  batch_.set(kEndpoints, 1);
  sound("claw.example.org");
  for (const std::string_view word : {"claw.example.org", "Yes", "valid", "until 2027-01-01",
                                      "all four", "redirected", "refused"}) {
    EXPECT_TRUE(shows(word)) << word;
  }
  EXPECT_FALSE(shows("Unknown"));
  EXPECT_FALSE(shows("Certificate files"));
}

TEST_F(PageTls, ShowsWhatIsNot) {
  batch_.set(kEndpoints, 1);
  sound("<claw>");
  batch_.set(kChainValid, 0, "<claw>");
  batch_.set(kChainProblem, 1, "<claw>", "not_yet_valid");
  batch_.set(kHeader, 0, "<claw>", "x-frame-options");
  batch_.set(kRedirects, 0, "<claw>");
  batch_.set(kAuthRequired, 0, "<claw>");
  EXPECT_TRUE(shows("not yet valid"));
  EXPECT_TRUE(shows("x-frame-options"));
  EXPECT_TRUE(shows("&lt;claw&gt;"));
  EXPECT_FALSE(shows("<claw>"));
  EXPECT_FALSE(shows("refused"));
  batch_.set(kChainValid, 1, "<claw>");
  batch_.set(kNameValid, 0, "<claw>");
  EXPECT_TRUE(shows("for other names"));
}

TEST_F(PageTls, SaysUnknownOnlyOfWhatIs) {
  batch_.set(kEndpoints, 2);
  batch_.set(kProbeSuccess, 0, "a");
  batch_.set(kProbeFailure, 1, "a", "connect_timeout");
  batch_.unknown({Errc::timeout, "a: no answer in time"},
                 {kChainValid.name(), kNameValid.name(), kHeader.name(), kRedirects.name()});
  EXPECT_TRUE(shows("connect timeout"));
  EXPECT_TRUE(shows("Unknown"));
  EXPECT_TRUE(shows("not asked"));  // its authentication was not
  EXPECT_FALSE(shows("not served"));
}

TEST_F(PageTls, TakesNoOtherEndpointsReason) {
  batch_.set(kEndpoints, 2);
  batch_.set(kProbeSuccess, 1, "b");
  batch_.unknown({Errc::timeout, "a: no answer in time"}, {kRedirects.name()});
  EXPECT_TRUE(shows("not served"));
}

TEST_F(PageTls, ShowsFilesAndWhyOneHasNoDate) {
  batch_.set(kEndpoints, 0);
  batch_.set(kNotAfter, kEnd, "/etc/ssl/a.pem", "leaf");
  EXPECT_TRUE(shows("/etc/ssl/a.pem"));
  EXPECT_TRUE(shows("until 2027-01-01"));
  batch_.unknown({Errc::parse, "/etc/ssl/b.pem: no certificate in PEM"}, {kNotAfter.name()});
  EXPECT_TRUE(shows("/etc/ssl/b.pem: no certificate in PEM"));
}

TEST_F(PageTls, BearsTheLastDateACertificateCanHave) {
  batch_.set(kEndpoints, 0);
  batch_.set(kNotAfter, 253402300799, "/etc/ssl/a.pem", "leaf");
  EXPECT_TRUE(shows("/etc/ssl/a.pem"));
}

}  // namespace
}  // namespace clawvigil::web
