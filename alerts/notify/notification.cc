#include "alerts/notify/notification.h"

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <tuple>

namespace clawvigil::notify {

namespace {

bool ended(Event::Kind kind) { return kind == Event::Kind::resolved || kind == Event::Kind::gone; }

bool before(const Event& a, const Event& b) {
  const auto rank = [](const Event& event) {
    return std::tuple(ended(event.kind), event.alert.severity, event.kind, event.alert.name());
  };
  if (rank(a) != rank(b)) return rank(a) < rank(b);
  return std::ranges::lexicographical_compare(a.alert.labels.all(), b.alert.labels.all());
}

Event merge(const Event& older, const Event& newer) {
  Event event = newer;
  const bool untold = older.kind == Event::Kind::fired || older.kind == Event::Kind::passed;
  if (untold && newer.kind == Event::Kind::resolved) event.kind = Event::Kind::passed;
  if (older.kind == Event::Kind::fired && newer.kind == Event::Kind::still) {
    event.kind = Event::Kind::fired;
    event.at = older.at;
  }
  return event;
}

std::int64_t nanoseconds(SystemTime time) { return time.time_since_epoch().count(); }

}  // namespace

void sort_and_bound(Notification& notification) {
  std::ranges::sort(notification.events, before);
  if (notification.events.size() <= kMaxEvents) return;
  notification.left_out += notification.events.size() - kMaxEvents;
  notification.events.erase(notification.events.begin() + kMaxEvents, notification.events.end());
}

Notification merge(const Notification& older, const Notification& newer) {
  std::map<std::uint64_t, Event> events;
  for (const Event& event : older.events) events[event.alert.fingerprint] = event;
  for (const Event& event : newer.events) {
    const auto known = events.find(event.alert.fingerprint);
    events[event.alert.fingerprint] = known == events.end() ? event : merge(known->second, event);
  }
  Notification merged = newer;
  merged.given_up += older.given_up;
  merged.left_out += older.left_out;
  merged.events.clear();
  for (auto& [fingerprint, event] : events) merged.events.push_back(std::move(event));
  sort_and_bound(merged);
  return merged;
}

std::string dedup_key(std::string_view receiver, const Notification& notification) {
  std::vector<std::string> parts;
  for (const Event& event : notification.events) {
    // A reminder is news of its own; everything else belongs to one firing.
    const SystemTime time = event.kind == Event::Kind::still
                                ? event.at
                                : event.alert.fired_at.value_or(event.alert.active_at);
    parts.push_back(std::to_string(event.alert.fingerprint) + ":" +
                    std::to_string(nanoseconds(time)) + ":" +
                    std::to_string(static_cast<int>(event.kind)));
  }
  std::ranges::sort(parts);
  std::string text(receiver);
  text += '\n' + std::to_string(static_cast<int>(notification.kind));
  if (notification.kind != Notification::Kind::alerts) {
    text += '\n' + std::to_string(nanoseconds(notification.time));
  }
  for (const std::string& part : parts) text += '\n' + part;
  const XXH128_hash_t hash = XXH3_128bits(text.data(), text.size());
  std::array<char, 33> hex{};
  static_cast<void>(std::snprintf(hex.data(), hex.size(), "%016llx%016llx",
                                  static_cast<unsigned long long>(hash.high64),
                                  static_cast<unsigned long long>(hash.low64)));
  return hex.data();
}

std::optional<Severity> worst(const Notification& notification) {
  std::optional<Severity> worst;
  for (const Event& event : notification.events) {
    if (!ended(event.kind) && (!worst || event.alert.severity < *worst)) {
      worst = event.alert.severity;
    }
  }
  return worst;
}

}  // namespace clawvigil::notify
