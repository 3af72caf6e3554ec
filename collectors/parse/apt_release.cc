#include "collectors/parse/apt_release.h"

#include <array>
#include <chrono>
#include <vector>

#include "collectors/parse/control_file.h"
#include "exporter/base/digits.h"
#include "exporter/base/strings.h"

namespace clawvigil::parse {

namespace {

constexpr std::size_t kMaxValue = 256;

bool is_yes(std::string_view value) {
  const std::string lower = to_lower_ascii(value);
  return lower == "yes" || lower == "true" || lower == "1" || lower == "on" || lower == "with" ||
         lower == "enable";
}

// What is signed: the paragraph after the armour's headers.
std::string_view signed_part(std::string_view text) {
  constexpr std::string_view kArmour = "-----BEGIN PGP SIGNED MESSAGE-----";
  if (!text.starts_with(kArmour)) return text;
  (void)next_paragraph(text);
  return text;
}

std::optional<unsigned> month_of(std::string_view name) {
  constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  for (unsigned i = 0; i < kMonths.size(); ++i) {
    if (kMonths.at(i) == name) return i + 1;
  }
  return std::nullopt;
}

std::optional<std::chrono::seconds> time_of_day(std::string_view text) {
  const std::vector<std::string_view> parts = split(text, ':');
  if (parts.size() != 3) return std::nullopt;
  const auto hours = parse_integer<unsigned>(parts[0]);
  const auto minutes = parse_integer<unsigned>(parts[1]);
  const auto seconds = parse_integer<unsigned>(parts[2]);
  constexpr unsigned kSixty = 60;
  if (!hours || !minutes || !seconds || *hours >= 24 || *minutes >= kSixty || *seconds > kSixty) {
    return std::nullopt;
  }
  return std::chrono::hours(*hours) + std::chrono::minutes(*minutes) +
         std::chrono::seconds(*seconds);
}

}  // namespace

bool AptRelease::is_security() const {
  return label == "Debian-Security" || suite.ends_with("-security") ||
         codename.ends_with("-security");
}

std::optional<SystemTime> parse_archive_date(std::string_view text) {
  std::vector<std::string_view> words;
  for (const std::string_view word : split(text, ' ')) {
    if (!word.empty()) words.push_back(word);
  }
  constexpr std::size_t kWords = 6;
  if (words.size() != kWords) return std::nullopt;
  const auto day = parse_integer<unsigned>(words[1]);
  const auto month = month_of(words[2]);
  const auto year = parse_integer<int>(words[3]);
  const auto time = time_of_day(words[4]);
  const bool utc = words[5] == "UTC" || words[5] == "GMT" || words[5] == "+0000";
  constexpr int kFirstYear = 1970;
  constexpr int kLastYear = 2200;
  if (!day || !month || !year || !time || !utc || *year < kFirstYear || *year > kLastYear) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(*month),
                                         std::chrono::day(*day)};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date) + *time;
}

AptRelease parse_apt_release(std::string_view text) {
  AptRelease release;
  text = signed_part(text);
  const std::string_view head = next_paragraph(text);
  for_each_field(head, [&](std::string_view field, std::string_view value) {
    const std::string name = to_lower_ascii(field.substr(0, kMaxValue));
    value = value.substr(0, kMaxValue);
    if (name == "origin") release.origin = value;
    if (name == "label") release.label = value;
    if (name == "suite") release.suite = value;
    if (name == "codename") release.codename = value;
    if (name == "version") release.version = value;
    if (name == "notautomatic") release.not_automatic = is_yes(value);
    if (name == "butautomaticupgrades") release.but_automatic_upgrades = is_yes(value);
    if (name == "date") release.date = parse_archive_date(value);
  });
  return release;
}

}  // namespace clawvigil::parse
