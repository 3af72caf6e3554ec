#include "collectors/parse/openclaw_release.h"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "collectors/parse/json_object.h"
#include "collectors/parse/openclaw_version.h"
#include "exporter/base/digits.h"
#include "exporter/base/json5.h"
#include "exporter/base/utc_time.h"

namespace clawvigil::parse {

namespace {

using nlohmann::json;

// "" if there is none, or null.
Result<std::string> text_or_nothing(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) return std::string();
  if (!found->is_string()) return fail(Errc::parse, std::string(key) + ": no text");
  return found->get<std::string>();
}

Result<json> parse_object(std::string_view text) {
  TRY_ASSIGN(json document, parse_json5(text));
  if (!document.is_object()) return fail(Errc::parse, "no JSON object");
  return document;
}

// "file:///usr/lib/node_modules/openclaw/dist/console.mjs:184:29" to ".../node_modules/openclaw".
std::string package_of(std::string_view file) {
  constexpr std::string_view kScheme = "file://";
  constexpr std::string_view kInside = "/openclaw/dist/";
  constexpr std::size_t kMaxPath = 1'024;
  if (file.starts_with(kScheme)) file.remove_prefix(kScheme.size());
  const std::size_t at = file.find(kInside);
  const bool plain = file.starts_with('/') && file.find("/../") == std::string_view::npos;
  if (!plain || at == std::string_view::npos || at > kMaxPath) return {};
  return std::string(file.substr(0, at)) + "/openclaw";
}

std::optional<LogOrigin> origin_of(std::string_view line) {
  constexpr std::string_view kMark = "\"runtimeVersion\"";
  constexpr std::size_t kMaxLine = 64UL * 1024;  // the usual ones are a hundredth of it
  if (line.size() > kMaxLine || line.find(kMark) == std::string_view::npos) return std::nullopt;
  const auto document = parse_json5(line);
  if (!document) return std::nullopt;
  const json* const meta = member(*document, "_meta", json::value_t::object);
  if (meta == nullptr) return std::nullopt;
  const json* const path = member(*meta, "path", json::value_t::object);
  LogOrigin origin{.node_version = std::string(text_of(*meta, "runtimeVersion")),
                   .package = path == nullptr ? "" : package_of(text_of(*path, "fullFilePath"))};
  if (!looks_like_version(origin.node_version)) return std::nullopt;
  return origin;
}

// What follows the three numbers: 0 for nothing, above for "-1", below for "-beta.1".
int suffix_of(std::string_view version) {
  const std::size_t dash = version.find('-');
  if (dash == std::string_view::npos) return 0;
  const auto number = parse_integer<int>(version.substr(dash + 1));
  return number && *number > 0 ? *number : -1;
}

}  // namespace

bool looks_like_version(std::string_view text) {
  constexpr std::size_t kMaxVersion = 32;
  return !text.empty() && text.size() <= kMaxVersion && is_digit(text.front()) &&
         std::ranges::all_of(text, [](char c) {
           return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
                  c == '-' || c == '+';
         });
}

Result<UpdateCheck> parse_update_check(std::string_view text) {
  TRY_ASSIGN(const json document, parse_object(text));
  TRY_ASSIGN(const std::string checked, text_or_nothing(document, "lastCheckedAt"));
  TRY_ASSIGN(const std::string available, text_or_nothing(document, "lastAvailableVersion"));
  return make_update_check(checked, available);
}

Result<UpdateCheck> make_update_check(std::string_view checked, std::string_view available) {
  UpdateCheck check{
      .checked = parse_utc_time(checked), .found = !available.empty(), .available = {}};
  if (!check.checked && !checked.empty()) return fail(Errc::parse, "its last time is none");
  if (looks_like_version(available)) check.available = available;
  return check;
}

Result<OpenClawPackage> parse_openclaw_package(std::string_view text) {
  TRY_ASSIGN(const json document, parse_object(text));
  if (text_of(document, "name") != "openclaw") return fail(Errc::unsupported, "not OpenClaw's");
  OpenClawPackage package{.version = std::string(text_of(document, "version")), .node_range = {}};
  if (const json* const engines = member(document, "engines", json::value_t::object)) {
    package.node_range = text_of(*engines, "node");
  }
  if (!looks_like_version(package.version)) return fail(Errc::parse, "no version in it");
  return package;
}

std::optional<SystemTime> parse_build_time(std::string_view text, std::string_view version) {
  const auto document = parse_object(text);
  if (!document || text_of(*document, "version") != version) return std::nullopt;
  return parse_utc_time(text_of(*document, "builtAt"));
}

std::optional<LogOrigin> last_log_origin(std::string_view end_of_log) {
  std::optional<LogOrigin> last;
  std::size_t end = end_of_log.rfind('\n');  // what follows it is not whole
  while (end != std::string_view::npos && end > 0) {
    const std::size_t before = end_of_log.rfind('\n', end - 1);
    if (before == std::string_view::npos) break;  // begins before this piece
    auto origin = origin_of(end_of_log.substr(before + 1, end - before - 1));
    if (origin && !origin->package.empty()) return origin;
    if (origin && !last) last = std::move(origin);
    end = before;
  }
  return last;
}

std::optional<int> compare_openclaw_versions(std::string_view a, std::string_view b) {
  const auto left = parse_openclaw_version(a);
  const auto right = parse_openclaw_version(b);
  if (!left || !right) return std::nullopt;
  if (*left != *right) return *left < *right ? -1 : 1;
  const int suffix = suffix_of(a);
  const int other = suffix_of(b);
  return static_cast<int>(suffix > other) - static_cast<int>(suffix < other);
}

std::optional<SystemTime> end_of_month(std::string_view version) {
  const auto parsed = parse_openclaw_version(version);
  constexpr int kFirstYear = 2000;
  constexpr int kLastYear = 2200;
  constexpr int kMonths = 12;
  if (!parsed || parsed->year < kFirstYear || parsed->year > kLastYear || parsed->month < 1 ||
      parsed->month > kMonths) {
    return std::nullopt;
  }
  const auto month = std::chrono::year(parsed->year) /
                     std::chrono::month(static_cast<unsigned>(parsed->month)) / std::chrono::last;
  return std::chrono::sys_days(month) + std::chrono::days(1) - std::chrono::seconds(1);
}

}  // namespace clawvigil::parse
