// Metric descriptors, checked when the program is compiled.
//
//   inline constexpr Metric kListening{MetricType::gauge, "clawvigil_listening_sockets",
//                                      "Sockets in LISTEN state.", {"protocol", "scope"}};
//   batch.set(kListening, 3, "tcp", "any");
//
// A wrong name, `_total` on a gauge, a quantity without its base unit, a reserved or repeated
// label, a help text that would need escaping, or a wrong number of label values does not compile
// (tests/compile_fail). The rules are those of CATALOGUE.md, "Rules of the metric space".
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace clawvigil {

// info: a gauge that is always 1 and carries strings in its labels.
enum class MetricType { gauge, counter, info };

constexpr std::string_view to_string(MetricType type) {
  switch (type) {
    case MetricType::gauge:
      return "gauge";
    case MetricType::counter:
      return "counter";
    case MetricType::info:
      return "info";
  }
  return "gauge";
}

// What is known about a family at run time; views into a Metric with static storage.
struct MetricInfo {
  MetricType type;
  std::string_view name;
  std::string_view help;
  std::span<const std::string_view> labels;
  std::size_t max_series;  // samples beyond it are dropped and counted in series_dropped_total
};

// What changes in nearly every run without saying anything about the machine: how long a run took,
// when it last succeeded, what clawvigil itself uses.
[[nodiscard]] constexpr bool is_housekeeping(std::string_view metric) {
  return metric.starts_with("process_") || metric.ends_with("_duration_seconds") ||
         metric.ends_with("_last_success_timestamp_seconds");
}

namespace detail {

// Called from consteval code only: reaching it is the compile error.
void descriptor_error(const char* what);

consteval bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
consteval bool is_digit(char c) { return c >= '0' && c <= '9'; }

consteval bool is_snake_case(std::string_view text) {
  if (text.empty() || !is_lower(text.front()) || text.back() == '_') return false;
  char previous = '\0';
  for (const char c : text) {
    if (!is_lower(c) && !is_digit(c) && c != '_') return false;
    if (c == '_' && previous == '_') return false;
    previous = c;
  }
  return true;
}

consteval bool has_word(std::string_view name, std::string_view word) {
  while (true) {
    const std::size_t end = name.find('_');
    if (name.substr(0, end) == word) return true;
    if (end == std::string_view::npos) return false;
    name.remove_prefix(end + 1);
  }
}

consteval void check_name(MetricType type, std::string_view name) {
  constexpr std::string_view kPrefix = "clawvigil_";
  constexpr std::string_view kNotBase[] = {
      "ms",      "millis", "milliseconds", "us",        "microseconds", "ns",      "nanoseconds",
      "minutes", "hours",  "days",         "kb",        "kib",          "mb",      "mib",
      "gb",      "gib",    "kilobytes",    "megabytes", "percent",      "celsius", "cents"};
  constexpr std::string_view kTimes[] = {"timestamp", "duration", "latency", "lag",
                                         "uptime",    "age",      "bantime", "findtime"};
  const bool process =
      name.starts_with("process_");  // the standard process metrics keep their names
  if (!process && !name.starts_with(kPrefix)) descriptor_error("name must begin with clawvigil_");
  if (!is_snake_case(name)) descriptor_error("name must be snake_case");
  if ((type == MetricType::counter) != name.ends_with("_total")) {
    descriptor_error("counters end in _total, and nothing else does");
  }
  if ((type == MetricType::info) != name.ends_with("_info")) {
    descriptor_error("info metrics end in _info, and nothing else does");
  }
  for (const std::string_view suffix : {"_count", "_sum", "_bucket"}) {
    if (name.ends_with(suffix)) descriptor_error("_count, _sum and _bucket belong to histograms");
  }
  const std::string_view stem =
      type == MetricType::counter ? name.substr(0, name.size() - std::string_view("_total").size())
                                  : name;
  for (const std::string_view unit : kNotBase) {
    if (has_word(stem, unit)) descriptor_error("use base units: seconds, bytes, ratio, usd");
  }
  for (const std::string_view word : kTimes) {
    if (has_word(stem, word) && !stem.ends_with("_seconds") && !stem.ends_with("_bytes")) {
      descriptor_error("a time must end in _seconds");
    }
  }
  if (has_word(stem, "timestamp") && !stem.ends_with("_timestamp_seconds")) {
    descriptor_error("a point in time must end in _timestamp_seconds");
  }
  if ((has_word(stem, "size") || has_word(stem, "memory")) && !stem.ends_with("_bytes")) {
    descriptor_error("a size must end in _bytes");
  }
}

consteval void check_help(std::string_view help) {
  if (help.size() < 10) descriptor_error("help must be a sentence");
  if (help.back() != '.') descriptor_error("help must end in a full stop");
  for (const char c : help) {
    if (c == '\n' || c == '\\' || c == '"') descriptor_error("help must not need escaping");
  }
}

consteval void check_label(std::string_view label) {
  constexpr std::string_view kReserved[] = {"type",    "service", "owner",    "env", "zone",
                                            "cluster", "job",     "instance", "le",  "quantile"};
  if (!is_snake_case(label)) descriptor_error("label must be snake_case");
  for (const std::string_view word : kReserved) {
    if (label == word) descriptor_error("label name is reserved");
  }
}

}  // namespace detail

template <std::size_t N>
class Metric {
 public:
  static constexpr std::size_t kDefaultMaxSeries = 256;

  consteval Metric(MetricType type, std::string_view name, std::string_view help,
                   const std::string_view (&labels)[N], std::size_t max_series = kDefaultMaxSeries)
      : type_(type), name_(name), help_(help), max_series_(max_series) {
    detail::check_name(type, name);
    detail::check_help(help);
    for (std::size_t i = 0; i < N; ++i) {
      detail::check_label(labels[i]);
      for (std::size_t j = 0; j < i; ++j) {
        if (labels[i] == labels[j]) detail::descriptor_error("label is repeated");
      }
      labels_[i] = labels[i];
    }
  }

  // Only for a Metric with static storage: the result refers to it.
  [[nodiscard]] constexpr MetricInfo info() const {
    return {type_, name_, help_, std::span<const std::string_view>(labels_), max_series_};
  }
  [[nodiscard]] constexpr std::string_view name() const { return name_; }

 private:
  MetricType type_;
  std::string_view name_;
  std::string_view help_;
  std::array<std::string_view, N> labels_{};
  std::size_t max_series_;
};

// A family without labels has one sample.
template <>
class Metric<0> {
 public:
  consteval Metric(MetricType type, std::string_view name, std::string_view help)
      : type_(type), name_(name), help_(help) {
    detail::check_name(type, name);
    detail::check_help(help);
    if (type == MetricType::info) detail::descriptor_error("info metrics need a label");
  }
  [[nodiscard]] constexpr MetricInfo info() const { return {type_, name_, help_, {}, 1}; }
  [[nodiscard]] constexpr std::string_view name() const { return name_; }

 private:
  MetricType type_;
  std::string_view name_;
  std::string_view help_;
};

Metric(MetricType, std::string_view, std::string_view) -> Metric<0>;
template <std::size_t N>
Metric(MetricType, std::string_view, std::string_view, const std::string_view (&)[N]) -> Metric<N>;
template <std::size_t N>
Metric(MetricType, std::string_view, std::string_view, const std::string_view (&)[N], std::size_t)
    -> Metric<N>;

}  // namespace clawvigil
