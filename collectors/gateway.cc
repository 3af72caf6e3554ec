#include "collectors/gateway.h"

#include <map>
#include <string>
#include <utility>

#include "collectors/gateway_export.h"
#include "collectors/gateway_families.h"
#include "collectors/gateway_probe.h"
#include "collectors/openclaw_settings.h"

namespace clawvigil {

namespace {

using namespace gateway_families;

constexpr std::chrono::minutes kAccessProbeInterval{5};

// False if the gateway is down or cannot be asked.
bool export_health(const Home& home, const Result<GatewayHealth>& health, Batch& out) {
  if (!health) {
    out.unknown(health.error(), {kUp.name(), kReady.name(), kUnauthenticated.name()});
    return false;
  }
  out.set(kUp, health->up ? 1 : 0, home.label);
  if (health->ready) out.set(kReady, *health->ready ? 1 : 0, home.label);
  if (health->duration) out.set(kDuration, to_seconds(*health->duration), home.label);
  return health->up;
}

class GatewayCollector final : public Collector {
 public:
  explicit GatewayCollector(GatewayProber prober) : prober_(std::move(prober)) {}

  [[nodiscard]] const CollectorInfo& info() const override { return kGatewayInfo; }

  Result<> collect(const Context& context, Batch& out) override {
    for (const Home& home : context.homes) {
      TRY(context.check());
      const auto settings = loader_.load(home);
      if (!settings) {
        const bool malformed = settings.error().code == Errc::parse;
        if (malformed) out.set(kParseOk, 0, home.label);
        out.unknown(settings.error(), names_of(malformed ? kFromSettings : kMetrics));
        continue;
      }
      out.set(kParseOk, (*settings)->issues.empty() ? 1 : 0, home.label);
      for (const Error& error : (*settings)->issues) out.unknown(error);
      for (const Error& error : (*settings)->problems) out.unknown(error);
      export_gateway_settings(home.label, **settings, out);
      const GatewaySettings& gateway = (*settings)->gateway;
      if (export_health(home, prober_.health(gateway), out)) {
        export_access(home, gateway, context.now.steady, out);
      } else {
        access_.erase(home.label);  // asked again as soon as it is back
      }
    }
    return {};
  }

 private:
  struct Access {
    SteadyTime probed;
    std::string auth_mode;  // as configured then; another one asks for another look
    Result<bool> served;
  };

  void export_access(const Home& home, const GatewaySettings& gateway, SteadyTime now, Batch& out) {
    auto found = access_.find(home.label);
    const std::string& mode = gateway.auth_mode.value;
    if (found == access_.end() || found->second.auth_mode != mode ||
        now - found->second.probed >= kAccessProbeInterval) {
      Access access{now, mode, prober_.unauthenticated_access(gateway)};
      found = access_.insert_or_assign(home.label, std::move(access)).first;
    }
    const Result<bool>& served = found->second.served;
    if (served) {
      out.set(kUnauthenticated, *served ? 1 : 0, home.label);
    } else {
      out.unknown(served.error(), {kUnauthenticated.name()});
    }
  }

  GatewayProber prober_;
  SettingsLoader loader_;
  std::map<std::string, Access> access_;  // by home
};

}  // namespace

const CollectorInfo kGatewayInfo{
    "gateway",
    "Reads openclaw.json of each home and asks the gateway's health endpoints on loopback.",
    std::chrono::seconds(5),
    std::chrono::seconds(20),
    std::chrono::minutes(2),
    kMetrics};

std::unique_ptr<Collector> make_gateway_collector() {
  return make_gateway_collector({probe_health, probe_unauthenticated_access});
}

std::unique_ptr<Collector> make_gateway_collector(GatewayProber prober) {
  return std::make_unique<GatewayCollector>(std::move(prober));
}

}  // namespace clawvigil
