#include "exporter/model/batch.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

#include "exporter/base/strings.h"

namespace clawvigil {

namespace {

constexpr std::size_t kMaxLabelBytes = 128;
constexpr std::size_t kMaxDetailBytes = 512;
constexpr std::size_t kMaxUnknowns = 64;

}  // namespace

double* Batch::slot(const MetricInfo& info, std::initializer_list<std::string_view> labels) {
  Family& family = families_.try_emplace(info.name, Family{info, {}, 0}).first->second;
  std::vector<std::string> key;
  key.reserve(labels.size());
  for (const std::string_view label : labels) key.push_back(sanitize(label, kMaxLabelBytes));
  if (const auto found = family.samples.find(key); found != family.samples.end()) {
    return &found->second;
  }
  if (family.samples.size() >= info.max_series) {
    ++family.dropped;
    return nullptr;
  }
  return &family.samples.emplace(std::move(key), 0.0).first->second;
}

void Batch::set_sample(const MetricInfo& info, double value,
                       std::initializer_list<std::string_view> labels) {
  if (std::isnan(value)) return;
  if (double* sample = slot(info, labels)) *sample = value;
}

void Batch::add_sample(const MetricInfo& info, double value,
                       std::initializer_list<std::string_view> labels) {
  if (std::isnan(value)) return;
  if (double* sample = slot(info, labels)) *sample += value;
}

namespace {

bool same_family(const Family& a, const Family& b) {
  const auto same_sample = [](const auto& left, const auto& right) {
    return std::bit_cast<std::uint64_t>(left.second) ==
               std::bit_cast<std::uint64_t>(right.second) &&
           left.first == right.first;
  };
  return a.dropped == b.dropped && std::ranges::equal(a.samples, b.samples, same_sample);
}

bool same_finding(const Finding& a, const Finding& b) {
  return a.family.name == b.family.name && a.labels == b.labels && a.file == b.file &&
         a.line == b.line;
}

}  // namespace

Batch::Difference Batch::difference(const Batch& newer) const {
  const auto same_name = [](const auto& left, const auto& right) {
    return left.first == right.first;
  };
  if (!std::ranges::equal(families_, newer.families_, same_name) || unknowns_ != newer.unknowns_ ||
      !std::ranges::equal(findings_, newer.findings_, same_finding)) {
    return Difference::facts;
  }
  Difference found = Difference::none;
  auto other = newer.families_.begin();
  for (const auto& [name, family] : families_) {
    if (!same_family(family, (other++)->second)) {
      if (!is_housekeeping(name)) return Difference::facts;
      found = Difference::housekeeping;
    }
  }
  return found;
}

std::vector<std::string_view> names_of(std::span<const MetricInfo> families) {
  std::vector<std::string_view> names;
  names.reserve(families.size());
  for (const MetricInfo& family : families) names.push_back(family.name);
  return names;
}

void Batch::unknown(const Error& error, std::vector<std::string_view> families) {
  if (unknowns_.size() >= kMaxUnknowns) return;
  unknowns_.push_back({error.code, sanitize(error.message, kMaxDetailBytes), std::move(families)});
}

void Batch::add_finding(const MetricInfo& info, std::string_view file, std::uint64_t line,
                        std::initializer_list<std::string_view> labels) {
  if (findings_.size() >= kMaxFindings) return;
  Finding finding{info, {}, sanitize(file, kMaxDetailBytes), line};
  for (const std::string_view label : labels) {
    finding.labels.push_back(sanitize(label, kMaxLabelBytes));
  }
  findings_.push_back(std::move(finding));
}

const Family* Batch::find(std::string_view name) const {
  const auto found = families_.find(name);
  return found == families_.end() ? nullptr : &found->second;
}

}  // namespace clawvigil
