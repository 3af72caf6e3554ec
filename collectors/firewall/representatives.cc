#include "collectors/firewall/representatives.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <set>
#include <tuple>

#include "collectors/parse/ruleset_values.h"

namespace clawvigil::firewall {

namespace {

constexpr std::uint16_t kUsualPort = 40'000;

// Calls on_lookup(lookup, key, refuses) for each key with this field; `refuses`: whoever matches is
// dropped and that is all.
void for_each_key(const Ruleset& ruleset, Field field, std::optional<IpFamily> family,
                  const std::function<void(const Lookup&, std::size_t, bool)>& on_key) {
  const auto visit = [&](const Lookup& lookup, bool refuses) {
    for (std::size_t i = 0; i < lookup.keys.size(); ++i) {
      const Key& key = lookup.keys[i];
      if (key.field != field || (family && key.family && *key.family != *family)) continue;
      on_key(lookup, i, refuses && lookup.compare == Compare::equal);
    }
  };
  for (const Table& table : ruleset.tables) {
    if (family && !(*family == IpFamily::ipv4 ? table.ipv4 : table.ipv6)) continue;
    for (const auto& [name, chain] : table.chains) {
      for (const Rule& rule : chain.rules) {
        const bool refuses = rule.verdict.kind == Verdict::Kind::drop && !rule.verdict_map;
        for (const Lookup& lookup : rule.conditions) visit(lookup, refuses);
        if (rule.verdict_map) visit(*rule.verdict_map, false);
      }
    }
  }
}

// Calls on_range(range, index of the element) for the numbers of one key.
void for_each_range(const Lookup& lookup, std::size_t key,
                    const std::function<void(const NumberRange&, std::size_t)>& on_range) {
  for (const NumberRange& range : lookup.elements->ranges) on_range(range, 0);
  std::size_t index = 0;
  for (const Element& element : lookup.elements->list) {
    ++index;
    if (key >= element.patterns.size()) continue;
    const Pattern& pattern = element.patterns[key];
    if (pattern.kind == Pattern::Kind::number) on_range(pattern.range, index);
  }
}

struct Event {
  Number at;
  std::uint32_t condition = 0;
  bool begins = true;
};

// A spread of the bits of a small number (splitmix64), so that sets can be told by their XOR.
std::uint64_t spread(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15;
  value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9;
  value = (value ^ value >> 27) * 0x94d049bb133111eb;
  return value ^ value >> 31;
}

long double size_of(const NumberRange& range) {
  const auto width = [](std::uint64_t from, std::uint64_t to) {
    return static_cast<long double>(to) - static_cast<long double>(from);
  };
  return std::ldexp(width(range.low.high, range.high.high), 64) +
         width(range.low.low, range.high.low) + 1;
}

// Sweeps over all addresses; what lies between two events meets the same conditions.
class SourceSweep {
 public:
  SourceSweep(const Ruleset& ruleset, IpFamily family) : family_(family) {
    add_regions();
    for_each_key(ruleset, Field::source, family,
                 [&](const Lookup& lookup, std::size_t key, bool refuses) {
                   for_each_range(lookup, key, [&](const NumberRange& range, std::size_t index) {
                     add(range, condition_of({lookup.elements.get(), index, refuses}));
                   });
                 });
    std::ranges::stable_sort(events_, {}, &Event::at);
  }

  Result<std::vector<Source>> run() {
    for (std::size_t i = 0; i < events_.size();) {
      const Number at = events_[i].at;
      for (; i < events_.size() && events_[i].at == at; ++i) step(events_[i]);
      if (i == events_.size()) break;
      take({at, predecessor(events_[i].at)});
    }
    return chosen();
  }

 private:
  // The regions are the first conditions.
  enum Region : std::uint32_t { public_net, private_net, tailnet, nowhere, region_count };
  using ConditionKey = std::tuple<const Elements*, std::size_t, bool>;
  struct Kind {
    NumberRange best;
    std::size_t refusals = 0;
    long double best_size = 0;
    long double size = 0;
  };

  void add_region(const char* text, Region region) {
    const auto range = parse_address_range(text);
    if (range && range->family == family_) add(range->range, region);
  }

  void add_regions() {
    conditions_ = region_count;
    refuses_.assign(region_count, false);
    counts_.assign(region_count, 0);
    for (const char* text : {"1.0.0.0-223.255.255.255", "2000::/3"}) add_region(text, public_net);
    for (const char* text : {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16",
                             "fc00::/7", "fe80::/10"}) {
      add_region(text, private_net);
    }
    for (const char* text : {"100.64.0.0/10", "fd7a:115c:a1e0::/48"}) add_region(text, tailnet);
    add_region("127.0.0.0/8", nowhere);
  }

  static Number predecessor(const Number& number) {
    return number.low == 0 ? Number{number.high - 1, ~std::uint64_t{0}}
                           : Number{number.high, number.low - 1};
  }

  std::uint32_t condition_of(const ConditionKey& key) {
    const auto [found, is_new] = ids_.try_emplace(key, conditions_);
    if (is_new) {
      ++conditions_;
      refuses_.push_back(std::get<2>(key));
      counts_.push_back(0);
    }
    return found->second;
  }

  void add(const NumberRange& range, std::uint32_t condition) {
    const NumberRange whole = whole_range(family_);
    if (whole.high < range.low || (range.low == whole.low && range.high >= whole.high)) return;
    events_.push_back({range.low, condition, true});
    if (range.high >= whole.high) return;
    const Number after = range.high.low == ~std::uint64_t{0}
                             ? Number{range.high.high + 1, 0}
                             : Number{range.high.high, range.high.low + 1};
    events_.push_back({after, condition, false});
  }

  void step(const Event& event) {
    std::size_t& count = counts_[event.condition];
    const bool was = count != 0;
    if (event.begins) {
      ++count;
    } else if (count != 0) {
      --count;
    }
    if (was == (count != 0) || event.condition < region_count) return;
    if (refuses_[event.condition]) {
      refusals_ = was ? refusals_ - 1 : refusals_ + 1;
    } else {
      signature_ ^= spread(event.condition);
    }
  }

  void take(const NumberRange& range) {
    Region region = nowhere;
    if (counts_[public_net] != 0) region = public_net;
    if (counts_[private_net] != 0) region = private_net;
    if (counts_[tailnet] != 0) region = tailnet;
    if (counts_[nowhere] != 0 || region == nowhere) return;
    Kind& kind = kinds_[{region, signature_}];
    const long double size = size_of(range);
    kind.size += size;
    const bool better = kind.best_size == 0 || refusals_ < kind.refusals ||
                        (refusals_ == kind.refusals && size > kind.best_size);
    if (!better) return;
    kind.best = range;
    kind.best_size = size;
    kind.refusals = refusals_;
  }

  [[nodiscard]] Result<std::vector<Source>> chosen() const {
    if (kinds_.size() > kMaxSources) {
      return fail(Errc::too_large, "the rules tell more than " + std::to_string(kMaxSources) +
                                       " groups of senders apart");
    }
    const Kind* largest = nullptr;
    for (const auto& [key, kind] : kinds_) {
      const bool is_public = std::get<0>(key) == public_net;
      if (is_public && (largest == nullptr || kind.size > largest->size)) largest = &kind;
    }
    std::vector<Source> out;
    for (const auto& [key, kind] : kinds_) {
      Audience audience = &kind == largest ? Audience::anyone : Audience::listed;
      if (std::get<0>(key) == private_net) audience = Audience::private_net;
      if (std::get<0>(key) == tailnet) audience = Audience::tailnet;
      out.push_back({kind.best.low, audience});
    }
    return out;
  }

  IpFamily family_;
  std::vector<Event> events_;
  std::map<ConditionKey, std::uint32_t> ids_;
  std::uint32_t conditions_ = 0;
  std::vector<bool> refuses_;
  std::vector<std::size_t> counts_;
  std::size_t refusals_ = 0;
  std::uint64_t signature_ = 0;
  std::map<std::pair<Region, std::uint64_t>, Kind> kinds_;
};

}  // namespace

Result<std::vector<Source>> sources(const Ruleset& ruleset, IpFamily family) {
  return SourceSweep(ruleset, family).run();
}

Result<std::vector<std::uint16_t>> source_ports(const Ruleset& ruleset) {
  std::set<std::pair<std::uint64_t, std::uint64_t>> ranges;
  for_each_key(ruleset, Field::source_port, std::nullopt,
               [&](const Lookup& lookup, std::size_t key, bool) {
                 for_each_range(lookup, key, [&](const NumberRange& range, std::size_t) {
                   if (range.high.high == 0 && range.high.low <= 65535) {
                     ranges.emplace(range.low.low, range.high.low);
                   }
                 });
               });
  std::vector<std::uint16_t> out;
  std::set<std::vector<bool>> seen;
  const auto consider = [&](std::uint64_t port) {
    if (port == 0 || port > 65535) return;
    std::vector<bool> signature;
    signature.reserve(ranges.size());
    for (const auto& [low, high] : ranges) signature.push_back(low <= port && port <= high);
    if (seen.insert(std::move(signature)).second) out.push_back(static_cast<std::uint16_t>(port));
  };
  consider(kUsualPort);
  for (const auto& [low, high] : ranges) {
    consider(low);
    consider(high);
    consider(high + 1);
    if (out.size() > kMaxSourcePorts) {
      return fail(Errc::too_large, "the rules tell too many source ports apart");
    }
  }
  return out;
}

std::vector<std::optional<Number>> distinct_targets(
    const Ruleset& ruleset, IpFamily family, const std::vector<std::optional<Number>>& targets) {
  std::set<std::pair<Number, Number>> ranges;
  for_each_key(ruleset, Field::destination, family,
               [&](const Lookup& lookup, std::size_t key, bool) {
                 for_each_range(lookup, key, [&](const NumberRange& range, std::size_t) {
                   ranges.emplace(range.low, range.high);
                 });
               });
  std::vector<std::optional<Number>> out;
  std::set<std::vector<bool>> seen;
  for (const auto& target : targets) {
    std::vector<bool> signature;
    signature.reserve(ranges.size());
    for (const auto& [low, high] : ranges) {
      signature.push_back(target && low <= *target && *target <= high);
    }
    if (seen.insert(std::move(signature)).second) out.push_back(target);
  }
  return out;
}

PortSet unnamed_ports(const Ruleset& ruleset) {
  constexpr std::uint64_t kBroad = 16'384;
  PortSet all(1, 65535);
  PortSet without_broad = all;
  for_each_key(ruleset, Field::destination_port, std::nullopt,
               [&](const Lookup& lookup, std::size_t key, bool) {
                 for_each_range(lookup, key, [&](const NumberRange& range, std::size_t) {
                   const std::uint64_t high = std::min<std::uint64_t>(range.high.low, 65535);
                   if (range.low.low > high || high - range.low.low >= 65534) return;
                   const PortSet named(static_cast<std::uint16_t>(range.low.low),
                                       static_cast<std::uint16_t>(high));
                   all.remove(named);
                   if (high - range.low.low < kBroad) without_broad.remove(named);
                 });
               });
  if (!all.empty()) return all;
  return without_broad.empty() ? PortSet(1, 65535) : without_broad;
}

}  // namespace clawvigil::firewall
