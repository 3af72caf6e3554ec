#include "collectors/usage/export.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "collectors/usage_families.h"
#include "exporter/config/prices.h"

namespace clawvigil::usage {

namespace {

constexpr std::string_view kOther = "other";

struct Window {
  std::string_view name;
  std::chrono::hours length;
  bool by_minute;
};
constexpr std::array kWindows{Window{"1h", std::chrono::hours(1), true},
                              Window{"24h", std::chrono::hours(24), true},
                              Window{"7d", std::chrono::hours(24 * 7), false},
                              Window{"30d", std::chrono::hours(24 * 30), false}};

// Sums under keys of which only so many per home are shown by name.
template <typename Key>
class Folding {
 public:
  explicit Folding(std::size_t limit) : limit_(limit) {}

  void add(const Key& key, std::int64_t order, const Totals& totals) {
    Entry& entry = entries_[key];
    entry.order = std::min(entry.order, order);
    entry.totals.add(totals);
  }

  // The sums by name, the others together under what `other(home)` says. Those that have counted
  // nothing yet are left out when there is no room for all.
  template <typename Other>
  [[nodiscard]] std::map<Key, Totals> fold(const Other& other) {
    std::vector<const typename std::map<Key, Entry>::value_type*> ordered;
    ordered.reserve(entries_.size());
    for (const auto& entry : entries_) ordered.push_back(&entry);
    std::ranges::stable_sort(ordered, {}, [](const auto* entry) { return entry->second.order; });
    std::map<Key, Totals> sums;
    std::map<std::string, std::size_t> named;
    for (const auto* entry : ordered) {
      const std::string& home = std::get<0>(entry->first);
      if (named[home] < limit_) {
        ++named[home];
        sums[entry->first].add(entry->second.totals);
      } else if (entry->second.order != Ledger::kUnnumbered) {
        sums[other(home)].add(entry->second.totals);
        ++folded_[home];
      }
    }
    return sums;
  }
  [[nodiscard]] std::size_t folded(const std::string& home) const {
    const auto found = folded_.find(home);
    return found == folded_.end() ? 0 : found->second;
  }

 private:
  struct Entry {
    std::int64_t order = Ledger::kUnnumbered;
    Totals totals;
  };
  std::size_t limit_;
  std::map<Key, Entry> entries_;
  std::map<std::string, std::size_t> folded_;
};

using Combination = std::tuple<std::string, std::string, std::string, std::string>;
using Reason = std::tuple<std::string, std::string, std::string, std::string>;

template <typename Set>
void each_type(const parse::TokenCounts& tokens, const Set& set) {
  set("input", tokens.input);
  set("output", tokens.output);
  set("cache_read", tokens.cache_read);
  set("cache_write", tokens.cache_write);
}

void report(const Combination& key, const Totals& totals, Batch& out) {
  const auto& [home, agent, provider, model] = key;
  each_type(totals.tokens, [&](std::string_view type, std::int64_t count) {
    out.set(kTokens, static_cast<double>(count), home, provider, model, agent, type);
  });
  out.set(kRequests, static_cast<double>(totals.requests), home, provider, model, agent);
  out.set(kFailed, static_cast<double>(totals.failed), home, provider, model, agent);
  out.set(kCost, totals.recorded_usd.value(), home, provider, model, agent, "recorded");
  out.set(kCost, totals.estimated_usd.value(), home, provider, model, agent, "estimated");
  out.add(kUnpriced, static_cast<double>(totals.unpriced_tokens), home, provider, model);
}

}  // namespace

std::vector<std::string_view> families_of_transcripts() {
  return {kTokens.name(),   kRequests.name(), kFailed.name(),        kCost.name(),
          kUnpriced.name(), kSpend.name(),    kTriggerTokens.name(), kTriggerCost.name()};
}

void TotalsReport::fold(const Ledger& ledger) {
  Folding<Combination> combinations(kMaxCombinations);
  Folding<Reason> reasons(kMaxReasons);
  folded_.clear();
  for (const auto& [key, totals] : ledger.totals()) {
    const std::int64_t order = ledger.order_of(key);
    combinations.add({key.home, key.agent, key.provider, key.model}, order, totals);
    if (order != Ledger::kUnnumbered) {
      reasons.add({key.home, key.agent, std::string(parse::to_string(key.trigger)), key.channel},
                  order, totals);
    }
    folded_[key.home] = 0;
  }
  const std::string other(kOther);
  combinations_ = combinations.fold(
      [&](const std::string& home) { return Combination{home, other, other, other}; });
  reasons_ =
      reasons.fold([&](const std::string& home) { return Reason{home, other, "unknown", other}; });
  for (auto& [home, count] : folded_) count = combinations.folded(home);
}

void TotalsReport::write(const Ledger& ledger, Batch& out) {
  if (version_ != ledger.version()) fold(ledger);
  version_ = ledger.version();
  for (const auto& [key, totals] : combinations_) report(key, totals, out);
  for (const auto& [key, totals] : reasons_) {
    const auto& [home, agent, trigger, channel] = key;
    each_type(totals.tokens, [&](std::string_view type, std::int64_t count) {
      out.set(kTriggerTokens, static_cast<double>(count), home, agent, trigger, channel, type);
    });
    out.set(kTriggerCost, totals.usd(), home, agent, trigger, channel);
  }
  for (const auto& [home, count] : folded_) out.set(kFolded, static_cast<double>(count), home);
}

void report_price_lists(const SpendConfig& spend, Batch& out) {
  out.set(kPriceList, to_unix_seconds(config::shipped_prices().date), "shipped");
  if (spend.price_lists.empty()) return;
  const auto oldest = std::ranges::min_element(spend.price_lists, {}, &PriceList::date);
  out.set(kPriceList, to_unix_seconds(oldest->date), "owner");
}

void report_windows(const Ledger& ledger, const Context& run, Batch& out) {
  for (const Window& window : kWindows) {
    for (const Home& home : run.homes) {
      out.set(
          kSpend,
          ledger.recent_spend().since(home.label, run.now.wall - window.length, window.by_minute),
          home.label, window.name);
    }
  }
}

}  // namespace clawvigil::usage
