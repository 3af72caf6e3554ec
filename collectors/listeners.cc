#include "collectors/listeners.h"

#include <algorithm>
#include <array>
#include <compare>
#include <optional>
#include <set>
#include <tuple>

#include "collectors/openclaw_settings.h"
#include "exporter/host/passwd.h"
#include "exporter/store/acceptances.h"

namespace clawvigil {

namespace {

using host::Listener;
using host::Protocol;
using host::Scope;

constexpr std::size_t kMaxShown = 64;
// How late an acceptance, its end or another name of an account may show.
constexpr Duration kLookUp = std::chrono::seconds(3);

constexpr Metric kSocketInfo{MetricType::info,
                             "clawvigil_listening_socket_info",
                             "A socket others can reach: TCP in state LISTEN, UDP bound and "
                             "unconnected; beyond 64 the widest reachable ones are kept.",
                             {"protocol", "port", "scope", "unit", "user", "expected"},
                             kMaxShown};
constexpr Metric kSockets{MetricType::gauge,
                          "clawvigil_listening_sockets",
                          "Listening sockets by who can reach their address.",
                          {"protocol", "scope"}};
constexpr Metric kUnexpected{MetricType::gauge,
                             "clawvigil_listening_sockets_unexpected",
                             "Listening sockets beyond loopback that are neither accepted by the "
                             "owner nor on a port of the gateway.",
                             {"scope"}};
constexpr Metric kExposed{MetricType::gauge,
                          "clawvigil_gateway_exposed",
                          "1 if the gateway listens beyond loopback and the tailnet, by the real "
                          "socket table, whatever its configuration says.",
                          {"home"}};

constexpr std::array kMetrics{kSocketInfo.info(), kSockets.info(), kUnexpected.info(),
                              kExposed.info()};

constexpr std::array kScopes{Scope::loopback, Scope::tailnet, Scope::private_net, Scope::public_net,
                             Scope::any};
constexpr std::array kProtocols{Protocol::tcp, Protocol::udp};

constexpr std::string_view name_of(Protocol protocol) {
  return protocol == Protocol::tcp ? "tcp" : "udp";
}

// The labels of one listening_socket_info series; ordered by importance, most important first.
struct Row {
  bool expected;
  Scope scope;
  Protocol protocol;
  std::uint16_t port;
  std::string unit;
  std::string user;

  friend bool operator<(const Row& a, const Row& b) {
    return std::tie(a.expected, b.scope, a.protocol, a.port, a.unit, a.user) <
           std::tie(b.expected, a.scope, b.protocol, b.port, b.unit, b.user);
  }
};

bool is_accepted(const Listener& listener, const auto& accepted) {
  return std::ranges::any_of(accepted, [&](const auto& known) {
    return known.port == listener.port && known.protocol == name_of(listener.protocol);
  });
}

bool is_exposed(Scope scope) {
  return scope == Scope::private_net || scope == Scope::public_net || scope == Scope::any;
}

class ListenersCollector final : public Collector {
 public:
  explicit ListenersCollector(GatewayPorts gateway_ports) : hints_(std::move(gateway_ports)) {}
  [[nodiscard]] const CollectorInfo& info() const override { return kListenersInfo; }

  Result<> collect(const Context& context, Batch& out) override {
    TRY_ASSIGN(const std::vector<Listener> listeners, host::list_listeners());
    // Sockets that stay are not looked up anew each second.
    if (!looked_up_ || context.now.steady - *looked_up_ >= kLookUp || listeners != listeners_) {
      TRY(read_acceptances(context));
      accounts_.refresh(context.root);
      listeners_ = listeners;
      looked_up_ = context.now.steady;
    }
    const std::vector<GatewayHints> hints = hints_.of(context.homes, listeners, context.now.steady);
    begin(context, out);
    std::set<Row> rows;
    for (const Listener& listener : listeners) {
      rows.insert(measure(listener, hints, context, out));
    }
    for (const Row& row : rows) {
      out.set(kSocketInfo, 1, name_of(row.protocol), std::to_string(row.port),
              host::to_string(row.scope), row.unit, row.user, row.expected ? "true" : "false");
    }
    return {};
  }

 private:
  // What the owner has accepted by command. While it cannot be read, what was read last holds;
  // without any, nothing can be called unexpected.
  Result<> read_acceptances(const Context& context) {
    auto accepted = store::accepted_listeners(context.store, context.now.wall);
    if (accepted) {
      accepted_ = std::move(*accepted);
      return {};
    }
    if (accepted_) return {};
    return prefixed(std::move(accepted).error(), "accepted listeners");
  }

  // Everything that can be counted exists at 0.
  static void begin(const Context& context, Batch& out) {
    for (const Scope scope : kScopes) {
      for (const Protocol protocol : kProtocols) {
        out.set(kSockets, 0, name_of(protocol), host::to_string(scope));
      }
      if (scope != Scope::loopback) out.set(kUnexpected, 0, host::to_string(scope));
    }
    for (const Home& home : context.homes) out.set(kExposed, 0, home.label);
  }

  Row measure(const Listener& listener, std::span<const GatewayHints> hints, const Context& context,
              Batch& out) {
    const Scope scope = host::classify(listener.address);
    const SocketOwner owner = owners_.of(listener, hints, context.root, context.now.steady);
    out.add(kSockets, 1, name_of(listener.protocol), host::to_string(scope));
    if (is_exposed(scope)) {
      for (const std::size_t home : gateway_homes_of(listener, owner, hints)) {
        out.set(kExposed, 1, context.homes[home].label);
      }
    }
    const bool expected =
        scope == Scope::loopback || is_accepted(listener, context.config.listeners.accepted) ||
        is_accepted(listener, *accepted_) ||
        std::ranges::any_of(
            hints, [&](const GatewayHints& home) { return has_gateway_port(listener, home); });
    if (!expected) out.add(kUnexpected, 1, host::to_string(scope));
    return {expected,      scope,      listener.protocol,
            listener.port, owner.unit, accounts_.name_of(listener.uid)};
  }

  std::vector<Listener> listeners_;  // of the last look
  std::optional<SteadyTime> looked_up_;
  std::optional<std::vector<store::AcceptedListener>> accepted_;
  GatewayHintsCache hints_;
  SocketOwners owners_;
  host::AccountNames accounts_;
};

}  // namespace

constexpr CollectorInfo kListenersInfo{
    .name = "listeners",
    .summary =
        "Listening sockets from the kernel (netlink sock_diag), their unit and user, and "
        "whether the gateway is reachable from outside.",
    .interval = std::chrono::seconds(1),
    .deadline = std::chrono::seconds(2),
    .max_age = std::chrono::seconds(10),
    .metrics = kMetrics,
};

std::unique_ptr<Collector> make_listeners_collector(GatewayPorts gateway_ports) {
  return std::make_unique<ListenersCollector>(std::move(gateway_ports));
}

std::unique_ptr<Collector> make_listeners_collector() {
  return make_listeners_collector([loader = std::make_shared<SettingsLoader>()](const Home& home) {
    return gateway_ports(*loader->load_or_default(home));
  });
}

}  // namespace clawvigil
