#include "collectors/access/log_place.h"

#include <algorithm>

#include "collectors/openclaw_settings.h"
#include "exporter/base/digits.h"
#include "exporter/base/strings.h"

namespace clawvigil {

namespace {

constexpr std::string_view kDefaultStem = "openclaw";
constexpr std::string_view kDefaultExtension = ".log";
constexpr std::string_view kDateShape = "0000-00-00";

bool is_date(std::string_view text) {
  return text.size() == kDateShape.size() &&
         std::ranges::equal(text, kDateShape, [](char c, char shape) {
           return shape == '0' ? is_digit(c) : c == shape;
         });
}

// Takes ".1" … ".9" off the end.
std::string_view without_rotation(std::string_view name) {
  constexpr std::size_t kSuffix = 2;
  if (name.size() <= kSuffix || name[name.size() - kSuffix] != '.') return name;
  const char digit = name.back();
  return digit >= '1' && digit <= '9' ? name.substr(0, name.size() - kSuffix) : name;
}

// The place of logging.file; a name of the default shape moves on with the date.
LogPlace place_of_file(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  LogPlace place;
  place.directory = slash == 0 ? "/" : path.substr(0, slash);
  const std::string_view name = path.substr(slash + 1);
  const std::size_t dot = name.rfind('.');
  const std::size_t end = dot == std::string_view::npos || dot == 0 ? name.size() : dot;
  place.extension = name.substr(end);
  const std::string_view stem = name.substr(0, end);
  const std::size_t date = stem.size() - std::min(stem.size(), kDateShape.size());
  const bool rolls = place.extension == kDefaultExtension && stem.starts_with(kDefaultStem) &&
                     date > 0 && stem[date - 1] == '-' &&
                     (is_date(stem.substr(date)) || stem.substr(date) == "YYYY-MM-DD");
  place.dated = rolls;
  place.stems = {std::string(rolls ? stem.substr(0, date - 1) : stem)};
  return place;
}

}  // namespace

std::string profile_segment(std::string_view profile) {
  std::string result;
  for (const char c : profile) {
    if ((c >= 'a' && c <= 'z') || is_digit(c)) {
      result += c;
    } else if (c == '-') {
      result += "--";
    } else if (c == '_') {
      result += "-0";
    } else if (c >= 'A' && c <= 'Z') {
      result += {'-', '1', static_cast<char>(c - 'A' + 'a')};
    }
  }
  return result;
}

bool belongs_to(const LogPlace& place, std::string_view name) {
  if (!name.ends_with(place.extension)) return false;
  name.remove_suffix(place.extension.size());
  const std::string_view plain = without_rotation(name);
  return std::ranges::any_of(place.stems, [&](const std::string& stem) {
    if (!place.dated) return name == stem || plain == stem;
    const std::size_t start = stem.size() + 1;
    return plain.starts_with(stem) && plain.size() > start && plain[stem.size()] == '-' &&
           is_date(plain.substr(start));
  });
}

Result<std::vector<LogPlace>> log_places(const Home& home, std::string_view log_file,
                                         bool owns_default) {
  if (!log_file.empty()) {
    std::string path(log_file);
    if (path.starts_with("~/")) {
      path = home.path.substr(0, home.path.rfind('/')) + path.substr(1);
    }
    if (!path.starts_with('/') || path.ends_with('/')) {
      return fail(Errc::unsupported,
                  home.label + ": logging.file is not an absolute path: " + sanitize(log_file));
    }
    return std::vector{place_of_file(path)};
  }
  LogPlace place{"/tmp/openclaw", {}, std::string(kDefaultExtension)};
  const std::string_view profile = profile_of(home);
  if (!profile.empty()) {
    place.stems.push_back(std::string(kDefaultStem) + "-" + profile_segment(profile));
  }
  if (owns_default) place.stems.emplace_back(kDefaultStem);
  LogPlace fallback = place;
  fallback.directory = "/tmp/openclaw-" + std::to_string(home.uid);
  return std::vector{std::move(place), std::move(fallback)};
}

bool owns_default_log(std::span<const Home> homes, const Home& home) {
  const Home* owner = nullptr;
  for (const Home& candidate : homes) {
    if (candidate.uid != home.uid) continue;
    if (owner == nullptr || profile_of(candidate).empty()) owner = &candidate;
    if (profile_of(candidate).empty()) break;
  }
  return owner != nullptr && owner->path == home.path;
}

}  // namespace clawvigil
