#include "collectors/parse/log_start.h"

#include <nlohmann/json.hpp>

#include "exporter/base/utc_time.h"

namespace clawvigil::parse {

namespace {

constexpr int kMaxDepth = 16;

// Deeply nested input would need as much stack to be destroyed.
bool is_shallow(std::string_view line) {
  int depth = 0;
  for (const char c : line) {
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
    if (depth > kMaxDepth) return false;
  }
  return true;
}

}  // namespace

std::optional<SystemTime> log_start(std::string_view head) {
  using nlohmann::json;
  const std::size_t end = head.find('\n');
  if (end == std::string_view::npos || !is_shallow(head.substr(0, end))) return std::nullopt;
  const json line = json::parse(head.substr(0, end), nullptr, false);
  if (!line.is_object()) return std::nullopt;
  const auto meta = line.find("_meta");
  if (meta == line.end() || !meta->is_object()) return std::nullopt;
  const auto date = meta->find("date");
  if (date == meta->end() || !date->is_string()) return std::nullopt;
  return parse_utc_time(date->get_ref<const std::string&>());
}

}  // namespace clawvigil::parse
