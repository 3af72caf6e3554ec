#include "collectors/tls/authorities.h"

#include <array>
#include <string_view>

namespace clawvigil::tls {

namespace {

constexpr std::size_t kMaxBundle = 4UL * 1024 * 1024;
constexpr std::size_t kMaxOwn = 256UL * 1024;

}  // namespace

Result<std::string> system_authorities(const host::Root& root) {
  constexpr std::array<std::string_view, 4> kBundles{
      "/etc/ssl/certs/ca-certificates.crt",  // Debian, Ubuntu, Arch, Alpine
      "/etc/pki/tls/certs/ca-bundle.crt",    // Fedora, RHEL
      "/etc/ssl/ca-bundle.pem",              // SUSE
      "/etc/ssl/cert.pem",
  };
  for (const std::string_view path : kBundles) {
    auto bundle = root.read_system_file(path, kMaxBundle);
    if (bundle || bundle.error().code != Errc::not_found) return bundle;
  }
  return fail(Errc::not_found,
              "this host knows no certificate authorities; run: apt-get install ca-certificates");
}

Result<std::string> authorities_with(const host::Root& root, const Result<std::string>& system,
                                     const std::string& ca_file) {
  if (ca_file.empty()) return system;
  TRY_ASSIGN(const std::string own, root.read_system_file(ca_file, kMaxOwn));
  if (!system && system.error().code != Errc::not_found) return system;
  return system ? *system + "\n" + own : own;
}

}  // namespace clawvigil::tls
