#include "collectors/usage/ledger.h"

#include <algorithm>
#include <cmath>

#include "exporter/base/strings.h"

namespace clawvigil::usage {

namespace {

constexpr std::int64_t kMillisPerMinute = 60'000;
constexpr std::int64_t kMillisPerHour = 3'600'000;
constexpr double kTokensPerPrice = 1e6;

std::int64_t sum_of(const parse::TokenCounts& tokens) {
  return tokens.input + tokens.output + tokens.cache_read + tokens.cache_write;
}

double estimate(const parse::TokenCounts& tokens, const Price& price) {
  return (static_cast<double>(tokens.input) * price.input +
          static_cast<double>(tokens.output) * price.output +
          static_cast<double>(tokens.cache_read) * price.cache_read +
          static_cast<double>(tokens.cache_write) * price.cache_write) /
         kTokensPerPrice;
}

std::string label_or_unknown(std::string_view text) {
  return text.empty() ? "unknown" : sanitize(text);
}

}  // namespace

void ExactSum::add(double value) {
  const double total = sum + value;
  correction += std::abs(sum) >= std::abs(value) ? (sum - total) + value : (value - total) + sum;
  sum = total;
}

void Totals::add(const Totals& other) {
  tokens.input += other.tokens.input;
  tokens.output += other.tokens.output;
  tokens.cache_read += other.tokens.cache_read;
  tokens.cache_write += other.tokens.cache_write;
  requests += other.requests;
  failed += other.failed;
  unpriced_tokens += other.unpriced_tokens;
  recorded_usd.add(other.recorded_usd.sum);
  recorded_usd.add(other.recorded_usd.correction);
  estimated_usd.add(other.estimated_usd.sum);
  estimated_usd.add(other.estimated_usd.correction);
}

Result<> Ledger::begin_source(const Source& source) {
  home_ = source.home;
  agent_ = sanitize(source.agent);
  source_ = source;
  last_slot_ = {};
  TRY_ASSIGN(domain_, domain_of(source.session));
  known_.clear();
  fresh_.clear();
  TRY_ASSIGN(check_identity_, has_identities(source));
  const auto pending = identities_pending_.lower_bound({domain_, 0});
  for (auto it = pending; it != identities_pending_.end() && it->first.first == domain_; ++it) {
    if (source.starts_anew || it->first.second != source.id) check_identity_ = true;
  }
  if (!check_identity_) return {};
  for (auto it = pending; it != identities_pending_.end() && it->first.first == domain_; ++it) {
    fresh_.insert(it->second.begin(), it->second.end());
  }
  return load_identities(domain_);
}

SeriesKey Ledger::bounded(SeriesKey key) {
  if (totals_.contains(key)) return key;
  const auto same_home = [&](const auto& entry) { return entry.first.home == key.home; };
  if (std::ranges::count_if(totals_, same_home) >= static_cast<std::ptrdiff_t>(kMaxSeriesPerHome)) {
    key = {key.home, "other", "other", "other"};
  }
  totals_[key];  // reserves its place; sums are added by commit()
  return key;
}

Totals& Ledger::slot(const parse::UsageRecord& record, std::int64_t hour) {
  // Neighbouring records mostly share their model and hour.
  if (last_slot_.totals != nullptr && last_slot_.hour == hour &&
      last_slot_.provider == record.provider && last_slot_.model == record.model) {
    return *last_slot_.totals;
  }
  const SeriesKey key =
      bounded({home_, agent_, label_or_unknown(record.provider), label_or_unknown(record.model)});
  Totals& totals = hours_pending_[{key, hour}];
  last_slot_ = {std::string(record.provider), std::string(record.model), hour, &totals};
  return totals;
}

void Ledger::book(const parse::UsageRecord& record, const std::optional<Price>& price,
                  SystemTime now) {
  if (check_identity_) {
    if (std::ranges::binary_search(known_, record.key)) return;
    if (!fresh_.insert(record.key).second) return;
  }
  identities_pending_[{domain_, source_.id}].push_back(record.key);
  ++pending_records_;

  const std::int64_t now_ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
  constexpr std::int64_t kClockSkewMs = 24 * kMillisPerHour;
  const bool plausible = record.time_ms > 0 && record.time_ms < now_ms + kClockSkewMs;
  const std::int64_t time_ms = plausible ? record.time_ms : now_ms;

  Totals totals;
  totals.tokens = record.tokens;
  totals.requests = 1;
  totals.failed = record.failed ? 1 : 0;
  if (record.cost_usd) {
    totals.recorded_usd.add(*record.cost_usd);
    if (*record.cost_usd <= 0 && !price) totals.unpriced_tokens = sum_of(record.tokens);
  } else if (price) {
    totals.estimated_usd.add(estimate(record.tokens, *price));
  } else {
    totals.unpriced_tokens = sum_of(record.tokens);
  }
  slot(record, time_ms / kMillisPerHour).add(totals);
  if (now_ms - time_ms < kMinutesKept * kMillisPerMinute) {
    minutes_pending_[{home_, time_ms / kMillisPerMinute}] +=
        totals.recorded_usd.value() + totals.estimated_usd.value();
  }
}

const FileCursor* Ledger::file(std::uint64_t device, std::uint64_t inode) const {
  const auto found = by_inode_.find({device, inode});
  return found == by_inode_.end() ? nullptr : &files_.at(found->second);
}

const RowCursor* Ledger::rows(std::uint64_t session) const {
  const auto found = by_session_.find(session);
  return found == by_session_.end() ? nullptr : &rows_.at(found->second);
}

std::vector<FileCursor> Ledger::files() const {
  std::vector<FileCursor> all;
  all.reserve(files_.size());
  for (const auto& [id, cursor] : files_) all.push_back(cursor);
  return all;
}

void Ledger::discard() {
  last_slot_ = {};
  hours_pending_.clear();
  minutes_pending_.clear();
  files_pending_.clear();
  rows_pending_.clear();
  identities_pending_.clear();
  forgotten_files_.clear();
  pending_records_ = 0;
}

Result<> Ledger::commit(SystemTime now) {
  const bool nothing = hours_pending_.empty() && files_pending_.empty() && rows_pending_.empty() &&
                       forgotten_files_.empty();
  if (nothing) return {};
  if (auto written = write_pending(now); !written) {
    discard();
    return written;
  }
  for (const auto& [key, pending] : hours_pending_) totals_[key.first].add(pending);
  for (const auto& [id, cursor] : files_pending_) {
    files_[id] = cursor;
    by_inode_[{cursor.device, cursor.inode}] = id;
  }
  for (const auto& [id, cursor] : rows_pending_) {
    rows_[id] = cursor;
    by_session_[cursor.session] = id;
  }
  for (const std::int64_t id : forgotten_files_) {
    const auto found = files_.find(id);
    if (found == files_.end()) continue;
    const auto inode = by_inode_.find({found->second.device, found->second.inode});
    if (inode != by_inode_.end() && inode->second == id) by_inode_.erase(inode);
    files_.erase(found);
  }
  discard();
  return {};
}

}  // namespace clawvigil::usage
