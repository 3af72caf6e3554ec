#include "collectors/parse/unit_properties.h"

#include "collectors/parse/lines.h"
#include "exporter/base/digits.h"
#include "exporter/base/strings.h"

namespace clawvigil::parse {

namespace {

constexpr std::size_t kMaxUnits = 256;
constexpr std::size_t kMaxProperties = 512;

std::string value_of(const UnitProperties& properties, std::string_view name) {
  const auto found = properties.find(name);
  return found == properties.end() ? std::string() : found->second;
}

}  // namespace

std::vector<UnitProperties> parse_unit_properties(std::string_view text) {
  std::vector<UnitProperties> units;
  UnitProperties current;
  const auto end_unit = [&] {
    if (!current.empty() && units.size() < kMaxUnits) units.push_back(std::move(current));
    current.clear();
  };
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    const std::size_t equals = line.find('=');
    if (line.empty()) end_unit();
    if (equals == std::string_view::npos || equals == 0) continue;
    if (current.size() >= kMaxProperties) continue;
    current.insert_or_assign(std::string(line.substr(0, equals)),
                             std::string(line.substr(equals + 1)));
  }
  end_unit();
  return units;
}

std::optional<UnitState> unit_state(const UnitProperties& properties) {
  UnitState state;
  state.name = value_of(properties, "Id");
  const std::string load = value_of(properties, "LoadState");
  const std::string active = value_of(properties, "ActiveState");
  if (state.name.empty() || load.empty() || active.empty()) return std::nullopt;
  state.loaded = load == "loaded";
  state.active = active == "active" || active == "reloading";
  state.file_state = value_of(properties, "UnitFileState");
  state.restart = value_of(properties, "Restart");
  state.restarts = parse_integer<std::uint64_t>(value_of(properties, "NRestarts")).value_or(0);
  state.control_group = value_of(properties, "ControlGroup");
  return state;
}

}  // namespace clawvigil::parse
