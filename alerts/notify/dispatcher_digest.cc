// The daily digest: how the rules stand, what is still open, what is good to know, and what could
// not be delivered.
#include <algorithm>

#include "alerts/notify/dispatcher.h"
#include "alerts/notify/receiver.h"
#include "alerts/notify/schedule.h"

namespace clawvigil::notify {

void Dispatcher::digest(store::Store& store, const ReceiverConfig& receiver,
                        const DigestFacts& facts, SystemTime now) {
  if (receiver.fallback_only || !takes_digest(receiver) || !wants(receiver, Severity::info)) {
    return;
  }
  auto [entry, first] = state_.paces.try_emplace(receiver.name);
  Pace& pace = entry->second;
  if (first) pace.digest = now;
  if (last_time_of_day(config_->digest_at, now) <= pace.digest) return;
  Notification message = notification(Notification::Kind::digest, now);
  message.facts = facts;
  for (const auto& [fingerprint, record] : state_.records) {
    const Alert& alert = record.alert;
    const bool firing = alert.state == alerts::AlertState::firing;
    const bool info = alert.severity == Severity::info;
    const bool news = firing || (info && alert.resolved_at >= pace.digest);
    if (!news || alert.name() == kWatchdog || !wants(receiver, alert.severity) ||
        silenced(alert, now)) {
      continue;
    }
    message.events.push_back({.kind = firing ? Event::Kind::still : Event::Kind::passed,
                              .alert = alert,
                              .at = now,
                              .fired_last_hour = 1});
  }
  const auto counts = outbox_.counts();
  const auto found = counts.find(receiver.name);
  const std::uint64_t given_up = found == counts.end() ? 0 : found->second.given_up;
  message.given_up = given_up - std::min(pace.given_up, given_up);
  pace.digest = now;
  pace.given_up = given_up;
  pace.dirty = true;
  const bool quiet = message.events.empty() && message.given_up == 0;
  if (quiet && !config_->digest_when_quiet) return;
  sort_and_bound(message);
  stage(store, receiver, std::move(message));
}

}  // namespace clawvigil::notify
