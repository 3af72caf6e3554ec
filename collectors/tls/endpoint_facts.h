// What a visit of an endpoint (exporter/host/tls_probe.h) means, as samples.
#pragma once

#include <string>
#include <string_view>

#include "exporter/base/https_url.h"
#include "exporter/config/config.h"
#include "exporter/host/tls_probe.h"
#include "exporter/model/batch.h"

namespace clawvigil::tls {

// The gateway's protected route, where the gateway begins at the URL: "/tools/invoke" for "/".
[[nodiscard]] std::string protected_path(const HttpsUrl& url);

// What is to be asked; `trusted_pem` must outlive it.
[[nodiscard]] host::TlsProbeRequest request_for(const TlsEndpoint& endpoint, const HttpsUrl& url,
                                                std::string_view trusted_pem);

// The samples of one endpoint; what could not be determined is unknown, with the endpoint's name.
void export_report(const TlsEndpoint& endpoint, const HttpsUrl& url,
                   const Result<host::TlsProbeReport>& report, Batch& out);

// Also used for certificate files, whose path is the endpoint's name then.
void export_dates(std::string_view endpoint, const host::Validity& leaf,
                  const std::optional<host::Validity>& chain, Batch& out);

}  // namespace clawvigil::tls
