#include "collectors/parse/proc_files.h"

#include <limits>

#include "collectors/parse/lines.h"
#include "exporter/base/digits.h"
#include "exporter/base/strings.h"

namespace clawvigil::parse {

namespace {

std::optional<std::uint64_t> first_number(std::string_view text) {
  return parse_integer<std::uint64_t>(text.substr(0, text.find_first_of(" \t")));
}

}  // namespace

std::optional<std::uint64_t> meminfo_bytes(std::string_view text, std::string_view key) {
  constexpr std::uint64_t kUnit = 1024;
  const auto value = line_after(text, std::string(key) + ":");
  if (!value || !value->ends_with(" kB")) return std::nullopt;
  const auto number = first_number(*value);
  if (!number || *number > std::numeric_limits<std::uint64_t>::max() / kUnit) return std::nullopt;
  return *number * kUnit;
}

std::optional<std::uint64_t> open_files_limit(std::string_view proc_pid_limits) {
  const auto value = line_after(proc_pid_limits, "Max open files ");
  if (!value) return std::nullopt;
  if (value->starts_with("unlimited ")) return std::numeric_limits<std::uint64_t>::max();
  return first_number(*value);
}

std::optional<SystemTime> process_start(std::string_view stat, std::string_view system) {
  constexpr std::size_t kStartTime = 19;          // after the name's closing bracket, from 0
  constexpr std::uint64_t kTicksPerSecond = 100;  // USER_HZ, the same on every Linux we run on
  constexpr std::uint64_t kMaxSeconds = 1ULL << 33;
  const auto boot = line_after(system, "btime ");
  const std::size_t name_end = stat.rfind(')');
  if (!boot || name_end == std::string_view::npos) return std::nullopt;
  const auto fields = split(trim(stat.substr(name_end + 1)), ' ');
  if (fields.size() <= kStartTime) return std::nullopt;
  const auto ticks = parse_integer<std::uint64_t>(fields[kStartTime]);
  const auto seconds = parse_integer<std::uint64_t>(*boot);
  if (!ticks || !seconds || *seconds > kMaxSeconds || *ticks / kTicksPerSecond > kMaxSeconds) {
    return std::nullopt;
  }
  return SystemTime(std::chrono::seconds(*seconds + *ticks / kTicksPerSecond));
}

std::size_t online_processors(std::string_view system) {
  std::size_t count = 0;
  for (const std::string_view line : split(system, '\n')) {
    if (line.starts_with("cpu") && line.size() > 3 && is_digit(line[3])) ++count;
  }
  return count;
}

}  // namespace clawvigil::parse
