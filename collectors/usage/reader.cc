#include "collectors/usage/reader.h"

#include <xxhash.h>

#include <utility>

namespace clawvigil::usage {

std::uint64_t AgentContext::session(std::string_view session_id) const {
  const std::string key = home.label + '\0' + agent + '\0' + std::string(session_id);
  return XXH3_64bits(key.data(), key.size());
}

std::optional<Price> AgentContext::price(const parse::UsageRecord& record) const {
  const auto found = prices.find({std::string(record.provider), std::string(record.model)});
  if (found == prices.end()) return std::nullopt;
  return found->second;
}

Result<> EntryBooker::resume(std::uint64_t session) {
  session_ = session;
  begun_ = resumed_ = true;
  TRY_ASSIGN(standing_, agent_.ledger.standing(source_));
  return {};
}

Result<> EntryBooker::begin() {
  session_ = agent_.session(session_id_);
  begun_ = true;
  if (parent_id_.empty() || parent_id_ == session_id_) return {};
  return agent_.ledger.declare_session(session_, agent_.session(parent_id_));
}

// Only once there is something to book: what the session is for may show in its first prompt.
Result<> EntryBooker::open() {
  if (std::exchange(open_, true)) return {};
  const Turn whole = standing_.whole();
  return agent_.ledger.begin_source({.id = source_,
                                     .session = session_,
                                     .home = agent_.home.label,
                                     .agent = agent_.agent,
                                     .starts_anew = !resumed_,
                                     .session_id = session_id_,
                                     .trigger = whole.trigger,
                                     .channel = whole.channel});
}

Result<> EntryBooker::book(parse::PromptRecord prompt) {
  standing_.take(prompt);
  TRY(open());
  agent_.ledger.prompt(prompt, agent_.run.now.wall);
  return {};
}

Result<> EntryBooker::book(const parse::UsageRecord& record) {
  const Turn turn = standing_.take(record);
  TRY(open());
  const bool unpriced = !record.cost_usd || *record.cost_usd <= 0;
  agent_.ledger.book(record, unpriced ? agent_.price(record) : std::nullopt, turn,
                     agent_.run.now.wall);
  return {};
}

Result<> EntryBooker::take(std::string_view entry) {
  if (begun_ && parse::is_surely_tool_result(entry)) return {};
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
  if (const auto* prompt = std::get_if<parse::PromptRecord>(&*parsed)) return book(*prompt);
  if (const auto* record = std::get_if<parse::UsageRecord>(&*parsed)) return book(*record);
  return {};
}

}  // namespace clawvigil::usage
