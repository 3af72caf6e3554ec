#include "collectors/parse/log_start.h"

#include <nlohmann/json.hpp>

#include "collectors/parse/json_object.h"
#include "exporter/base/json5.h"
#include "exporter/base/utc_time.h"

namespace clawvigil::parse {

std::optional<SystemTime> log_start(std::string_view head) {
  const std::size_t end = head.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const auto line = parse_json5(head.substr(0, end));
  if (!line) return std::nullopt;
  const auto* const meta = member(*line, "_meta", nlohmann::json::value_t::object);
  return meta == nullptr ? std::nullopt : parse_utc_time(text_of(*meta, "date"));
}

}  // namespace clawvigil::parse
