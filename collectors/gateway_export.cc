#include "collectors/gateway_export.h"

#include <array>
#include <cstddef>
#include <string>

#include "collectors/gateway_families.h"
#include "collectors/parse/secret_strength.h"

namespace clawvigil {

namespace {

using namespace gateway_families;

constexpr std::size_t kMaxVersion = 32;  // "2026.7.2-beta.1"; anything longer is not a version

struct NamedSecret {
  std::string_view kind;
  const SecretSetting& secret;
  bool needed;  // its absence from what we can read leaves something unknown
};

void export_secrets(std::string_view home, const OpenClawSettings& settings, Batch& out) {
  const GatewaySettings& gateway = settings.gateway;
  const std::array<NamedSecret, 3> secrets = {{
      {"token", gateway.token, gateway.auth_mode.value == "token"},
      {"password", gateway.password, gateway.auth_mode.value == "password"},
      {"hooks_token", settings.hooks_token, settings.hooks_enabled.value},
  }};
  for (const NamedSecret& named : secrets) {
    if (named.secret.value.empty()) {
      if (named.needed || named.secret.source == SecretSource::unresolved) {
        out.unknown({Errc::not_found, std::string(home) + ": the value of the gateway's " +
                                          std::string(named.kind) + " is not in its files"},
                    {kWeak.name()});
      }
      continue;
    }
    bool weak = is_weak_secret(named.secret.value);
    for (const NamedSecret& other : secrets) {
      weak =
          weak || (other.kind != named.kind && same_secret(other.secret.value, named.secret.value));
    }
    out.set(kWeak, weak ? 1 : 0, home, named.kind);
  }
}

// Says why a family is absent.
template <class T>
bool is_known(const Setting<T>& setting, std::string_view home, std::string_view key,
              std::string_view family, Batch& out) {
  if (!setting.known) {
    out.unknown({Errc::not_found, std::string(home) + ": the value of " + std::string(key) +
                                      " cannot be told from its files"},
                {family});
  }
  return setting.known;
}

}  // namespace

void export_gateway_settings(std::string_view home, const OpenClawSettings& settings, Batch& out) {
  const GatewaySettings& gateway = settings.gateway;
  if (parse_openclaw_version(settings.version) && settings.version.size() <= kMaxVersion) {
    out.set(kVersion, 1, home, settings.version);
  }
  if (is_known(gateway.bind, home, "gateway.bind", kBind.name(), out)) {
    out.set(kBind, 1, home, gateway.bind.value);
  }
  if (is_known(gateway.auth_mode, home, "gateway.auth.mode", kAuth.name(), out)) {
    out.set(kAuth, 1, home, gateway.auth_mode.value);
  }
  export_secrets(home, settings, out);
  for (const InsecureFlag& flag : gateway.insecure_flags) {
    if (flag.on.known || flag.on.value) out.set(kInsecure, flag.on.value ? 1 : 0, home, flag.name);
  }
  out.set(kRateLimit, gateway.rate_limit_configured ? 1 : 0, home);
  if (is_known(gateway.trusted_proxies, home, "gateway.trustedProxies", kProxies.name(), out)) {
    out.set(kProxies, static_cast<double>(gateway.trusted_proxies.value.size()), home);
  }
}

}  // namespace clawvigil
