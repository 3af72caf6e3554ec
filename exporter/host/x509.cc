#include "exporter/host/x509.h"

#include <limits>

#include "exporter/base/ip_address.h"

namespace clawvigil::host {

namespace {

Result<std::chrono::sys_seconds> time_of(const OpenSsl& library, const ASN1_TIME* time) {
  constexpr int kFirstYear = 1900;  // of struct tm
  std::tm parts{};
  if (time == nullptr || library.to_tm(time, &parts) != 1) {
    return fail(Errc::parse, "a certificate has no valid date");
  }
  const std::chrono::year_month_day date{
      std::chrono::year(parts.tm_year + kFirstYear),
      std::chrono::month(static_cast<unsigned>(parts.tm_mon + 1)),
      std::chrono::day(static_cast<unsigned>(parts.tm_mday))};
  return std::chrono::sys_days(date) + std::chrono::hours(parts.tm_hour) +
         std::chrono::minutes(parts.tm_min) + std::chrono::seconds(parts.tm_sec);
}

int no_password(char*, int, int, void*) { return -1; }

}  // namespace

Result<std::vector<Certificate>> parse_certificates(const OpenSsl& library, std::string_view pem,
                                                    std::size_t most) {
  if (pem.empty()) return fail(Errc::parse, "no certificate in PEM");
  if (pem.size() > std::numeric_limits<int>::max()) return fail(Errc::too_large, "certificates");
  const std::unique_ptr<BIO, decltype(&::BIO_free)> source(
      library.memory(pem.data(), static_cast<int>(pem.size())), library.memory_free);
  if (!source) return fail(Errc::io, "OpenSSL has no memory");
  std::vector<Certificate> certificates;
  while (true) {
    Certificate next(library.read_pem(source.get(), nullptr, &no_password, nullptr),
                     library.certificate_free);
    if (!next) break;
    if (certificates.size() == most) return fail(Errc::too_large, "too many certificates");
    certificates.push_back(std::move(next));
  }
  library.clear_errors();
  if (certificates.empty()) return fail(Errc::parse, "no certificate in PEM");
  return certificates;
}

Result<Validity> validity_of(const OpenSsl& library, const X509* certificate) {
  TRY_ASSIGN(const auto not_before, time_of(library, library.not_before(certificate)));
  TRY_ASSIGN(const auto not_after, time_of(library, library.not_after(certificate)));
  return Validity{not_before, not_after};
}

bool is_for_host(const OpenSsl& library, X509* certificate, const std::string& host) {
  if (is_ip_address(host)) return library.check_ip(certificate, host.c_str(), 0) == 1;
  constexpr unsigned kFlags =
      X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT;
  return library.check_host(certificate, host.data(), host.size(), kFlags, nullptr) == 1;
}

}  // namespace clawvigil::host
