// What all transcript sources have in common: lines in, records into the ledger.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "collectors/parse/transcript.h"
#include "collectors/usage/ledger.h"
#include "collectors/usage/session_index.h"
#include "exporter/collect/collector.h"

namespace clawvigil::usage {

// Why entries were not counted; exported as usage_records_skipped_total{reason}.
enum class SkipReason { malformed, too_long };

// Counters of the collector itself; since start.
struct Progress {
  std::uint64_t bytes = 0;            // of transcript read
  std::uint64_t committed_bytes = 0;  // `bytes` at the last commit
  std::map<SkipReason, std::uint64_t> skipped;
};

// One agent of one home, and everything needed to read for it. References live for one run.
struct AgentContext {
  const Context& run;
  const Home& home;
  std::string agent;
  PriceBook& prices;
  Ledger& ledger;
  Progress& progress;
  SessionIndex& sessions;

  // Identity of a session of this agent.
  [[nodiscard]] std::uint64_t session(std::string_view session_id) const;
  [[nodiscard]] std::optional<Price> price(const parse::UsageRecord& record) const;
};

// Takes the lines of one source in order: finds out the session from the header, opens the source
// in the ledger, books the records.
class EntryBooker {
 public:
  // `fallback_session`: the id in the file's name, for a transcript whose header was cut off.
  EntryBooker(AgentContext& agent, parse::TranscriptParser& parser, std::int64_t source,
              std::string fallback_session)
      : agent_(agent), parser_(parser), source_(source), session_id_(std::move(fallback_session)) {}

  // Continues a source whose session is known, where its cursor stands.
  [[nodiscard]] Result<> resume(std::uint64_t session);
  // Starts it anew; `parent_id`: the session it continues, if its header does not say.
  void set_parent(std::string parent_id) { parent_id_ = std::move(parent_id); }
  void set_session(std::string session_id) { session_id_ = std::move(session_id); }

  // What is known of the session from outside the transcript: before its first entry, or after
  // resume() if it has become known only now.
  void set_origin(const SessionOrigin& origin) { standing_.set_session(origin); }
  [[nodiscard]] const Standing& standing() const { return standing_; }

  // `entry` is followed by parse padding. Only a failing state database is an error.
  [[nodiscard]] Result<> take(std::string_view entry);
  void skip(SkipReason reason) { ++agent_.progress.skipped[reason]; }
  [[nodiscard]] std::uint64_t session() const { return session_; }

 private:
  [[nodiscard]] Result<> begin();
  [[nodiscard]] Result<> open();
  [[nodiscard]] Result<> book(parse::PromptRecord prompt);
  [[nodiscard]] Result<> book(const parse::UsageRecord& record);

  AgentContext& agent_;
  parse::TranscriptParser& parser_;
  std::int64_t source_;
  std::string session_id_;
  std::string parent_id_;
  Standing standing_;
  std::uint64_t session_ = 0;
  bool begun_ = false;    // the session is known
  bool resumed_ = false;  // it was before
  bool open_ = false;     // the ledger has been told of the source
};

}  // namespace clawvigil::usage
