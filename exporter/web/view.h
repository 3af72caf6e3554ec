// Read access to a snapshot by family, label and home, for the status page, and the words for
// values. What is not there is std::nullopt or empty, and why_unknown() tells the reason.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/collect/hub.h"
#include "exporter/web/phrase.h"

namespace clawvigil::web {

// One sample of a family. Valid as long as its snapshot.
class Row {
 public:
  Row(const Family& family, const std::vector<std::string>& values, double value)
      : family_(&family), values_(&values), value_(value) {}

  // The value of the label, or "" when the family has no such label.
  [[nodiscard]] std::string_view label(std::string_view name) const;
  [[nodiscard]] bool has_label(std::string_view name) const;
  [[nodiscard]] double value() const { return value_; }

 private:
  const Family* family_;
  const std::vector<std::string>* values_;
  double value_;
};

class View {
 public:
  // `home` limits families that have the label `home` to that one; "" means all.
  View(const Snapshot& snapshot, std::string_view home) : snapshot_(snapshot), home_(home) {}

  [[nodiscard]] std::vector<Row> rows(std::string_view family) const;
  // The first sample's value.
  [[nodiscard]] std::optional<double> value(std::string_view family) const;
  // The sum over the samples whose label has that value; nothing when there is none.
  [[nodiscard]] std::optional<double> sum(std::string_view family, std::string_view label,
                                          std::string_view value) const;
  // Why a family has no samples: its collector's error or first unknown, or that none reports it.
  // A collector tells its reasons in English: then both languages say the same.
  [[nodiscard]] Sentence why_unknown(std::string_view family) const;
  // Something is missing of what the family should tell, though it may have samples.
  [[nodiscard]] bool is_incomplete(std::string_view family) const;
  // Nothing to say and nothing unknown: what the family is about does not exist on this host, or
  // its collector is switched off.
  [[nodiscard]] bool is_absent(std::string_view family) const;
  [[nodiscard]] const Snapshot& snapshot() const { return snapshot_; }
  [[nodiscard]] std::string_view home() const { return home_; }

 private:
  [[nodiscard]] const CollectorState* collector_of(std::string_view family) const;

  const Snapshot& snapshot_;
  std::string_view home_;
};

// As each language writes them; the French spaces do not break.
[[nodiscard]] Sentence format_count(double value);       // 1,234,567 · 1 234 567
[[nodiscard]] Sentence format_usd(double value);         // $1,234.50, $0.0042 · 1 234,50 $
[[nodiscard]] Sentence format_percent(double ratio);     // 12 %
[[nodiscard]] Sentence format_bytes(double bytes);       // 812 B, 3.4 MB, 12 GB · 3,4 Mo
[[nodiscard]] Sentence format_duration(Duration value);  // 3 ms, 2.5 s, 4 min, 3 h, 2 d · 2 j
[[nodiscard]] Sentence format_time(SystemTime time);  // 2026-11-21 22:41 UTC · 21/11/2026 22:41 UTC
[[nodiscard]] Sentence format_date(SystemTime time);  // 2026-11-21 · 21/11/2026

// The time a sample in seconds since 1970 tells, from then to kLatestTime, whatever it says.
inline constexpr double kLatestTime = 9e9;  // what a time in nanoseconds can hold
[[nodiscard]] SystemTime to_time(double unix_seconds);

}  // namespace clawvigil::web
