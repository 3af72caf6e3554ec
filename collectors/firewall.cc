#include "collectors/firewall.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "collectors/firewall/digest.h"
#include "collectors/firewall/expected_ports.h"
#include "collectors/firewall/network.h"
#include "collectors/firewall/published.h"
#include "collectors/firewall/reach.h"
#include "collectors/firewall/rows.h"
#include "collectors/firewall/sources.h"
#include "collectors/firewall_families.h"
#include "collectors/openclaw_settings.h"
#include "collectors/probe_reading.h"
#include "exporter/base/digits.h"
#include "exporter/base/strings.h"
#include "exporter/base/whole_seconds.h"
#include "exporter/collect/event_ledger.h"
#include "exporter/store/keyed_hash.h"

namespace clawvigil {

namespace {

using namespace firewall_families;

constexpr Duration kOldestReport = std::chrono::minutes(20);  // ten times the timer's period
constexpr std::string_view kProbe = "nftables";
constexpr std::string_view kUfw = "ufw";

// What was found out, and from what. Kept while neither report nor network change.
struct Judgement {
  std::string_view backend;
  firewall::Reach reach;
  std::optional<std::string> digest;  // nullopt: the rules were not seen whole
};

std::string reasons_of(const firewall::Reach& reach) {
  const std::vector<std::string_view> parts(reach.reasons.begin(), reach.reasons.end());
  return sanitize(join(parts, ", "), 256);
}

class FirewallCollector final : public Collector {
 public:
  explicit FirewallCollector(GatewayPorts gateway_ports) : gateways_(std::move(gateway_ports)) {}
  [[nodiscard]] const CollectorInfo& info() const override { return kFirewallInfo; }

  Result<> collect(const Context& context, Batch& out) override {
    TRY(open(context));
    TRY_ASSIGN(const auto expected, firewall::ExpectedPorts::read(context));
    const firewall::IsExpected is_expected = [&](std::string_view protocol, std::uint16_t port) {
      return expected.contains(protocol, port);
    };
    const firewall::Network network = firewall::read_network(context.root);
    if (const auto judged = judge(context, network); !judged) {
      forget();
      out.unknown(judged.error(), {kActive.name(), kDefaultDeny.name(), kAllowedPort.name(),
                                   kChanged.name(), kGatewayPort.name()});
      return proxied(context, network, is_expected, out);
    }
    export_reach(is_expected, out);
    export_gateways(context, out);
    TRY(export_change(context, out));
    if (judgement_->backend == kUfw) return proxied(context, network, is_expected, out);
    export_published(is_expected, out);
    return {};
  }

 private:
  Result<> open(const Context& context) {
    if (!ledger_) {
      TRY_ASSIGN(ledger_, EventLedger::open(context.store, "firewall"));
    }
    if (!hash_) {
      TRY_ASSIGN(hash_, store::KeyedHash::open(context.store));
    }
    return {};
  }

  void forget() {
    judgement_.reset();
    judged_report_.reset();
  }

  Result<> judge(const Context& context, const firewall::Network& network) {
    auto report = read_probe(context, kProbe, kOldestReport);
    if (report) {
      if (judgement_ && judged_report_ == report->taken && network_ == network) return {};
      TRY_ASSIGN(const firewall::Ruleset ruleset, firewall::ruleset_of(*report));
      TRY(evaluate(ruleset, kProbe, network));
      judged_report_ = report->taken;
      return {};
    }
    const auto ufw = firewall::read_ufw(context.root);
    if (ufw) return evaluate(*ufw, kUfw, network);
    if (ufw.error().code != Errc::not_found) return std::unexpected(ufw.error());
    Error error = std::move(report).error();
    error.message += "; " + ufw.error().message;
    return std::unexpected(std::move(error));
  }

  Result<> evaluate(const firewall::Ruleset& ruleset, std::string_view backend,
                    const firewall::Network& network) {
    forget();
    TRY_ASSIGN(firewall::Reach reach, firewall::evaluate(ruleset, network));
    const bool whole = std::ranges::none_of(ruleset.tables, &firewall::Table::has_hidden_rules);
    std::optional<std::string> digest;
    if (whole) digest = hash_->hex_digest("firewall rules", firewall::rules_text(ruleset));
    judgement_ = Judgement{backend, std::move(reach), std::move(digest)};
    network_ = network;
    return {};
  }

  void export_reach(const firewall::IsExpected& is_expected, Batch& out) const {
    const firewall::Reach& reach = judgement_->reach;
    const std::string_view backend = judgement_->backend;
    std::vector<std::string_view> unclear;
    if (reach.filters) {
      out.set(kActive, *reach.filters ? 1 : 0, backend);
    } else {
      unclear.push_back(kActive.name());
    }
    const auto family = [&](const firewall::FamilyReach& of, std::string_view name) {
      if (!of.from_internet) return;
      const auto& [tcp, udp] = of.denies_by_default;
      if (tcp == false || udp == false) {
        out.set(kDefaultDeny, 0, name);
      } else if (tcp && udp) {
        out.set(kDefaultDeny, 1, name);
      } else {
        unclear.push_back(kDefaultDeny.name());
      }
    };
    family(reach.ipv4, "ipv4");
    family(reach.ipv6, "ipv6");
    auto rows = firewall::allowed_ports(reach, is_expected);
    std::ranges::stable_partition(rows, [](const auto& row) { return !row.expected; });
    for (const firewall::PortRow& row : rows) {
      out.set(kAllowedPort, 1, row.protocol, row.port, firewall::to_string(row.audience),
              row.expected ? "true" : "false");
    }
    if (firewall::has_unclear_ports(reach)) unclear.push_back(kAllowedPort.name());
    if (unclear.empty()) return;
    out.unknown({Errc::unsupported, "some rules cannot be judged: " + reasons_of(reach)},
                std::move(unclear));
  }

  void export_published(const firewall::IsExpected& is_expected, Batch& out) const {
    const firewall::Reach& reach = judgement_->reach;
    if (firewall::has_unclear_forwarding(reach)) {
      out.unknown(
          {Errc::unsupported, "some rules of forwarding cannot be judged: " + reasons_of(reach)},
          {kPublished.name(), kPublishedPort.name()});
    } else {
      out.set(kPublished, static_cast<double>(firewall::count_published(reach)));
    }
    auto rows = firewall::published_ports(reach, is_expected);
    std::ranges::stable_partition(rows, [](const auto& row) { return !row.expected; });
    for (const firewall::PortRow& row : rows) {
      out.set(kPublishedPort, 1, row.protocol, row.port, firewall::to_string(row.audience),
              row.expected ? "true" : "false");
    }
  }

  // Without the kernel's rules: what docker-proxy's sockets give away. Their absence proves nothing
  // where there are containers, as Docker can do without them.
  Result<> proxied(const Context& context, const firewall::Network& network,
                   const firewall::IsExpected& is_expected, Batch& out) {
    if (!network.interfaces.empty() && !firewall::has_containers(network)) {
      out.set(kPublished, 0);
      return {};
    }
    std::vector<host::Listener> listeners;
    if (!network.interfaces.empty()) {
      TRY_ASSIGN(listeners, firewall::proxied_listeners(context, cgroups_));
    }
    for (const host::Listener& listener : listeners) {
      const std::string_view protocol = listener.protocol == host::Protocol::tcp ? "tcp" : "udp";
      out.set(kPublishedPort, 1, protocol, std::to_string(listener.port), "any",
              is_expected(protocol, listener.port) ? "true" : "false");
    }
    out.unknown({Errc::not_found,
                 "which ports Docker publishes only the kernel's rules tell; run: sudo clawvigil "
                 "probe nftables"},
                {kPublished.name(), kPublishedPort.name()});
    return {};
  }

  void export_gateways(const Context& context, Batch& out) {
    const auto listeners = host::list_tcp_listeners();
    if (!listeners) {
      out.unknown(listeners.error(), {kGatewayPort.name()});
      return;
    }
    const std::vector<GatewayHints> hints =
        gateways_.of(context.homes, *listeners, context.now.steady);
    for (std::size_t i = 0; i < hints.size(); ++i) {
      firewall::PortSet ports;
      for (const std::uint16_t port : hints[i].ports) ports.add(firewall::PortRange{port, port});
      for (const std::uint16_t port : hints[i].own_ports)
        ports.add(firewall::PortRange{port, port});
      const auto open = firewall::reaches_any(judgement_->reach, ports);
      if (open) {
        out.set(kGatewayPort, *open ? 1 : 0, context.homes[i].label);
      } else {
        out.unknown({Errc::unsupported, context.homes[i].label + ": some rules cannot be judged: " +
                                            reasons_of(judgement_->reach)},
                    {kGatewayPort.name()});
      }
    }
  }

  // "DIGEST SECONDS": the rules as last seen, and when they changed; SECONDS is "-" before the
  // first change. Files of ufw and rules of the kernel are never compared with each other.
  Result<> export_change(const Context& context, Batch& out) {
    const std::string source = "rules/" + std::string(judgement_->backend);
    const auto before = ledger_->position(source);
    std::string changed = "-";
    std::string digest;
    if (before) {
      const std::size_t blank = std::min(before->find(' '), before->size() - 1);
      digest = before->substr(0, blank);
      changed = before->substr(blank + 1);
    }
    if (judgement_->digest && *judgement_->digest != digest) {
      if (before) changed = std::to_string(to_whole_seconds(context.now.wall));
      TRY(ledger_->set_position(source, *judgement_->digest + " " + changed));
      if (const auto kept = ledger_->commit(context.store); !kept) {
        out.unknown(kept.error(), {kChanged.name()});
      }
    }
    if (!judgement_->digest) {
      out.unknown({Errc::unsupported, "iptables did not show its rules to the probe"},
                  {kChanged.name()});
    }
    if (const auto seconds = parse_integer<std::int64_t>(changed)) {
      out.set(kChanged, static_cast<double>(*seconds));
    }
    return {};
  }

  GatewayHintsCache gateways_;
  host::CgroupIndex cgroups_;
  std::optional<EventLedger> ledger_;
  std::optional<store::KeyedHash> hash_;
  std::optional<Judgement> judgement_;
  std::optional<SystemTime> judged_report_;
  firewall::Network network_;
};

}  // namespace

constexpr CollectorInfo kFirewallInfo{
    .name = "firewall",
    .summary =
        "Which ports the packet filter opens to whom, by the probe nftables or ufw's files, "
        "and which Docker publishes past it.",
    .interval = std::chrono::minutes(1),
    .deadline = std::chrono::seconds(15),
    .max_age = std::chrono::minutes(5),
    .metrics = kMetrics,
};

std::unique_ptr<Collector> make_firewall_collector(GatewayPorts gateway_ports) {
  return std::make_unique<FirewallCollector>(std::move(gateway_ports));
}

std::unique_ptr<Collector> make_firewall_collector() {
  return make_firewall_collector([loader = std::make_shared<SettingsLoader>()](const Home& home) {
    return gateway_ports(*loader->load_or_default(home));
  });
}

}  // namespace clawvigil
