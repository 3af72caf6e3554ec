#include "collectors/registry.h"

#include <algorithm>
#include <array>
#include <utility>

namespace clawvigil {

#define COLLECTOR(name, Name)               \
  extern const CollectorInfo k##Name##Info; \
  std::unique_ptr<Collector> make_##name##_collector();
#include "collectors/list.def"
#undef COLLECTOR

namespace {

constexpr std::array kInfos{
    &kSelfInfo,
#define COLLECTOR(name, Name) &k##Name##Info,
#include "collectors/list.def"
#undef COLLECTOR
};

using Make = std::unique_ptr<Collector> (*)();
constexpr std::array<Make, kInfos.size() - 1> kMakers{
#define COLLECTOR(name, Name) make_##name##_collector,
#include "collectors/list.def"
#undef COLLECTOR
};

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

}  // namespace

std::span<const CollectorInfo* const> collector_infos() { return kInfos; }

std::span<const CollectorInfo* const> optional_collector_infos() {
  return std::span(kInfos).subspan(1);
}

bool is_enabled(const CollectorInfo& info, const CollectorsConfig& config) {
  if (&info == &kSelfInfo || contains(config.enabled, info.name)) return true;
  if (contains(config.disabled, info.name)) return false;
  return info.enabled_by_default && !config.disable_defaults;
}

std::vector<CollectorEntry> enabled_collectors(const CollectorsConfig& config, SelfSources self) {
  std::vector<CollectorEntry> entries;
  entries.push_back({&kSelfInfo, [self = std::move(self)] { return make_self_collector(self); }});
  for (std::size_t i = 0; i < kMakers.size(); ++i) {
    const CollectorInfo* const info = optional_collector_infos()[i];
    if (is_enabled(*info, config)) entries.push_back({info, kMakers[i]});
  }
  return entries;
}

}  // namespace clawvigil
