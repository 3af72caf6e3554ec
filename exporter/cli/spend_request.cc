#include "exporter/cli/spend_request.h"

#include <algorithm>

#include "exporter/base/duration.h"
#include "exporter/base/strings.h"
#include "exporter/config/schema.h"
#include "exporter/config/values.h"

namespace clawvigil::cli {

namespace {

using std::chrono::days;
using std::chrono::hours;

constexpr std::string_view kExpectedTime = "a duration such as 30d or a day such as 2026-01-31";

Error unexpected_word(std::string_view flag, std::string_view found, std::string_view expected) {
  return {Errc::parse, std::string(flag) + ": found \"" + sanitize(found) + "\", expected " +
                           std::string(expected)};
}

Result<std::vector<SpendBy>> parse_by(std::string_view text) {
  const std::vector<std::string_view> names(kSpendByNames.begin(), kSpendByNames.end());
  std::vector<SpendBy> by;
  for (const std::string_view part : split(text.empty() ? "day" : text, ',')) {
    const std::string_view word = trim(part);
    const auto found = std::ranges::find(names, word);
    if (found == names.end()) {
      return fail(Errc::parse, "--by: \"" + sanitize(word) + "\" is no way to sum up" +
                                   config::did_you_mean(word, names) +
                                   " (valid: " + join(names, ", ") + ")");
    }
    const auto chosen = static_cast<SpendBy>(found - names.begin());
    if (std::ranges::find(by, chosen) == by.end()) by.push_back(chosen);
  }
  if (by.size() > 2) return fail(Errc::parse, "--by: at most two, such as day,model");
  if (by.size() == 2 && is_time(by[0]) && is_time(by[1])) {
    return fail(Errc::parse, "--by: one of hour, day, week and month");
  }
  if (by.size() == 2 && (by[0] == SpendBy::session || by[1] == SpendBy::session)) {
    return fail(Errc::parse,
                "--by: session stands alone; its rows name agent, trigger and channel");
  }
  return by;
}

SystemTime floor_hour(SystemTime time) { return std::chrono::floor<hours>(time); }
SystemTime ceil_hour(SystemTime time) { return std::chrono::ceil<hours>(time); }

// That day's midnight (or what comes first in it) and the end of the day.
host::TimeZone::Period local_day(const host::TimeZone& zone, std::chrono::sys_days day,
                                 std::string_view text) {
  // A zone is up to 14 h off: noon in UTC may be another day there.
  const SystemTime noon = day + hours(12);
  for (const SystemTime guess : {noon, noon - days(1), noon + days(1)}) {
    if (zone.date(guess) == text) return zone.period_of(CalendarUnit::day, guess);
  }
  return {SystemTime(day), SystemTime(day + days(1))};  // a day a zone has left out
}

Duration default_span(const SpendRequest& request) {
  switch (request.unit_of_time().value_or(SpendBy::day)) {
    case SpendBy::hour:
      return days(1);
    case SpendBy::week:
      return days(12 * 7);
    case SpendBy::month:
      return days(365);
    default:
      return days(30);
  }
}

// `span` before `end`, from the next full period on if there is one.
SystemTime begin_of(const SpendRequest& request, const host::TimeZone& zone, SystemTime end,
                    Duration span) {
  const SystemTime begin = end - span;
  const bool of_days = span >= days(2);
  const auto unit =
      unit_of(request.unit_of_time().value_or(of_days ? SpendBy::day : SpendBy::hour));
  const auto period = zone.period_of(unit, begin);
  if (period.begin == begin) return begin;
  return period.end < end ? period.end : floor_hour(begin);
}

Result<> parse_times(const SpendFlags& flags, const host::TimeZone& zone, SystemTime now,
                     SpendRequest& request) {
  request.until = ceil_hour(now + std::chrono::nanoseconds(1));
  SystemTime end = now;
  if (!flags.until.empty()) {
    request.until_now = false;
    if (const auto day = config::parse_date(flags.until)) {
      end = local_day(zone, *day, flags.until).end;
    } else if (const auto ago = parse_duration(flags.until)) {
      end = now - *ago;
    } else {
      return std::unexpected(unexpected_word("--until", flags.until, kExpectedTime));
    }
    request.until_now = end > now;
    end = std::min(end, now);
    if (!request.until_now) request.until = ceil_hour(end);
  }
  if (const auto day = config::parse_date(flags.since)) {
    request.from = ceil_hour(local_day(zone, *day, flags.since).begin);
  } else {
    const auto span = flags.since.empty() ? default_span(request) : parse_duration(flags.since);
    if (!span || *span <= Duration::zero()) {
      return std::unexpected(unexpected_word("--since", flags.since, kExpectedTime));
    }
    request.from = ceil_hour(begin_of(request, zone, end, *span));
  }
  if (request.from < request.until) return {};
  return fail(Errc::parse, "--since is not before --until: there is nothing between them");
}

}  // namespace

std::optional<SpendBy> SpendRequest::unit_of_time() const {
  const auto found = std::ranges::find_if(by, is_time);
  return found == by.end() ? std::nullopt : std::optional(*found);
}

Result<SpendRequest> spend_request(const SpendFlags& flags, const host::TimeZone& zone,
                                   SystemTime now) {
  SpendRequest request;
  TRY_ASSIGN(request.by, parse_by(flags.by));
  TRY(parse_times(flags, zone, now, request));
  request.agent = flags.agent;
  request.model = flags.model;
  request.provider = flags.provider;
  request.home = flags.home;
  if (!flags.trigger.empty()) {
    request.trigger = parse::parse_trigger(flags.trigger);
    const std::vector<std::string_view> names(parse::kTriggerNames.begin(),
                                              parse::kTriggerNames.end());
    if (!request.trigger) {
      return std::unexpected(
          unexpected_word("--trigger", flags.trigger, "one of " + join(names, ", ")));
    }
  }
  if (request.of_sessions() && !(flags.model.empty() && flags.provider.empty())) {
    return fail(Errc::parse,
                "--by=session: a session is kept as one sum over its models; leave --model and "
                "--provider out, or use --by=agent,model");
  }
  if (flags.limit) {
    if (*flags.limit < 0) {
      return std::unexpected(unexpected_word("--limit", std::to_string(*flags.limit),
                                             "a number of rows, or 0 for all of them"));
    }
    request.limit = static_cast<std::size_t>(*flags.limit);
  }
  return request;
}

}  // namespace clawvigil::cli
