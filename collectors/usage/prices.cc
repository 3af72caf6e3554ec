#include "collectors/usage/prices.h"

#include <algorithm>
#include <chrono>
#include <tuple>

namespace clawvigil::usage {

namespace {

// Names come from transcripts: a stranger to the agent may make up any number of them.
constexpr std::size_t kMaxKnown = 4096;

bool names(const PriceEntry& entry, std::string_view provider, std::string_view model) {
  if (entry.provider != provider) return false;
  return entry.pattern ? model.starts_with(entry.model) : model == entry.model;
}

// Appends what the list says of the model, the most specific and latest first.
void append(const PriceList& list, std::string_view provider, std::string_view model,
            std::vector<const PriceEntry*>& out) {
  const auto begin = static_cast<std::ptrdiff_t>(out.size());
  for (const PriceEntry& entry : list.entries) {
    if (names(entry, provider, model)) out.push_back(&entry);
  }
  const auto rank = [](const PriceEntry* entry) {
    return std::tuple(!entry->pattern, entry->model.size(), entry->from, entry->above);
  };
  std::ranges::sort(out.begin() + begin, out.end(), std::ranges::greater(), rank);
}

}  // namespace

// A price of zeros in openclaw.json says nothing: it is what OpenClaw writes for any model.
std::optional<Price> PriceBook::own_price(std::string_view provider, std::string_view model) const {
  for (const ModelSettings& own : own_) {
    if (own.provider != provider || own.id != model || !own.cost) continue;
    const auto& [input, output, cache_read, cache_write] = *own.cost;
    if (input + output + cache_read + cache_write <= 0) continue;
    return Price{input, output, cache_read, cache_write};
  }
  return std::nullopt;
}

const PriceBook::Candidates& PriceBook::candidates(std::string_view provider,
                                                   std::string_view model) {
  std::pair key{std::string(provider), std::string(model)};
  if (const auto found = known_.find(key); found != known_.end()) return found->second;
  if (known_.size() == kMaxKnown) known_.clear();
  Candidates made{own_price(provider, model), {}};
  if (!made.own) {
    for (const PriceList& list : owners_) append(list, provider, model, made.entries);
    append(*shipped_, provider, model, made.entries);
  }
  return known_.emplace(std::move(key), std::move(made)).first->second;
}

std::optional<Price> PriceBook::find(std::string_view provider, std::string_view model,
                                     std::int64_t time_ms, const parse::TokenCounts& tokens) {
  const Candidates& known = candidates(provider, model);
  if (known.own) return known.own;
  const std::chrono::sys_time<std::chrono::milliseconds> time{std::chrono::milliseconds(time_ms)};
  const std::int64_t prompt = tokens.input + tokens.cache_read + tokens.cache_write;
  for (const PriceEntry* entry : known.entries) {
    if (entry->from <= time && prompt >= entry->above + (entry->above > 0 ? 1 : 0)) {
      return entry->price;
    }
  }
  return std::nullopt;
}

}  // namespace clawvigil::usage
