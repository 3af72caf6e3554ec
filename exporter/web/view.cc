#include "exporter/web/view.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>

#include "exporter/base/strings.h"
#include "exporter/base/thousands.h"
#include "exporter/base/utc_time.h"

namespace clawvigil::web {

namespace {

constexpr std::size_t kMaxReason = 512;
constexpr double kCent = 0.01;

template <class... Arguments>
std::string print(const char* format, Arguments... arguments) {
  std::array<char, 64> buffer{};
  const int length = std::snprintf(buffer.data(), buffer.size(), format, arguments...);
  const auto end =
      std::clamp<std::size_t>(static_cast<std::size_t>(std::max(length, 0)), 0, buffer.size() - 1);
  return {buffer.data(), end};
}

}  // namespace

bool Row::has_label(std::string_view name) const {
  return std::ranges::find(family_->info.labels, name) != family_->info.labels.end();
}

std::string_view Row::label(std::string_view name) const {
  const auto& labels = family_->info.labels;
  const auto found = std::ranges::find(labels, name);
  if (found == labels.end()) return {};
  return (*values_)[static_cast<std::size_t>(found - labels.begin())];
}

std::vector<Row> View::rows(std::string_view family) const {
  std::vector<Row> result;
  const Family* const found = snapshot_.find(family);
  if (found == nullptr) return result;
  for (const auto& [values, value] : found->samples) {
    const Row row(*found, values, value);
    if (home_.empty() || !row.has_label("home") || row.label("home") == home_) {
      result.push_back(row);
    }
  }
  return result;
}

std::optional<double> View::value(std::string_view family) const {
  const std::vector<Row> found = rows(family);
  if (found.empty()) return std::nullopt;
  return found.front().value();
}

std::optional<double> View::sum(std::string_view family, std::string_view label,
                                std::string_view value) const {
  std::optional<double> total;
  for (const Row& row : rows(family)) {
    if (row.label(label) == value) total = total.value_or(0) + row.value();
  }
  return total;
}

const CollectorState* View::collector_of(std::string_view family) const {
  const auto has_family = [&](const CollectorState& state) {
    const auto& metrics = state.info->metrics;
    return std::ranges::find(metrics, family, &MetricInfo::name) != metrics.end();
  };
  const auto found = std::ranges::find_if(snapshot_.collectors, has_family);
  return found == snapshot_.collectors.end() ? nullptr : &*found;
}

namespace {

bool concerns(const Unknown& unknown, std::string_view family) {
  return std::ranges::find(unknown.families, family) != unknown.families.end();
}

}  // namespace

std::string View::why_unknown(std::string_view family) const {
  const CollectorState* const state = collector_of(family);
  if (state == nullptr) return "no collector for this is running";
  const std::string name(state->info->name);
  if (!state->ran) return "the " + name + " collector has not ended its first run";
  if (state->error) return sanitize(state->error->message, kMaxReason);
  if (!state->batch) return "the last reading of the " + name + " collector is too old";
  const std::vector<Unknown>& unknowns = state->batch->unknowns();
  const auto found = std::ranges::find_if(
      unknowns, [&](const Unknown& unknown) { return concerns(unknown, family); });
  if (found != unknowns.end()) return found->detail;
  if (unknowns.size() == 1) return unknowns.front().detail;
  if (unknowns.size() > 1) {
    return std::to_string(unknowns.size()) + " things are unknown to the " + name +
           " collector, listed below";
  }
  return "the " + name + " collector reported nothing";
}

bool View::is_incomplete(std::string_view family) const {
  const CollectorState* const state = collector_of(family);
  if (state == nullptr || !state->batch) return false;
  return std::ranges::any_of(state->batch->unknowns(),
                             [&](const Unknown& unknown) { return concerns(unknown, family); });
}

bool View::is_absent(std::string_view family) const {
  if (!rows(family).empty()) return false;
  const CollectorState* const state = collector_of(family);
  if (state == nullptr) return true;
  if (!state->ran || state->error || !state->batch) return false;
  return std::ranges::none_of(state->batch->unknowns(), [&](const Unknown& unknown) {
    return unknown.families.empty() || concerns(unknown, family);
  });
}

std::string format_count(double value) { return with_thousands(print("%.0f", value)); }

std::string format_usd(double value) {
  const bool tiny = value != 0 && std::abs(value) < kCent;
  return "$" + with_thousands(tiny ? print("%.4f", value) : print("%.2f", value));
}

std::string format_bytes(double bytes) {
  constexpr std::array<std::string_view, 5> kUnits{"B", "kB", "MB", "GB", "TB"};
  constexpr double kStep = 1000;
  constexpr double kRoundsUp = kStep - 0.5;
  std::size_t unit = 0;
  while (bytes >= kRoundsUp && unit + 1 < kUnits.size()) {
    bytes /= kStep;
    ++unit;
  }
  const double rounded = bytes < 10 && unit > 0 ? std::round(bytes * 10) / 10 : std::round(bytes);
  std::string text = format_count(std::floor(rounded));
  const auto tenths = static_cast<int>(std::round((rounded - std::floor(rounded)) * 10));
  if (tenths > 0) text += "." + std::to_string(tenths);
  return text + " " + std::string(kUnits[unit]);
}

SystemTime to_time(double unix_seconds) {
  const double bounded = std::fmin(std::fmax(unix_seconds, 0), kLatestTime);
  return SystemTime(std::chrono::seconds(static_cast<std::int64_t>(bounded)));
}

std::string format_duration(Duration value) {
  using std::chrono::duration;
  const double seconds = duration<double>(value).count();
  constexpr double kMinute = 60;
  constexpr double kHour = 60 * kMinute;
  constexpr double kDay = 24 * kHour;
  if (seconds < 1) return print("%.0f ms", seconds * 1000);
  if (seconds < 10) return print("%.1f s", seconds);
  if (seconds < 2 * kMinute) return print("%.0f s", seconds);
  if (seconds < 2 * kHour) return print("%.0f min", seconds / kMinute);
  if (seconds < 2 * kDay) return print("%.0f h", seconds / kHour);
  return print("%.0f d", seconds / kDay);
}

std::string format_time(SystemTime time) { return format_utc(time, "%Y-%m-%d %H:%M:%S UTC"); }

std::string format_date(SystemTime time) { return format_utc(time, "%Y-%m-%d"); }

}  // namespace clawvigil::web
