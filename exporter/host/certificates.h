// Dates and names of certificates in PEM (RFC 7468):
//
//   -----BEGIN CERTIFICATE-----
//   MIIDazCCAlOgAwIBAgIU…
//   -----END CERTIFICATE-----
//
// Read by OpenSSL in a child process (child_process.h): a certificate may be an agent's.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/result.h"

namespace clawvigil::host {

inline constexpr std::size_t kMaxCertificates = 64;  // in one text

// Seconds, because nanoseconds end in 2262 and certificates may not.
struct Validity {
  std::chrono::sys_seconds not_before;
  std::chrono::sys_seconds not_after;
};

struct CertificateFacts {
  int verify_result = 0;  // X509_V_OK or another X509_V_… of OpenSSL, the name not looked at
  bool name_matches = false;
  Validity leaf;
  // Of that one which ends first among those that sign it, up to the root; unset if none does.
  std::optional<Validity> chain;
};

struct CertificateText {
  std::string_view pem;
  std::vector<std::string> hosts;  // which of them is it for?
};

struct CertificateDates {
  Validity leaf;                  // of the first certificate
  std::optional<Validity> chain;  // of that one of the others which ends first
  bool is_for_a_host = false;     // the first is for one of the hosts asked about
};

// One result a text, in their order; parse: no certificate in it, or a malformed one; too_large:
// more than kMaxCertificates. Blocks. Any thread. Errors as probe_tls().
[[nodiscard]] Result<std::vector<Result<CertificateDates>>> read_certificates(
    const std::vector<CertificateText>& texts, const std::stop_token& stop);

}  // namespace clawvigil::host
