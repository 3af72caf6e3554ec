// What was spent, summed up as asked: for the terminal, JSON and CSV alike.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "collectors/usage/totals.h"
#include "exporter/cli/spend_request.h"
#include "exporter/store/store.h"

namespace clawvigil::cli {

// More than its own past lets expect (collectors/spend/anomaly.h).
struct UnusualSpend {
  double usual_usd = 0;
  double score = 0;
};

struct SpendRow {
  // Of rows of time: the calendar period, within what was asked for. Of sessions: first and last
  // call.
  std::optional<SystemTime> begin;
  std::optional<SystemTime> end;
  // What the row is about, outermost first: {"provider", "anthropic"}, {"model", "claude-opus-4"}.
  std::vector<std::pair<std::string, std::string>> names;
  usage::Totals totals;              // of sessions: all cost is in recorded_usd
  std::optional<double> before_usd;  // of names: in as long a time before
  std::optional<UnusualSpend> unusual;
  std::vector<SpendRow> rows;

  // "" when there is none.
  [[nodiscard]] std::string name(std::string_view key) const;
};

struct UnpricedModel {
  std::string provider;
  std::string model;
  std::int64_t tokens = 0;
};

// The current calendar month.
struct SpendProjection {
  SystemTime begin;
  SystemTime end;
  double spent_usd = 0;
  double projected_usd = 0;
  bool by_profile = false;  // the own weeks' profile; else the pace so far
};

struct SpendReport {
  SpendRequest request;
  std::string zone;                     // its name; "" for that of this host
  bool several_homes = false;           // rows need to say which
  bool complete = true;                 // the history has been read to its end
  std::int64_t sessions_read = 0;       // until now, while it is not complete
  std::optional<SystemTime> first_use;  // in the ledger, of anything
  std::vector<SpendRow> rows;           // time ascending; names by cost
  std::int64_t sessions = 0;            // how many there are; rows may hold fewer
  usage::Totals totals;
  std::optional<double> before_usd;  // in as long a time before; nullopt: no history that far back
  std::optional<SpendProjection> projection;
  std::vector<UnpricedModel> unpriced;  // most tokens first
};

// Errors: parse for a filter that names what is not in the ledger; those of the database. Without a
// ledger there is no first use, and nothing else.
[[nodiscard]] Result<SpendReport> spend_report(store::Store& store, const SpendRequest& request,
                                               const host::TimeZone& zone, SystemTime now);

}  // namespace clawvigil::cli
