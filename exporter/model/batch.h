// Batch: the samples of one run of one collector. Built by one thread, then published as
// shared_ptr<const Batch> and never changed again.
//
// The door for hostile text: every label value is sanitised (valid UTF-8, no control characters,
// at most 128 bytes). A family holds at most its descriptor's max_series samples; the excess is
// dropped and counted, never silently lost.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/result.h"
#include "exporter/model/metric.h"

namespace clawvigil {

struct Family {
  MetricInfo info;
  std::map<std::vector<std::string>, double> samples;  // key: values in the order of info.labels
  std::uint64_t dropped = 0;
};

// One thing a collector could not determine, with the reason an owner can act on.
struct Unknown {
  Errc reason;
  std::string detail;
  // The families that are missing or incomplete because of it (names with static storage); empty:
  // not said, which concerns every declared family without a sample.
  std::vector<std::string_view> families = {};

  bool operator==(const Unknown&) const = default;
};

// Where exactly a part of a sample comes from. For the owner at the terminal only (`clawvigil
// check`): never exported, never on a page.
struct Finding {
  MetricInfo family;
  std::vector<std::string> labels;  // values in the order of family.labels
  std::string file;                 // sanitised, at most 512 bytes
  std::uint64_t line = 0;
};

// The names of these families, for what concerns all of them.
[[nodiscard]] std::vector<std::string_view> names_of(std::span<const MetricInfo> families);

class Batch {
 public:
  // Sets the sample with these label values; a second call with the same ones replaces it.
  // Counters take their running total. NaN is refused (the sample is left out).
  template <std::size_t N, std::convertible_to<std::string_view>... Labels>
    requires(sizeof...(Labels) == N)
  void set(const Metric<N>& metric, double value, const Labels&... labels) {
    set_sample(metric.info(), value, {std::string_view(labels)...});
  }

  // Adds to the sample, which starts at 0.
  template <std::size_t N, std::convertible_to<std::string_view>... Labels>
    requires(sizeof...(Labels) == N)
  void add(const Metric<N>& metric, double value, const Labels&... labels) {
    add_sample(metric.info(), value, {std::string_view(labels)...});
  }

  // Records what could not be determined; shown as clawvigil_unknown{reason} and on the page.
  // `families` are the names of the affected metrics, from their descriptors.
  void unknown(const Error& error, std::vector<std::string_view> families = {});

  // Notes where a sample comes from. At most kMaxFindings; the sample has the true number.
  static constexpr std::size_t kMaxFindings = 1'000;
  template <std::size_t N, std::convertible_to<std::string_view>... Labels>
    requires(sizeof...(Labels) == N)
  void finding(const Metric<N>& metric, std::string_view file, std::uint64_t line,
               const Labels&... labels) {
    add_finding(metric.info(), file, line, {std::string_view(labels)...});
  }

  [[nodiscard]] const std::map<std::string_view, Family>& families() const { return families_; }
  [[nodiscard]] const std::vector<Unknown>& unknowns() const { return unknowns_; }
  [[nodiscard]] const std::vector<Finding>& findings() const { return findings_; }

  // What `newer` shows that this does not: samples, what is unknown, where it was found.
  enum class Difference { none, housekeeping, facts };  // housekeeping: nothing else (metric.h)
  [[nodiscard]] Difference difference(const Batch& newer) const;

  // The family, or nullptr when this batch has no sample of it.
  [[nodiscard]] const Family* find(std::string_view name) const;

 private:
  void set_sample(const MetricInfo& info, double value,
                  std::initializer_list<std::string_view> labels);
  void add_sample(const MetricInfo& info, double value,
                  std::initializer_list<std::string_view> labels);
  void add_finding(const MetricInfo& info, std::string_view file, std::uint64_t line,
                   std::initializer_list<std::string_view> labels);
  double* slot(const MetricInfo& info, std::initializer_list<std::string_view> labels);

  std::map<std::string_view, Family> families_;
  std::vector<Unknown> unknowns_;
  std::vector<Finding> findings_;
};

}  // namespace clawvigil
