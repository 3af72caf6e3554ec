#include "collectors/usage/reader.h"

#include <xxhash.h>

#include "exporter/base/milliseconds.h"

namespace clawvigil::usage {

std::uint64_t AgentContext::session(std::string_view session_id) const {
  const std::string key = home.label + '\0' + agent + '\0' + std::string(session_id);
  return XXH3_64bits(key.data(), key.size());
}

std::optional<Price> AgentContext::price(const parse::UsageRecord& record) const {
  const std::int64_t time_ms = record.time_ms > 0 ? record.time_ms : to_milliseconds(run.now.wall);
  return prices.find(record.provider, record.model, time_ms, record.tokens);
}

Result<> EntryBooker::resume(std::uint64_t session) {
  session_ = session;
  begun_ = true;
  return open(false);
}

Result<> EntryBooker::open(bool starts_anew) {
  return agent_.ledger.begin_source({.id = source_,
                                     .session = session_,
                                     .home = agent_.home.label,
                                     .agent = agent_.agent,
                                     .starts_anew = starts_anew,
                                     .session_id = session_id_,
                                     .trigger = origin_.trigger,
                                     .channel = origin_.channel});
}

Result<> EntryBooker::begin() {
  session_ = agent_.session(session_id_);
  begun_ = true;
  if (!parent_id_.empty() && parent_id_ != session_id_) {
    TRY(agent_.ledger.declare_session(session_, agent_.session(parent_id_)));
  }
  return open(true);
}

Result<> EntryBooker::take(std::string_view entry) {
  if (begun_ && parse::is_surely_without_usage(entry)) return {};
  const auto parsed = parser_.parse(entry);
  if (!parsed) {
    skip(SkipReason::malformed);
    return {};
  }
  if (const auto* header = std::get_if<parse::SessionHeader>(&*parsed); header && !begun_) {
    if (!header->id.empty()) session_id_ = header->id;
    if (!header->parent.empty()) parent_id_ = header->parent;
  }
  if (!begun_) TRY(begin());
  if (const auto* record = std::get_if<parse::UsageRecord>(&*parsed)) {
    const bool unpriced = !record->cost_usd || *record->cost_usd <= 0;
    agent_.ledger.book(*record, unpriced ? agent_.price(*record) : std::nullopt, origin_.trigger,
                       agent_.run.now.wall);
  }
  if (const auto* record = std::get_if<parse::PromptRecord>(&*parsed)) {
    agent_.ledger.prompt(*record, agent_.run.now.wall);
  }
  return {};
}

}  // namespace clawvigil::usage
