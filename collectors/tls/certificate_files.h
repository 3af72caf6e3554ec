// Dates of certificate files, without any network. Parsed again only when a file has changed.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "collectors/openclaw_settings.h"
#include "exporter/collect/collector.h"
#include "exporter/host/certificates.h"

namespace clawvigil::tls {

class CertificateFiles {
 public:
  // Exports the dates of tls.files, of the gateways' own certificates and of those of Let's Encrypt
  // that are for a name of a gateway which is not in `visited`.
  void measure(const Context& context, SettingsLoader& loader, const std::set<std::string>& visited,
               Batch& out);

 private:
  struct Source {
    std::string path;
    std::vector<std::string> hosts;  // not empty: of interest only if it is for one of these
    Result<std::string> pem;
  };
  struct Known {
    std::uint64_t digest = 0;  // of the file's content and the hosts
    Result<host::CertificateDates> dates;
  };

  static void add_configured(const Context& context, std::vector<Source>& sources);
  static void add_gateway(const Context& context, const Home& home, const std::string& setting,
                          std::vector<Source>& sources);
  static void add_letsencrypt(const Context& context, const std::vector<std::string>& hosts,
                              std::vector<Source>& sources);
  // Parses what is new.
  [[nodiscard]] Result<> update(const Context& context, const std::vector<Source>& sources);

  std::map<std::string, Known> known_;  // by path
};

}  // namespace clawvigil::tls
