#include "collectors/parse/apt_preferences.h"

#include <fnmatch.h>
#include <regex.h>

#include <algorithm>
#include <map>
#include <optional>

#include "collectors/parse/control_file.h"
#include "exporter/base/digits.h"
#include "exporter/base/strings.h"

namespace clawvigil::parse {

namespace {

constexpr std::size_t kMaxExpression = 256;  // beyond it nothing matches: no pin is that long

bool matches_regex(const std::string& expression, const std::string& text) {
  regex_t compiled;
  if (regcomp(&compiled, expression.c_str(), REG_EXTENDED | REG_ICASE | REG_NOSUB) != 0) {
    return false;
  }
  const bool found = regexec(&compiled, text.c_str(), 0, nullptr, 0) == 0;
  regfree(&compiled);
  return found;
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (const std::string_view word : split(text, ' ')) {
    if (!trim(word).empty()) words.emplace_back(trim(word));
  }
  return words;
}

std::string without_comments(std::string_view text) {
  std::string kept;
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    if (!line.starts_with('#')) kept.append(line).append("\n");
  }
  return kept;
}

std::optional<int> priority_of(std::string_view text) {
  if (text == "never") return AptPin::kNever;
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto value = parse_integer<int>(text);
  if (!value || *value == 0 || *value <= SHRT_MIN || *value > SHRT_MAX) return std::nullopt;
  return value;
}

std::optional<AptPin> pin_of(std::string_view packages, std::string_view pin,
                             std::string_view priority) {
  const std::size_t space = std::min(pin.find_first_of(" \t"), pin.size());
  const std::string kind = to_lower_ascii(pin.substr(0, space));
  std::string_view what = trim(pin.substr(space));
  AptPin result;
  if (packages != "*") result.packages = words_of(packages);
  const auto value = priority_of(priority);
  if (!value) return std::nullopt;
  result.priority = *value;
  if (kind == "version" && !result.packages.empty()) {
    result.kind = AptPin::Kind::version;
  } else if (kind == "release") {
    result.kind = AptPin::Kind::release;
  } else if (kind == "origin") {
    result.kind = AptPin::Kind::origin;
    if (what.size() >= 2 && what.starts_with('"') && what.ends_with('"')) {
      what = what.substr(1, what.size() - 2);
    }
  } else {
    return std::nullopt;
  }
  result.what = what;
  return result;
}

// "5.10*" is a prefix; everything else a pattern.
bool matches_version_text(std::string_view wanted, std::string_view version) {
  const bool prefix = wanted.ends_with('*');
  const std::string_view stem = prefix ? wanted.substr(0, wanted.size() - 1) : wanted;
  const std::string lower = to_lower_ascii(version);
  const std::string lower_stem = to_lower_ascii(stem);
  if (prefix ? lower.starts_with(lower_stem) : lower == lower_stem) return true;
  return matches_expression(wanted, version);
}

bool has_release(std::string_view wanted, const std::string& value) {
  return !value.empty() && matches_expression(wanted, value);
}

// One of "a=stable", "o=Debian".
bool matches_condition(std::string_view condition, const AptArchive& archive) {
  constexpr std::size_t kKey = 2;
  const std::string key = to_lower_ascii(condition.substr(0, kKey));
  const std::string_view wanted = condition.substr(std::min(kKey, condition.size()));
  const AptRelease& release = archive.release;
  if (key == "v=") return !release.version.empty() && matches_version_text(wanted, release.version);
  if (key == "o=") return has_release(wanted, release.origin);
  if (key == "a=") return has_release(wanted, release.suite);
  if (key == "n=") return has_release(wanted, release.codename);
  if (key == "l=") return has_release(wanted, release.label);
  if (key == "c=") return has_release(wanted, archive.component);
  if (key == "b=") return has_release(wanted, archive.architecture);
  return true;
}

bool is_condition(std::string_view text) {
  constexpr std::string_view kKeys = "voanlcb";
  constexpr std::size_t kShortest = 3;
  if (text.size() < kShortest || text[1] != '=') return false;
  return kKeys.find(to_lower_ascii(text.substr(0, 1))) != std::string_view::npos;
}

bool matches_release(std::string_view what, const AptArchive& archive) {
  if (what == "*") return true;
  if (what.empty()) return false;
  if (what.find('=') == std::string_view::npos) {
    const AptRelease& release = archive.release;
    if (is_digit(what.front())) {
      return !release.version.empty() && matches_version_text(what, release.version);
    }
    return has_release(what, release.suite) || has_release(what, release.codename);
  }
  std::map<std::string, std::string_view> conditions;  // of a repeated key the last one counts
  for (const std::string_view part : split(what, ',')) {
    const std::string_view condition = trim(part);
    if (is_condition(condition)) conditions[to_lower_ascii(condition.substr(0, 1))] = condition;
  }
  return !conditions.empty() && std::ranges::all_of(conditions, [&](const auto& condition) {
    return matches_condition(condition.second, archive);
  });
}

}  // namespace

Result<std::vector<AptPin>> parse_apt_preferences(std::string_view text) {
  std::vector<AptPin> pins;
  const std::string kept = without_comments(text);
  std::string_view rest = kept;
  while (true) {
    const std::string_view paragraph = next_paragraph(rest);
    if (paragraph.empty()) return pins;
    const std::string_view packages = control_field(paragraph, "Package");
    if (packages.empty()) return fail(Errc::parse, "a paragraph without Package");
    const std::string_view pin = control_field(paragraph, "Pin");
    if (pin.empty()) continue;
    if (auto parsed = pin_of(packages, pin, control_field(paragraph, "Pin-Priority"))) {
      if (parsed->priority == AptPin::kNever && !parsed->packages.empty()) {
        return fail(Errc::parse, "Pin-Priority never is for all packages only");
      }
      pins.push_back(std::move(*parsed));
    }
  }
}

AptPin default_release_pin(std::string_view release) {
  constexpr int kPriority = 990;
  return {.packages = {},
          .kind = AptPin::Kind::release,
          .what = std::string(release),
          .priority = kPriority};
}

bool matches_expression(std::string_view pattern, std::string_view text) {
  if (pattern.size() > kMaxExpression || text.size() > kMaxExpression) return false;
  const std::string subject(text);
  if (pattern.size() >= 2 && pattern.starts_with('/') && pattern.ends_with('/')) {
    return matches_regex(std::string(pattern.substr(1, pattern.size() - 2)), subject);
  }
  return fnmatch(std::string(pattern).c_str(), subject.c_str(), FNM_CASEFOLD) == 0;
}

bool matches_archive(const AptPin& pin, const AptArchive& archive) {
  if (pin.kind == AptPin::Kind::release) return matches_release(pin.what, archive);
  if (pin.kind != AptPin::Kind::origin) return false;
  const bool status_file = archive.site.empty() && archive.release.suite == "now";
  return !status_file && matches_expression(pin.what, archive.site);
}

bool matches_version(const AptPin& pin, std::string_view version) {
  return pin.kind == AptPin::Kind::version && matches_version_text(pin.what, version);
}

bool matches_package(const AptPin& pin, std::string_view name, std::string_view source,
                     std::string_view architecture, std::string_view native) {
  return std::ranges::any_of(pin.packages, [&](std::string_view wanted) {
    constexpr std::string_view kSource = "src:";
    const bool by_source = wanted.starts_with(kSource);
    if (by_source) wanted.remove_prefix(kSource.size());
    std::string_view wanted_architecture = native;
    if (const std::size_t colon = wanted.rfind(':'); colon != std::string_view::npos) {
      wanted_architecture = wanted.substr(colon + 1);
      wanted = wanted.substr(0, colon);
    }
    const bool any = wanted_architecture == "any" || wanted_architecture == "*";
    const bool native_word = wanted_architecture == "native" && architecture == native;
    if (!any && !native_word && wanted_architecture != architecture) return false;
    const std::string_view subject = by_source ? source : name;
    const bool expression = (wanted.starts_with('/') && wanted.ends_with('/')) ||
                            wanted.find_first_of("*[?") != std::string_view::npos;
    return expression ? matches_expression(wanted, subject) : wanted == subject;
  });
}

}  // namespace clawvigil::parse
