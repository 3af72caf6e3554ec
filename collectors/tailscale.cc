#include "collectors/tailscale.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "collectors/openclaw_settings.h"
#include "collectors/parse/tailscale.h"
#include "collectors/tailscale_families.h"
#include "exporter/host/http_probe.h"
#include "exporter/host/interfaces.h"

namespace clawvigil {

namespace {

using namespace tailscale_families;
using parse::TailscaleServed;

constexpr std::string_view kSocket = "tailscaled.sock";
// Of the packages for Debian, and of the snap.
constexpr std::array<std::string_view, 2> kSocketDirectories = {
    "/run/tailscale", "/var/snap/tailscale/common/socket"};
constexpr std::string_view kStateDirectory = "/var/lib/tailscale";
constexpr std::string_view kInterface = "tailscale";
// The name tailscaled insists on, so that no web page can ask it.
constexpr std::string_view kHost = "local-tailscaled.sock";
constexpr std::string_view kToGateway = "gateway";
constexpr std::string_view kElsewhere = "other";

// What tailscaled answers to one question.
Result<std::string> ask(const host::Dir& directory, std::string_view question) {
  TRY_ASSIGN(host::ProbeReply reply,
             host::probe_unix(directory, kSocket, kHost, "/localapi/v0/" + std::string(question)));
  constexpr int kOk = 200;
  constexpr int kForbidden = 403;
  if (reply.status == kOk) return std::move(reply.body);
  return fail(reply.status == kForbidden ? Errc::denied : Errc::unsupported,
              "tailscaled answers " + std::to_string(reply.status));
}

// The directory of the socket; not_found when there is none.
Result<host::Dir> socket_directory(const host::Root& root) {
  for (const std::string_view path : kSocketDirectories) {
    auto directory = root.anchor(path);
    if (directory && directory->stat(kSocket)) return directory;
  }
  return fail(Errc::not_found, "tailscaled has no socket at a usual place");
}

bool leads_to(const TailscaleServed& served, const std::vector<std::uint16_t>& gateway) {
  return served.target && std::ranges::find(gateway, *served.target) != gateway.end();
}

class TailscaleCollector final : public Collector {
 public:
  [[nodiscard]] const CollectorInfo& info() const override { return kTailscaleInfo; }

  Result<> collect(const Context& context, Batch& out) override {
    const Needs needs = read_homes(context, out);
    const auto directory = socket_directory(context.root);
    const auto answer = directory ? ask(*directory, "status?peers=false")
                                  : Result<std::string>(std::unexpected(directory.error()));
    if (answer) {
      export_daemon(*directory, *answer, needs.ports, out);
    } else {
      export_without_daemon(context, answer.error(), needs.tailnet, out);
    }
    return {};
  }

 private:
  struct Needs {
    std::vector<std::uint16_t> ports;  // of all gateways
    bool tailnet = false;              // some gateway is only reached through it
  };

  Needs read_homes(const Context& context, Batch& out) {
    Needs needs;
    for (const Home& home : context.homes) {
      const auto settings = loader_.load(home);
      if (!settings) {
        out.unknown(settings.error(), {kMode.name()});
        continue;
      }
      const std::vector<std::uint16_t> ports = gateway_ports(**settings);
      needs.ports.insert(needs.ports.end(), ports.begin(), ports.end());
      const auto& mode = (*settings)->gateway.tailscale_mode;
      const auto& bind = (*settings)->gateway.bind;
      if (mode.known) {
        out.set(kMode, 1, home.label, mode.value);
      } else {
        out.unknown({Errc::not_found, home.label + ": gateway.tailscale.mode cannot be told"},
                    {kMode.name()});
      }
      const bool served = mode.known && (mode.value == "serve" || mode.value == "funnel");
      needs.tailnet = needs.tailnet || served || (bind.known && bind.value == "tailnet");
    }
    return needs;
  }

  static void export_daemon(const host::Dir& directory, std::string_view answer,
                            const std::vector<std::uint16_t>& gateway, Batch& out) {
    const auto status = parse::parse_tailscale_status(answer);
    if (!status) return out.unknown(status.error(), names_of(kMetrics));
    out.set(kUp, status->running && !status->expired ? 1 : 0);
    if (status->key_expiry) out.set(kExpiry, to_unix_seconds(*status->key_expiry));
    const auto text = ask(directory, "serve-config");
    const auto served = text ? parse::parse_tailscale_serve(*text)
                             : Result<std::vector<TailscaleServed>>(std::unexpected(text.error()));
    if (!served) return out.unknown(served.error(), {kServe.name(), kFunnel.name()});
    export_served(*served, gateway, out);
  }

  static void export_served(const std::vector<TailscaleServed>& all,
                            const std::vector<std::uint16_t>& gateway, Batch& out) {
    for (const std::string_view target : {kToGateway, kElsewhere}) {
      out.set(kServe, 0, target);
      out.set(kFunnel, 0, target);
    }
    for (const TailscaleServed& served : all) {
      const std::string_view target = leads_to(served, gateway) ? kToGateway : kElsewhere;
      out.set(kServe, 1, target);
      if (served.funnel) out.set(kFunnel, 1, target);
    }
  }

  static void export_without_daemon(const Context& context, const Error& why, bool needed,
                                    Batch& out) {
    const auto interface = host::interface_state(kInterface);
    if (!interface) return out.unknown(interface.error(), names_of(kMetrics));
    const auto state = context.root.anchor(kStateDirectory);
    const bool installed = why.code != Errc::not_found || interface->exists ||
                           (state && state->stat("tailscaled.state"));
    if (!installed && !needed) return;  // this host has no Tailscale
    const bool up = interface->up && interface->tailnet_address;
    out.set(kUp, up ? 1 : 0);
    if (up || why.code != Errc::not_found) {
      out.unknown({why.code, "tailscaled cannot be asked: " + why.message}, names_of(kFromDaemon));
    } else {
      export_served({}, {}, out);  // it does not run
    }
  }

  SettingsLoader loader_;
};

}  // namespace

const CollectorInfo kTailscaleInfo{
    "tailscale",
    "Asks tailscaled on its local socket what it serves and until when its key is valid; reads "
    "gateway.tailscale of openclaw.json.",
    std::chrono::seconds(30),
    std::chrono::seconds(10),
    std::chrono::minutes(5),
    kMetrics};

std::unique_ptr<Collector> make_tailscale_collector() {
  return std::make_unique<TailscaleCollector>();
}

}  // namespace clawvigil
