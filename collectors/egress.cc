#include "collectors/egress.h"

#include <algorithm>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "collectors/egress/destination.h"
#include "collectors/egress/inbound.h"
#include "collectors/egress/known_destinations.h"
#include "collectors/egress/places.h"
#include "collectors/egress/tally.h"
#include "collectors/egress_families.h"
#include "collectors/openclaw_settings.h"
#include "exporter/collect/event_ledger.h"
#include "exporter/store/keyed_hash.h"

namespace clawvigil {

namespace {

using namespace egress_families;
using host::Scope;

constexpr Duration kForgetEvery = std::chrono::hours(1);

std::string_view ports_label(bool usual) { return usual ? "usual" : "unusual"; }

bool can_own_connections(const GatewayPlace& place) {
  return place.by == GatewayPlace::By::unit || place.by == GatewayPlace::By::user;
}

class EgressCollector final : public Collector {
 public:
  explicit EgressCollector(GatewayPorts gateway_ports) : hints_(std::move(gateway_ports)) {}
  [[nodiscard]] const CollectorInfo& info() const override { return kEgressInfo; }

  Result<> collect(const Context& context, Batch& out) override {
    if (context.homes.empty()) return {};
    TRY(prepare(context.store));
    TRY_ASSIGN(const std::vector<host::Listener> listeners, host::list_tcp_listeners());
    const auto hints = hints_.of(context.homes, listeners, context.now.steady);
    const auto places = places_.of(context, listeners, hints);
    inbound_.begin(listeners);
    TRY_ASSIGN(std::vector<EgressTally> tallies, tally(context, places, hints));
    for (std::size_t home = 0; home < places.size(); ++home) {
      TRY(export_home(context, context.homes[home].label, places[home], std::move(tallies[home]),
                      out));
    }
    forget(context);
    // What could not be saved is still counted; the next run tries again.
    if (const auto saved = ledger_->commit(context.store); !saved) {
      out.unknown({saved.error().code, "not saved: " + saved.error().message}, {kLearning.name()});
    }
    return {};
  }

 private:
  Result<> prepare(store::Store& store) {
    if (ledger_) return {};
    TRY_ASSIGN(hash_, store::KeyedHash::open(store));
    TRY_ASSIGN(ledger_, EventLedger::open(store, "egress"));
    return {};
  }

  // What each place has open, read only when there is one to have something.
  Result<std::vector<EgressTally>> tally(const Context& context,
                                         std::span<const GatewayPlace> places,
                                         std::span<const GatewayHints> hints) {
    std::vector<EgressTally> tallies(places.size());
    if (std::ranges::none_of(places, can_own_connections)) return tallies;
    TRY(host::for_each_connection([&](const host::Connection& connection) {
      const auto homes = places_.owners_of(connection, places, hints, context);
      if (homes.empty() || inbound_.is_inbound(connection)) return;
      for (const std::size_t home : homes) {
        tallies[home].add(connection, context.config.egress.ports);
      }
    }));
    return tallies;
  }

  Result<> export_home(const Context& context, const std::string& home, const GatewayPlace& place,
                       EgressTally tally, Batch& out) {
    out.set(kPolicy, 1, home, context.config.egress.local_models_only ? "local_only" : "open");
    declare(home);
    if (place.by == GatewayPlace::By::elsewhere) {
      out.unknown(
          {Errc::unsupported,
           home + ": the gateway runs, but has no socket in this network namespace, as in a "
                  "container; what it connects to cannot be seen from here"},
          names_of(kFromSockets));
      before_.erase(home);
    } else {
      if (place.by == GatewayPlace::By::unit) out.set(kAttribution, 1, home, "unit");
      if (place.by == GatewayPlace::By::user) out.set(kAttribution, 1, home, "user");
      TRY(count(home, tally, context.now.wall));
      export_open(home, tally, out);
      before_.insert_or_assign(home, std::move(tally));
    }
    ledger_->export_to(kOpened, out, home);
    ledger_->export_to(kNew, out, home);
    if (const auto end = learning_end(*ledger_, home)) {
      out.set(kLearning, to_unix_seconds(*end), home);
    }
    return {};
  }

  void declare(const std::string& home) {
    for (const Scope scope : kEgressScopes) {
      ledger_->declare(kOpened, home, host::to_string(scope));
      if (scope == Scope::loopback) continue;
      for (const bool usual : {true, false}) {
        ledger_->declare(kNew, home, host::to_string(scope), ports_label(usual));
      }
    }
  }

  Result<> count(const std::string& home, const EgressTally& tally, SystemTime now) {
    for (const auto& [key, destination] : tally.destinations()) {
      TRY_ASSIGN(const bool is_new, note_destination(*ledger_, *hash_, home, key, now));
      if (!is_new) continue;
      ledger_->add(kNew, 1, home, host::to_string(destination.scope),
                   ports_label(destination.usual_port));
    }
    // The first look after a start cannot tell what is new from what was counted before.
    const auto before = before_.find(home);
    if (before == before_.end()) return {};
    for (const Scope scope : kEgressScopes) {
      ledger_->add(kOpened, static_cast<double>(tally.appeared(scope, before->second)), home,
                   host::to_string(scope));
    }
    return {};
  }

  static void export_open(const std::string& home, const EgressTally& tally, Batch& out) {
    for (const Scope scope : kEgressScopes) {
      out.set(kConnections, static_cast<double>(tally.connections(scope)), home,
              host::to_string(scope));
    }
    for (const auto& [port, connections] : tally.unusual_ports()) {
      const auto& [scope, protocol, number] = port;
      out.set(kUnusualPorts, static_cast<double>(connections), home, host::to_string(scope),
              protocol == host::Protocol::tcp ? "tcp" : "udp", std::to_string(number));
    }
  }

  void forget(const Context& context) {
    if (forgot_ && context.now.steady - *forgot_ < kForgetEvery) return;
    forgot_ = context.now.steady;
    for (const Home& home : context.homes) {
      forget_destinations(*ledger_, home.label, context.now.wall);
    }
  }

  GatewayHintsCache hints_;
  GatewayPlaces places_;
  InboundFilter inbound_;
  std::optional<store::KeyedHash> hash_;
  std::optional<EventLedger> ledger_;
  std::optional<SteadyTime> forgot_;
  std::map<std::string, EgressTally> before_;  // by home
};

}  // namespace

const CollectorInfo kEgressInfo{
    "egress",
    "Samples the connections of each gateway's unit (netlink sock_diag): how far they go, to which "
    "ports, and whether to places never seen before.",
    std::chrono::seconds(5),
    std::chrono::seconds(3),
    std::chrono::minutes(1),
    kMetrics};

std::unique_ptr<Collector> make_egress_collector(GatewayPorts gateway_ports) {
  return std::make_unique<EgressCollector>(std::move(gateway_ports));
}

std::unique_ptr<Collector> make_egress_collector() {
  return make_egress_collector([loader = std::make_shared<SettingsLoader>()](const Home& home) {
    return gateway_ports(*loader->load_or_default(home));
  });
}

}  // namespace clawvigil
