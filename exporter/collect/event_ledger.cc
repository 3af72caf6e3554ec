#include "exporter/collect/event_ledger.h"

#include <algorithm>
#include <cstring>

#include "exporter/base/strings.h"

namespace clawvigil {

namespace {

// Label values are joined by a character that Batch never lets into one.
constexpr char kSeparator = '\x1f';

constexpr std::string_view kSchema = R"sql(
CREATE TABLE IF NOT EXISTS event_count (
  component TEXT NOT NULL, family TEXT NOT NULL, labels TEXT NOT NULL, value REAL NOT NULL,
  PRIMARY KEY (component, family, labels)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS event_position (
  component TEXT NOT NULL, source TEXT NOT NULL, position TEXT NOT NULL,
  PRIMARY KEY (component, source)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS event_member (
  component TEXT NOT NULL, name TEXT NOT NULL, member INTEGER NOT NULL,
  first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL,
  PRIMARY KEY (component, name, member)) STRICT, WITHOUT ROWID;
)sql";

std::string joined(const std::vector<std::string>& labels) {
  std::string text;
  for (const std::string& label : labels) text += label + kSeparator;
  return text;
}

std::vector<std::string> separated(std::string_view text) {
  std::vector<std::string> labels;
  while (!text.empty()) {
    const std::size_t end = text.find(kSeparator);
    labels.emplace_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return labels;
}

std::int64_t stored(SystemTime time) { return time.time_since_epoch().count(); }
SystemTime loaded(std::int64_t time) { return SystemTime(Duration(time)); }

}  // namespace

Result<EventLedger> EventLedger::open(store::Store& store, std::string component) {
  TRY(store.ensure_schema(kSchema));
  EventLedger ledger(std::move(component));
  TRY(ledger.load(store));
  return ledger;
}

Result<> EventLedger::load(store::Store& store) {
  TRY_ASSIGN(auto counts, store.prepare("SELECT family, labels, value FROM event_count "
                                        "WHERE component = ?1"));
  counts.bind(1, component_);
  while (true) {
    TRY_ASSIGN(const bool row, counts.step());
    if (!row) break;
    counts_[std::string(counts.text(0))][separated(counts.text(1))].value = counts.real(2);
  }
  TRY_ASSIGN(auto positions,
             store.prepare("SELECT source, position FROM event_position WHERE component = ?1"));
  positions.bind(1, component_);
  while (true) {
    TRY_ASSIGN(const bool row, positions.step());
    if (!row) break;
    positions_[std::string(positions.text(0))] = positions.text(1);
  }
  TRY_ASSIGN(auto members, store.prepare("SELECT name, member, first_seen, last_seen "
                                         "FROM event_member WHERE component = ?1"));
  members.bind(1, component_);
  while (true) {
    TRY_ASSIGN(const bool row, members.step());
    if (!row) break;
    sets_[std::string(members.text(0))].members[static_cast<std::uint64_t>(members.integer(1))] = {
        loaded(members.integer(2)), loaded(members.integer(3))};
  }
  return {};
}

void EventLedger::add_count(const MetricInfo& info, double count, Labels labels) {
  for (std::string& label : labels) label = sanitize(label);
  auto family = counts_.find(info.name);
  if (family == counts_.end()) family = counts_.try_emplace(std::string(info.name)).first;
  auto found = family->second.find(labels);
  if (found == family->second.end()) {
    if (family->second.size() > info.max_series) return;
    found = family->second.try_emplace(std::move(labels)).first;
    found->second.changed = true;
    changed_ = true;
  }
  if (count <= 0) return;
  found->second.value += count;
  found->second.changed = true;
  changed_ = true;
}

double EventLedger::total_of(std::string_view family, Labels labels) const {
  for (std::string& label : labels) label = sanitize(label);
  const auto counts = counts_.find(family);
  if (counts == counts_.end()) return 0;
  const auto count = counts->second.find(labels);
  return count == counts->second.end() ? 0 : count->second.value;
}

std::optional<std::string_view> EventLedger::position(std::string_view source) const {
  const auto found = positions_.find(source);
  if (found == positions_.end()) return std::nullopt;
  return found->second;
}

Result<> EventLedger::set_position(std::string_view source, std::string position) {
  if (position.size() > kMaxPositionBytes) {
    return fail(Errc::too_large, "a position of " + std::to_string(position.size()) + " bytes");
  }
  const auto found = positions_.find(source);
  if (found != positions_.end()) {
    if (found->second == position) return {};
    found->second = std::move(position);
  } else {
    if (positions_.size() >= kMaxPositions) {
      return fail(Errc::too_large, "more than " + std::to_string(kMaxPositions) + " sources");
    }
    positions_.emplace(source, std::move(position));
  }
  changed_positions_.emplace(source);
  changed_ = true;
  return {};
}

void EventLedger::forget_position(std::string_view source) {
  const auto found = positions_.find(source);
  if (found == positions_.end()) return;
  positions_.erase(found);
  changed_positions_.emplace(source);
  changed_ = true;
}

bool EventLedger::see(std::string_view set_name, std::uint64_t member, SystemTime when) {
  auto found = sets_.find(set_name);
  if (found == sets_.end()) found = sets_.try_emplace(std::string(set_name)).first;
  Set& set = found->second;
  const auto [position, is_new] = set.members.try_emplace(member, Member{when, when});
  Member& seen = position->second;
  const Member before = seen;
  seen.first_seen = std::min(seen.first_seen, when);
  seen.last_seen = std::max(seen.last_seen, when);
  if (is_new || before.first_seen != seen.first_seen || before.last_seen != seen.last_seen) {
    set.changed.insert(member);
    set.removed.erase(member);
    changed_ = true;
  }
  if (set.members.size() > kMaxMembers) drop_longest_unseen(set);
  return is_new;
}

void EventLedger::drop_longest_unseen(Set& set) {
  // Room for a tenth at once: a flood of strangers must not cost a search each.
  constexpr std::size_t kRoom = kMaxMembers / 10;
  std::vector<std::pair<SystemTime, std::uint64_t>> by_age;
  by_age.reserve(set.members.size());
  for (const auto& [member, seen] : set.members) by_age.emplace_back(seen.last_seen, member);
  std::ranges::nth_element(by_age, by_age.begin() + kRoom);
  for (std::size_t i = 0; i < kRoom; ++i) erase_member(set, by_age[i].second);
}

void EventLedger::erase_member(Set& set, std::uint64_t member) {
  set.members.erase(member);
  set.changed.erase(member);
  set.removed.insert(member);
  changed_ = true;
}

std::optional<EventLedger::Member> EventLedger::member(std::string_view set,
                                                       std::uint64_t member) const {
  const auto found = sets_.find(set);
  if (found == sets_.end()) return std::nullopt;
  const auto seen = found->second.members.find(member);
  return seen == found->second.members.end() ? std::nullopt : std::optional(seen->second);
}

std::size_t EventLedger::seen_since(std::string_view set, SystemTime since) const {
  const auto found = sets_.find(set);
  if (found == sets_.end()) return 0;
  return static_cast<std::size_t>(std::ranges::count_if(
      found->second.members, [&](const auto& entry) { return entry.second.last_seen >= since; }));
}

void EventLedger::forget_unseen(std::string_view set_name, SystemTime before) {
  const auto found = sets_.find(set_name);
  if (found == sets_.end()) return;
  std::vector<std::uint64_t> gone;
  for (const auto& [member, seen] : found->second.members) {
    if (seen.last_seen < before) gone.push_back(member);
  }
  for (const std::uint64_t member : gone) erase_member(found->second, member);
}

Result<> EventLedger::commit(store::Store& store) {
  if (!changed_) return {};
  TRY_ASSIGN(auto transaction, store.begin());
  TRY(write_counts(store));
  TRY(write_positions(store));
  TRY(write_members(store));
  TRY(transaction.commit());
  for (auto& [family, counts] : counts_) {
    for (auto& [labels, count] : counts) count.changed = false;
  }
  changed_positions_.clear();
  for (auto& [name, set] : sets_) {
    set.changed.clear();
    set.removed.clear();
  }
  changed_ = false;
  return {};
}

Result<> EventLedger::write_counts(store::Store& store) const {
  TRY_ASSIGN(auto upsert, store.prepare("INSERT INTO event_count VALUES (?1, ?2, ?3, ?4) "
                                        "ON CONFLICT DO UPDATE SET value = excluded.value"));
  for (const auto& [family, counts] : counts_) {
    for (const auto& [labels, count] : counts) {
      if (!count.changed) continue;
      upsert.bind(1, component_).bind(2, family).bind(3, joined(labels)).bind(4, count.value);
      TRY(upsert.run());
    }
  }
  return {};
}

Result<> EventLedger::write_positions(store::Store& store) const {
  TRY_ASSIGN(auto upsert, store.prepare("INSERT INTO event_position VALUES (?1, ?2, ?3) "
                                        "ON CONFLICT DO UPDATE SET position = excluded.position"));
  TRY_ASSIGN(auto erase, store.prepare("DELETE FROM event_position "
                                       "WHERE component = ?1 AND source = ?2"));
  for (const std::string& source : changed_positions_) {
    const auto found = positions_.find(source);
    if (found == positions_.end()) {
      TRY(erase.bind(1, component_).bind(2, source).run());
    } else {
      TRY(upsert.bind(1, component_).bind(2, source).bind(3, found->second).run());
    }
  }
  return {};
}

Result<> EventLedger::write_members(store::Store& store) const {
  TRY_ASSIGN(auto upsert, store.prepare("INSERT INTO event_member VALUES (?1, ?2, ?3, ?4, ?5) "
                                        "ON CONFLICT DO UPDATE SET first_seen = "
                                        "excluded.first_seen, last_seen = excluded.last_seen"));
  TRY_ASSIGN(auto erase, store.prepare("DELETE FROM event_member "
                                       "WHERE component = ?1 AND name = ?2 AND member = ?3"));
  for (const auto& [name, set] : sets_) {
    for (const std::uint64_t member : set.removed) {
      TRY(erase.bind(1, component_).bind(2, name).bind(3, static_cast<std::int64_t>(member)).run());
    }
    for (const std::uint64_t member : set.changed) {
      const Member& seen = set.members.at(member);
      upsert.bind(1, component_).bind(2, name).bind(3, static_cast<std::int64_t>(member));
      TRY(upsert.bind(4, stored(seen.first_seen)).bind(5, stored(seen.last_seen)).run());
    }
  }
  return {};
}

}  // namespace clawvigil
