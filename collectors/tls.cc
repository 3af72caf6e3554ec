#include "collectors/tls.h"

#include <set>
#include <string>

#include "collectors/openclaw_settings.h"
#include "collectors/tls/authorities.h"
#include "collectors/tls/certificate_files.h"
#include "collectors/tls/endpoint_facts.h"
#include "collectors/tls_families.h"

namespace clawvigil {

namespace {

using namespace tls_families;

class TlsCollector final : public Collector {
 public:
  [[nodiscard]] const CollectorInfo& info() const override { return kTlsInfo; }

  Result<> collect(const Context& context, Batch& out) override {
    const auto& endpoints = context.config.tls.endpoints;
    out.set(kEndpoints, static_cast<double>(endpoints.size()));
    std::set<std::string> visited;
    // Read again for each run: a quarter of a megabyte is not worth keeping for five minutes.
    const auto system = endpoints.empty() ? Result<std::string>(fail(Errc::not_found, ""))
                                          : tls::system_authorities(context.root);
    for (const TlsEndpoint& endpoint : endpoints) {
      TRY(context.check());
      const auto url = parse_https_url(endpoint.url);
      if (!url) continue;  // refused when the configuration was loaded
      visited.insert(url->server.host);
      tls::export_report(endpoint, *url, visit(context, endpoint, *url, system), out);
    }
    files_.measure(context, loader_, visited, out);
    return {};
  }

 private:
  static Result<host::TlsProbeReport> visit(const Context& context, const TlsEndpoint& endpoint,
                                            const HttpsUrl& url,
                                            const Result<std::string>& system) {
    TRY_ASSIGN(const std::string trusted,
               tls::authorities_with(context.root, system, endpoint.ca_file));
    return host::probe_tls(tls::request_for(endpoint, url, trusted), context.stop);
  }

  SettingsLoader loader_;
  tls::CertificateFiles files_;
};

}  // namespace

// One endpoint after the other, at most 30 s each (exporter/host/tls_probe.h) and 8 of them. Five
// minutes: the owner of a site that is down wants to know it, and a certificate ends to the minute.
const CollectorInfo kTlsInfo{
    "tls",
    "Visits the HTTPS endpoints the owner named and reads certificate files.",
    std::chrono::minutes(5),
    std::chrono::minutes(4),
    std::chrono::minutes(15),
    kMetrics};

std::unique_ptr<Collector> make_tls_collector() { return std::make_unique<TlsCollector>(); }

}  // namespace clawvigil
