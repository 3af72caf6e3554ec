// Certificates as OpenSSL has them. For child processes.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/result.h"
#include "exporter/host/certificates.h"
#include "exporter/host/openssl.h"

namespace clawvigil::host {

using Certificate = std::unique_ptr<X509, decltype(&::X509_free)>;

// The certificates in `pem`, what else it holds left out. Errors: parse, too_large as above.
[[nodiscard]] Result<std::vector<Certificate>> parse_certificates(const OpenSsl& library,
                                                                  std::string_view pem,
                                                                  std::size_t most);

// parse: a date that is none.
[[nodiscard]] Result<Validity> validity_of(const OpenSsl& library, const X509* certificate);

// As browsers decide it: by the subject's alternative names, never by its common name.
[[nodiscard]] bool is_for_host(const OpenSsl& library, X509* certificate, const std::string& host);

}  // namespace clawvigil::host
