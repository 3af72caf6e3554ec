#include "collectors/parse/cgroup_files.h"

#include <algorithm>

#include "collectors/parse/lines.h"
#include "exporter/base/digits.h"
#include "exporter/base/strings.h"

namespace clawvigil::parse {

Result<std::uint64_t> cgroup_number(std::string_view text) {
  const auto number = parse_integer<std::uint64_t>(trim(text));
  if (!number) return fail(Errc::parse, "not a number");
  return *number;
}

Result<std::optional<std::uint64_t>> cgroup_limit(std::string_view text) {
  if (trim(text) == "max") return std::nullopt;
  TRY_ASSIGN(const std::uint64_t limit, cgroup_number(text));
  return limit;
}

Result<std::optional<double>> cgroup_cpu_quota(std::string_view text) {
  const std::string_view line = trim(text);
  const std::size_t blank = line.find(' ');
  if (blank == std::string_view::npos) return fail(Errc::parse, "not a quota and a period");
  TRY_ASSIGN(const auto quota, cgroup_limit(line.substr(0, blank)));
  TRY_ASSIGN(const std::uint64_t period, cgroup_number(line.substr(blank + 1)));
  if (period == 0) return fail(Errc::parse, "a period of 0");
  if (!quota) return std::nullopt;
  return static_cast<double>(*quota) / static_cast<double>(period);
}

std::optional<std::uint64_t> cgroup_value(std::string_view text, std::string_view key) {
  const auto value = line_after(text, std::string(key) + " ");
  return value ? parse_integer<std::uint64_t>(*value) : std::nullopt;
}

std::optional<std::uint64_t> cgroup_stalled(std::string_view text, std::string_view kind) {
  constexpr std::string_view kTotal = "total=";
  const auto line = line_after(text, std::string(kind) + " ");
  const std::size_t at = line ? line->find(kTotal) : std::string_view::npos;
  if (at == std::string_view::npos) return std::nullopt;
  return parse_integer<std::uint64_t>(line->substr(at + kTotal.size()));
}

Result<std::string> cgroup_path(std::string_view proc_pid_cgroup) {
  constexpr std::string_view kVersion2 = "0::";
  constexpr std::string_view kGone = " (deleted)";
  for (const std::string_view line : split(proc_pid_cgroup, '\n')) {
    if (!line.starts_with(kVersion2)) continue;
    const std::string_view path = line.substr(kVersion2.size());
    if (path.ends_with(kGone)) return fail(Errc::not_found, "the process' cgroup is gone");
    const auto parts = split(path, '/');
    if (!path.starts_with('/') || std::ranges::find(parts, "..") != parts.end()) {
      return fail(Errc::unsupported, "the process' cgroup is outside of the tree seen here");
    }
    return std::string(path);
  }
  return fail(Errc::not_found, "the process is in no cgroup of version 2");
}

}  // namespace clawvigil::parse
