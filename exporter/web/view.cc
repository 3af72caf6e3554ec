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

constexpr std::string_view kNarrowSpace = "\u202F";

// "1,234,567.50" as French writes it, with spaces that do not break.
std::string in_french(std::string_view number) {
  std::string out;
  for (const char c : number) {
    if (c == ',') {
      out += kNarrowSpace;
    } else {
      out += c == '.' ? ',' : c;
    }
  }
  return out;
}

Sentence both(std::string number) {
  std::string french = in_french(number);
  return {std::move(number), std::move(french)};
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

Sentence View::why_unknown(std::string_view family) const {
  const CollectorState* const state = collector_of(family);
  if (state == nullptr) {
    return {"no collector for this is running", "aucun collecteur ne s'en occupe"};
  }
  const std::string name(state->info->name);
  if (!state->ran) {
    return {"the " + name + " collector has not ended its first run",
            "le collecteur " + name + " n'a pas fini son premier passage"};
  }
  if (state->error) return Sentence(sanitize(state->error->message, kMaxReason));
  if (!state->batch) {
    return {"the last reading of the " + name + " collector is too old",
            "la dernière lecture du collecteur " + name + " est trop ancienne"};
  }
  const std::vector<Unknown>& unknowns = state->batch->unknowns();
  const auto found = std::ranges::find_if(
      unknowns, [&](const Unknown& unknown) { return concerns(unknown, family); });
  if (found != unknowns.end()) return Sentence(found->detail);
  if (unknowns.size() == 1) return Sentence(unknowns.front().detail);
  if (unknowns.size() > 1) {
    const std::string count = std::to_string(unknowns.size());
    return {count + " things are unknown to the " + name + " collector, listed below",
            "le collecteur " + name + " ignore " + count + " choses, citées plus bas"};
  }
  return {"the " + name + " collector reported nothing",
          "le collecteur " + name + " n'a rien rapporté"};
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

Sentence format_count(double value) { return both(with_thousands(print("%.0f", value))); }

Sentence format_usd(double value) {
  const bool tiny = value != 0 && std::abs(value) < kCent;
  Sentence text = both(with_thousands(tiny ? print("%.4f", value) : print("%.2f", value)));
  text.english = "$" + text.english;
  text.french += "\u00A0$";
  return text;
}

Sentence format_percent(double ratio) {
  constexpr double kHundred = 100;
  Sentence text = format_count(std::round(ratio * kHundred));
  return text += Phrase(std::string_view("\u00A0%"));
}

Sentence format_bytes(double bytes) {
  constexpr std::array<Phrase, 5> kUnits{
      Phrase{" B", " o"}, {" kB", " ko"}, {" MB", " Mo"}, {" GB", " Go"}, {" TB", " To"}};
  constexpr double kStep = 1000;
  constexpr double kRoundsUp = kStep - 0.5;
  std::size_t unit = 0;
  while (bytes >= kRoundsUp && unit + 1 < kUnits.size()) {
    bytes /= kStep;
    ++unit;
  }
  const double rounded = bytes < 10 && unit > 0 ? std::round(bytes * 10) / 10 : std::round(bytes);
  Sentence text = format_count(std::floor(rounded));
  const auto tenths = static_cast<int>(std::round((rounded - std::floor(rounded)) * 10));
  if (tenths > 0) {
    text += Phrase{".", ","};
    text += std::to_string(tenths);
  }
  return text += kUnits[unit];
}

SystemTime to_time(double unix_seconds) {
  const double bounded = std::fmin(std::fmax(unix_seconds, 0), kLatestTime);
  return SystemTime(std::chrono::seconds(static_cast<std::int64_t>(bounded)));
}

Sentence format_duration(Duration value) {
  using std::chrono::duration;
  const double seconds = duration<double>(value).count();
  constexpr double kMinute = 60;
  constexpr double kHour = 60 * kMinute;
  constexpr double kDay = 24 * kHour;
  const auto whole = [](double amount, Phrase unit) { return format_count(amount) + unit; };
  if (seconds < 1) return whole(seconds * 1000, {" ms", " ms"});
  if (seconds < 10) {
    return both(print("%.1f s", seconds));
  }
  if (seconds < 2 * kMinute) return whole(seconds, {" s", " s"});
  if (seconds < 2 * kHour) return whole(seconds / kMinute, {" min", " min"});
  if (seconds < 2 * kDay) return whole(seconds / kHour, {" h", " h"});
  return whole(seconds / kDay, {" d", " j"});
}

Sentence format_time(SystemTime time) {
  return {format_utc(time, "%Y-%m-%d %H:%M UTC"), format_utc(time, "%d/%m/%Y %H:%M UTC")};
}

Sentence format_date(SystemTime time) {
  return {format_utc(time, "%Y-%m-%d"), format_utc(time, "%d/%m/%Y")};
}

}  // namespace clawvigil::web
