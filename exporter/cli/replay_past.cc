#include "exporter/cli/replay_past.h"

#include <algorithm>

#include "collectors/usage/history.h"
#include "exporter/base/milliseconds.h"
#include "exporter/cli/state_access.h"

namespace clawvigil::cli {

Result<std::unique_ptr<ReplayPast>> ReplayPast::load(const Config& config, const Wanted& wanted,
                                                     const std::function<void(double)>& progress) {
  // Rules look back; what they see before `from` counts.
  constexpr Duration kLookBehind = std::chrono::days(1);
  const auto labels = [instance = config.web.listen_address](std::string_view metric,
                                                             std::vector<promql::Label> given) {
    given.push_back({std::string(promql::kMetricName), std::string(metric)});
    given.push_back({"job", "clawvigil"});
    given.push_back({"instance", instance});
    return promql::Labels(std::move(given));
  };
  TRY_ASSIGN(store::Store store, open_state_to_read(config));
  std::unique_ptr<ReplayPast> past(new ReplayPast(std::move(store)));
  TRY_ASSIGN(past->complete_, usage::is_complete(past->store_));
  TRY_ASSIGN(past->recorded_,
             alerts::RecordedHistory::load(past->store_, wanted.metrics,
                                           to_milliseconds(wanted.from - kLookBehind),
                                           to_milliseconds(wanted.until), labels));
  const auto sessions = past->recorded_.sessions();
  if (!sessions.empty()) past->recorded_from_ = from_milliseconds(sessions.front().start);
  const SystemTime computed_until = past->recorded_from_.value_or(wanted.until);
  past->fine_from_ =
      std::min(computed_until, wanted.until - std::chrono::minutes(usage::kMinutesKept));
  TRY_ASSIGN(past->transcripts_, TranscriptHistory::load(past->store_, wanted.metrics, labels));
  TRY_ASSIGN(past->computed_, ComputedPast::load(past->store_, config,
                                                 {.metrics = wanted.metrics,
                                                  .from = wanted.from - kLookBehind,
                                                  .until = computed_until},
                                                 labels, progress));
  const std::vector<const promql::Source*> earlier{&*past->transcripts_, &*past->computed_};
  past->source_.emplace(past->recorded_, sessions.empty() ? INT64_MAX : sessions.front().start,
                        earlier);
  return past;
}

ReplayReach ReplayPast::reach() const {
  return {recorded_from_, [this](std::string_view metric) -> std::optional<SystemTime> {
            if (transcripts_->tells_of(metric)) return SystemTime::min();
            return computed_->known_from(metric);
          }};
}

bool ReplayPast::changed(std::string_view metric, SystemTime before, SystemTime now) const {
  const promql::TimeMs from = to_milliseconds(before);
  const promql::TimeMs until = to_milliseconds(now);
  if (metric.empty() || recorded_.changed(metric, from, until)) return true;
  if (recorded_from_ && before >= *recorded_from_) return false;
  return computed_->changed(metric, from, until) || transcripts_->changed(metric, from, until);
}

}  // namespace clawvigil::cli
