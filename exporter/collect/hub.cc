#include "exporter/collect/hub.h"

#include <algorithm>
#include <array>

namespace clawvigil {

namespace {

constexpr std::size_t kMaxByReason = 1024;  // collectors times reasons

constexpr Metric kSuccess{MetricType::gauge,
                          "clawvigil_collector_success",
                          "1 if the collector's last run succeeded, 0 if it failed.",
                          {"collector"}};
constexpr Metric kDuration{MetricType::gauge,
                           "clawvigil_collector_duration_seconds",
                           "How long the collector's last run took.",
                           {"collector"}};
constexpr Metric kLastSuccess{MetricType::gauge,
                              "clawvigil_collector_last_success_timestamp_seconds",
                              "When the collector last succeeded.",
                              {"collector"}};
constexpr Metric kFailures{MetricType::counter,
                           "clawvigil_collector_failures_total",
                           "Failed runs of a collector since clawvigil started, by reason.",
                           {"collector", "reason"},
                           kMaxByReason};
constexpr Metric kUnknown{MetricType::gauge,
                          "clawvigil_unknown",
                          "Things a collector could not determine in its last run, by reason; "
                          "absent values are never zero.",
                          {"collector", "reason"},
                          kMaxByReason};
constexpr Metric kDropped{MetricType::counter,
                          "clawvigil_series_dropped_total",
                          "Series left out because a family reached its bound.",
                          {"family"}};

constexpr std::array kMetrics{kSuccess.info(),  kDuration.info(), kLastSuccess.info(),
                              kFailures.info(), kUnknown.info(),  kDropped.info()};

std::shared_ptr<const Batch> count(const std::vector<CollectorState>& states) {
  auto out = std::make_shared<Batch>();
  for (const CollectorState& state : states) {
    for (const Errc reason : kAllErrc) {
      const auto failures = state.failures.find(reason);
      const bool any = failures != state.failures.end();
      out->set(kFailures, any ? static_cast<double>(failures->second) : 0, state.info->name,
               to_string(reason));
    }
    for (const auto& [family, count] : state.dropped) {
      out->set(kDropped, static_cast<double>(count), family);
    }
  }
  return out;
}

void describe(const CollectorState& state, Batch& out) {
  const std::string_view name = state.info->name;
  if (!state.ran) return;
  out.set(kSuccess, state.success ? 1 : 0, name);
  out.set(kDuration, to_seconds(state.duration), name);
  if (state.last_success) out.set(kLastSuccess, to_unix_seconds(*state.last_success), name);
  if (state.error && !state.batch) out.add(kUnknown, 1, name, to_string(state.error->code));
  if (!state.batch) return;
  for (const Unknown& unknown : state.batch->unknowns()) {
    out.add(kUnknown, 1, name, to_string(unknown.reason));
  }
}

}  // namespace

std::span<const MetricInfo> Hub::metrics() { return kMetrics; }

const Family* Snapshot::find(std::string_view name) const {
  for (const auto& batch : batches) {
    if (const Family* family = batch->find(name)) return family;
  }
  return nullptr;
}

Hub::Hub(const std::vector<const CollectorInfo*>& collectors) {
  for (const CollectorInfo* info : collectors) {
    CollectorState state;
    state.info = info;
    states_.push_back(std::move(state));
  }
}

CollectorState& Hub::state_of(const CollectorInfo& collector) {
  return *std::ranges::find(states_, &collector, &CollectorState::info);
}

void Hub::publish_success(const CollectorInfo& collector, std::shared_ptr<const Batch> batch,
                          Instant end, Duration duration) {
  const MutexLock lock(mutex_);
  CollectorState& state = state_of(collector);
  // What has expired meanwhile, or failed, is to be seen again at once.
  const bool shown =
      state.success && state.batch && end.steady < *state.batch_time + collector.max_age;
  const auto difference = shown ? state.batch->difference(*batch) : Batch::Difference::facts;
  state.ran = true;
  state.success = true;
  state.error.reset();
  state.duration = duration;
  state.last_success = end.wall;
  state.batch_time = end.steady;
  for (const auto& [name, family] : batch->families()) {
    if (family.dropped == 0) continue;
    state.dropped[family.info.name] += family.dropped;
    counts_.reset();
  }
  if (difference != Batch::Difference::none) state.batch = std::move(batch);
  (difference == Batch::Difference::facts ? changed_ : housekeeping_) = true;
}

void Hub::publish_failure(const CollectorInfo& collector, const Error& error, Duration duration) {
  const MutexLock lock(mutex_);
  CollectorState& state = state_of(collector);
  state.ran = true;
  state.success = false;
  state.error = error;
  state.duration = duration;
  ++state.failures[error.code];
  counts_.reset();
  changed_ = true;
}

void Hub::publish_overdue(const CollectorInfo& collector, Duration duration) {
  publish_failure(collector, Error{Errc::timeout, "the run has passed its deadline"}, duration);
}

std::shared_ptr<const Snapshot> Hub::snapshot(Instant now, Duration patience) const {
  const MutexLock lock(mutex_);
  const bool changed = changed_ || (housekeeping_ && now.steady - cached_at_ >= patience);
  if (cached_ && !changed && now.steady < cached_until_) return cached_;
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->version = cached_ ? cached_->version + 1 : 1;
  snapshot->time = now.wall;
  auto self = std::make_shared<Batch>();
  cached_until_ = SteadyTime::max();
  for (CollectorState state : states_) {
    if (state.batch) {
      const SteadyTime expiry = *state.batch_time + state.info->max_age;
      if (expiry <= now.steady) {
        state.batch.reset();
      } else {
        cached_until_ = std::min(cached_until_, expiry);
        snapshot->batches.push_back(state.batch);
      }
    }
    describe(state, *self);
    snapshot->collectors.push_back(std::move(state));
  }
  snapshot->batches.push_back(std::move(self));
  if (!counts_) counts_ = count(states_);
  snapshot->batches.push_back(counts_);
  cached_ = std::move(snapshot);
  cached_at_ = now.steady;
  changed_ = false;
  housekeeping_ = false;
  return cached_;
}

bool Hub::ready() const {
  const MutexLock lock(mutex_);
  return std::ranges::all_of(states_, &CollectorState::ran);
}

}  // namespace clawvigil
