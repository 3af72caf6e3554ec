#include "exporter/base/utc_time.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
#include <string>
#include <vector>

#include "exporter/base/digits.h"
#include "exporter/base/strings.h"
#include "exporter/base/whole_seconds.h"

namespace clawvigil {

namespace {

std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
  if (text.size() < at + count) return std::nullopt;
  const auto value = parse_integer<int>(text.substr(at, count));
  return value && *value >= 0 ? value : std::nullopt;
}

// ".554Z" or "Z"
std::optional<Duration> fraction_of_second(std::string_view text) {
  constexpr std::size_t kDigits = 9;
  if (text == "Z") return Duration(0);
  if (!text.starts_with('.') || !text.ends_with('Z')) return std::nullopt;
  std::string number(text.substr(1, text.size() - 2));
  if (number.empty() || number.size() > kDigits) return std::nullopt;
  number.append(kDigits - number.size(), '0');
  const auto value = digits(number, 0, kDigits);
  return value ? std::optional(Duration(std::chrono::nanoseconds(*value))) : std::nullopt;
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

std::optional<SystemTime> parse_utc_time(std::string_view text) {
  constexpr std::string_view kShape = "0000-00-00T00:00:00";
  if (text.size() < kShape.size() + 1 || text.back() != 'Z') return std::nullopt;
  for (std::size_t i = 0; i < kShape.size(); ++i) {
    if (kShape[i] != '0' && text[i] != kShape[i]) return std::nullopt;
  }
  struct Part {
    std::size_t at;
    std::size_t count;
    int max;
  };
  constexpr std::array<Part, 6> kParts = {
      {{0, 4, 9999}, {5, 2, 12}, {8, 2, 31}, {11, 2, 23}, {14, 2, 59}, {17, 2, 60}}};
  std::array<int, kParts.size()> values{};
  for (std::size_t i = 0; i < kParts.size(); ++i) {
    const auto value = digits(text, kParts[i].at, kParts[i].count);
    if (!value || *value > kParts[i].max) return std::nullopt;
    values[i] = *value;
  }
  const auto fraction = fraction_of_second(text.substr(kShape.size()));
  const std::chrono::year_month_day date{std::chrono::year(values[0]),
                                         std::chrono::month(static_cast<unsigned>(values[1])),
                                         std::chrono::day(static_cast<unsigned>(values[2]))};
  // Beyond these years nanoseconds since 1970 overflow.
  if (!fraction || !date.ok() || values[0] < 1970 || values[0] > 2200) return std::nullopt;
  return SystemTime(std::chrono::sys_days(date)) + std::chrono::hours(values[3]) +
         std::chrono::minutes(values[4]) + std::chrono::seconds(values[5]) + *fraction;
}

std::optional<SystemTime> parse_mail_date(std::string_view text) {
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

std::string format_utc(SystemTime time, const char* format) {
  const std::time_t seconds = to_whole_seconds(time);
  std::tm parts{};
  if (::gmtime_r(&seconds, &parts) == nullptr) return "?";
  std::array<char, 64> text{};
  return {text.data(), std::strftime(text.data(), text.size(), format, &parts)};
}

}  // namespace clawvigil
