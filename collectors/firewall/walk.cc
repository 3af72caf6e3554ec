#include "collectors/firewall/walk.h"

#include <algorithm>

namespace clawvigil::firewall {

namespace {

constexpr std::size_t kMaxDepth = 16;  // the kernel's own (NFT_JUMP_STACK_SIZE)

void merge(Outcome& to, const Outcome& from) {
  to.received.add(from.received);
  to.forwarded.add(from.forwarded);
  to.dropped.add(from.dropped);
}

PortSet together(const Match& match) {
  PortSet out = match.certain;
  out.add(match.possible);
  return out;
}

// An ingress chain sees the packets of its devices only; nullopt: it is not said which those are,
// or whether the table is awake.
std::optional<bool> sees(const Table& table, const BaseChain& base, const Packet& packet) {
  if (table.perhaps_asleep) return std::nullopt;
  if (base.hook != Hook::ingress) return true;
  if (!base.devices || packet.in_interface.empty()) return std::nullopt;
  return std::ranges::find(*base.devices, packet.in_interface) != base.devices->end();
}

bool depends_on_port(const Lookup& lookup) {
  return std::ranges::find(lookup.keys, Field::destination_port, &Key::field) != lookup.keys.end();
}

}  // namespace

void Walk::note(std::string_view reason) {
  if (reasons_.size() < kMaxReasons) reasons_.emplace(reason);
}

std::vector<Walk::Stage> Walk::stages(Hook hook, IpFamily family) const {
  std::vector<Stage> out;
  for (const Table& table : ruleset_.tables) {
    if (!(family == IpFamily::ipv4 ? table.ipv4 : table.ipv6)) continue;
    for (const auto& [name, chain] : table.chains) {
      if (chain.base && chain.base->hook == hook) out.push_back({&table, &chain});
    }
  }
  std::ranges::stable_sort(out, {}, [](const Stage& stage) { return stage.chain->base->priority; });
  return out;
}

Result<Outcome> Walk::follow(Packet packet, const PortSet& ports) {
  return before_routing(std::move(packet), ports, 0);
}

// From the stage `from` of ingress and prerouting on.
Result<Outcome> Walk::before_routing(Packet packet, PortSet ports, std::size_t from) {
  std::vector<Stage> all = stages(Hook::ingress, packet.family);
  std::ranges::copy(stages(Hook::prerouting, packet.family), std::back_inserter(all));
  Outcome out;
  for (std::size_t i = from; i < all.size() && !ports.empty(); ++i) {
    if (all[i].chain->base->translates && packet.translated) continue;  // once is all
    TRY_ASSIGN(ChainResult result, base_chain(all[i], packet, std::move(ports)));
    for (const Translated& group : result.translated) {
      TRY_ASSIGN(const Outcome changed, translate(packet, group, i + 1));
      merge(out, changed);
    }
    out.dropped.add(result.dropped);
    ports = std::move(result.accepted);
  }
  TRY_ASSIGN(const Outcome rest, after_routing(packet, std::move(ports)));
  merge(out, rest);
  return out;
}

Result<Outcome> Walk::translate(Packet packet, const Translated& group, std::size_t from) {
  packet.translated = true;
  if (group.to->address) {
    packet.destination = group.to->address;
    packet.to_this_host = is_own_(packet.family, *group.to->address);
  }
  if (!group.to->port) return before_routing(packet, group.ports, from);
  TRY_ASSIGN(const Outcome changed,
             before_routing(packet, PortSet(*group.to->port, *group.to->port), from));
  Outcome out;
  if (!changed.received.empty()) out.received = group.ports;
  if (!changed.forwarded.empty()) out.forwarded = group.ports;
  if (!changed.dropped.empty()) out.dropped = group.ports;
  return out;
}

Result<Outcome> Walk::after_routing(Packet packet, PortSet ports) {
  Outcome out;
  if (ports.empty()) return out;
  Hook hook = Hook::input;
  if (!packet.to_this_host) {
    hook = Hook::forward;
    const auto route = find_route_(packet.family, packet.destination.value_or(Number()));
    if (!route) {
      out.dropped = std::move(ports);
      return out;
    }
    packet.out_interface = *route;
  }
  for (const Stage& stage : stages(hook, packet.family)) {
    TRY_ASSIGN(ChainResult result, base_chain(stage, packet, std::move(ports)));
    out.dropped.add(result.dropped);
    ports = std::move(result.accepted);
    // Only in prerouting a translation changes where a packet from outside goes.
    for (const Translated& group : result.translated) ports.add(group.ports);
  }
  (packet.to_this_host ? out.received : out.forwarded) = std::move(ports);
  return out;
}

Result<Walk::ChainResult> Walk::base_chain(const Stage& stage, Packet& packet, PortSet ports) {
  const BaseChain& base = *stage.chain->base;
  const auto seen = sees(*stage.table, base, packet);
  if (seen == false) {
    ChainResult untouched;
    untouched.accepted = std::move(ports);
    return untouched;
  }
  const PortSet before = ports;
  TRY_ASSIGN(ChainResult result, chain(*stage.table, *stage.chain, packet, std::move(ports), 0));
  (base.drops ? result.dropped : result.accepted).add(result.through);
  result.through = {};
  if (!seen && !result.dropped.empty()) {
    note(stage.table->perhaps_asleep ? "a table with flags that nft does not name"
                                     : "a chain of ingress whose device is not known");
    result.accepted = before;
  }
  return result;
}

// What does not depend on the port is asked first: most rules are for other senders.
Match Walk::conditions(const Rule& rule, const Packet& packet, const PortSet& ports) {
  static const PortSet any_port(1, 1);
  bool certain = true;
  for (const Lookup& condition : rule.conditions) {
    if (depends_on_port(condition)) continue;
    const Match now = match(condition, packet, any_port);
    if (now.certain.empty() && now.possible.empty()) return {};
    certain = certain && !now.certain.empty();
  }
  Match out;
  bool first = true;
  for (const Lookup& condition : rule.conditions) {
    if (!depends_on_port(condition)) continue;
    const Match now = match(condition, packet, first ? ports : together(out));
    if (first) {
      out = now;
    } else {
      PortSet possible = out.certain.common(now.possible);
      possible.add(out.possible.common(together(now)));
      out.certain = out.certain.common(now.certain);
      out.possible = std::move(possible);
    }
    first = false;
    if (out.certain.empty() && out.possible.empty()) return out;
  }
  if (first) out.certain = ports;
  if (!certain) {
    out.possible = together(out);
    out.certain = {};
  }
  if (!out.possible.empty()) note_conditions(rule, packet);
  return out;
}

void Walk::note_conditions(const Rule& rule, const Packet& packet) {
  for (const Lookup& condition : rule.conditions) {
    for (const Key& key : condition.keys) {
      const bool in = key.field == Field::in_interface && packet.in_interface.empty();
      const bool way_out = key.field == Field::out_interface && packet.out_interface.empty();
      if (key.field == Field::opaque) note(key.name);
      if (in || way_out) note("interfaces whose names are not known");
      if (key.field == Field::destination && !packet.destination) note("this host's addresses");
      if (key.field == Field::mark && !packet.mark_known) note("marks set by rules");
      if (key.field == Field::state && !packet.state_known) note("connections not tracked");
    }
  }
}

Result<Walk::ChainResult> Walk::chain(const Table& table, const Chain& chain, Packet& packet,
                                      PortSet ports, std::size_t depth) {
  ChainResult out;
  for (const Rule& rule : chain.rules) {
    if (ports.empty()) break;
    if (budget_ == 0) return fail(Errc::too_large, "the ruleset takes too long to evaluate");
    --budget_;
    const Match matched = conditions(rule, packet, ports);
    if (matched.certain.empty() && matched.possible.empty()) continue;
    if (rule.changes_mark) packet.mark_known = false;
    if (rule.untracks) packet.state_known = false;
    if (!rule.verdict_map) {
      TRY(apply(table, rule.verdict, matched, packet, ports, out, depth));
      continue;
    }
    TRY(apply_map(table, *rule.verdict_map, matched, packet, ports, out, depth));
  }
  out.through.add(ports);
  return out;
}

// The elements are tried one by one; that for all the rest ("*") when the others are through.
Result<> Walk::apply_map(const Table& table, const Lookup& map, const Match& matched,
                         Packet& packet, PortSet& ports, ChainResult& out, std::size_t depth) {
  if (!applies(map.keys, packet)) return {};
  const auto is_rest = [](const Element& element) {
    return std::ranges::all_of(element.patterns, [](const Pattern& pattern) {
      return pattern.kind == Pattern::Kind::anything;
    });
  };
  PortSet open = together(matched);
  for (const bool rest : {false, true}) {
    const PortSet asked = open;
    for (const Element& element : map.elements->list) {
      if (is_rest(element) != rest || element.patterns.size() != map.keys.size()) continue;
      Match chosen = match_element(map.keys, element, packet, asked);
      open.remove(chosen.certain);
      PortSet possible = chosen.certain.common(matched.possible);
      possible.add(chosen.possible);
      chosen.certain = chosen.certain.common(matched.certain);
      chosen.possible = std::move(possible);
      TRY(apply(table, element.verdict, chosen, packet, ports, out, depth));
    }
  }
  return {};
}

// Moves the matched ports to where the verdict sends them; the certain ones leave `ports`.
Result<> Walk::apply(const Table& table, const Verdict& verdict, const Match& matched,
                     Packet& packet, PortSet& ports, ChainResult& out, std::size_t depth) {
  using Kind = Verdict::Kind;
  const PortSet all = together(matched);
  if (all.empty() || verdict.kind == Kind::proceed) return {};
  if (verdict.kind == Kind::jump || verdict.kind == Kind::go_to) {
    const auto target = table.chains.find(verdict.chain);
    if (target != table.chains.end() && depth + 1 < kMaxDepth) {
      TRY_ASSIGN(ChainResult inner, chain(table, target->second, packet, all, depth + 1));
      ports.remove(matched.certain);
      (verdict.kind == Kind::jump ? ports : out.through).add(inner.through);
      out.accepted.add(inner.accepted);
      out.dropped.add(inner.dropped);
      std::ranges::move(inner.translated, std::back_inserter(out.translated));
      return {};
    }
  }
  switch (verdict.kind) {
    case Kind::accept:
      out.accepted.add(all);
      break;
    case Kind::drop:
      out.dropped.add(all);
      break;
    case Kind::leave:
      out.through.add(all);
      break;
    case Kind::translate:
      out.translated.push_back({all, &verdict});
      break;
    default:
      note(verdict.name.empty() ? "chain " + verdict.chain : verdict.name);
      out.accepted.add(all);
      out.dropped.add(all);
      return {};
  }
  ports.remove(matched.certain);
  return {};
}

}  // namespace clawvigil::firewall
