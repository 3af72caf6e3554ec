// Certificates of every kind, made by the real openssl, and an nginx that serves them.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/child_process.h"
#include "tests/support/temp_dir.h"

namespace clawvigil::test {

inline constexpr std::string_view kNotAfter =
    "clawvigil_tls_certificate_not_after_timestamp_seconds";
inline constexpr std::string_view kNotBefore =
    "clawvigil_tls_certificate_not_before_timestamp_seconds";
// When the lab's certificates begin and end.
inline constexpr double kFarEnd = 4070908800;   // 2099-01-01
inline constexpr double kPastEnd = 1609459200;  // 2021-01-01
inline constexpr double kStart = 1577836800;    // 2020-01-01

// In its directory: root.pem (trust this), key.pem (of all leaves), and <kind>.pem as a server
// sends it. Kinds, for claw.test unless said otherwise:
//   valid (with its intermediate; also for 127.0.0.1 and *.wild.test), second (second.test),
//   ending (in 5 days), expired, not_yet_valid, self_signed, wrong_name, common_name (no
//   subjectAltName), incomplete (intermediate missing), old_intermediate (expired), foreign
//   (another root, sent along), weak (RSA 1024), client_only, huge (402 certificates)
class TlsLab {
 public:
  static bool available();  // openssl and nginx are installed
  TlsLab();

  [[nodiscard]] const TempDir& directory() const { return directory_; }
  [[nodiscard]] std::string path(const std::string& kind) const {
    return directory_ / (kind + ".pem");
  }
  // "ssl_certificate …; ssl_certificate_key …;"
  [[nodiscard]] std::string with(const std::string& kind) const;
  // Runs nginx with these server blocks until the end of the test; waits until `address:port`
  // accepts connections.
  void serve(const std::string& servers, const std::string& address, std::uint16_t port);
  // What the real client says of a server: "" or why it refuses the certificate.
  [[nodiscard]] std::string judge(const std::string& address, const std::string& name) const;

 private:
  TempDir directory_{0755};
  std::unique_ptr<ChildProcess> nginx_;
};

// A suite that shares one lab; without the programs it says so and skips.
class TlsLabTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (TlsLab::available()) lab = std::make_unique<TlsLab>();
  }
  static void TearDownTestSuite() { lab.reset(); }
  void SetUp() override {
    if (!lab) GTEST_SKIP() << "SKIPPED: openssl or nginx is not installed";
  }
  static inline std::unique_ptr<TlsLab> lab;
};

}  // namespace clawvigil::test
