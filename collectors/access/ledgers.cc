#include "collectors/access/ledgers.h"

#include <utility>

#include "collectors/access/approvals.h"
#include "collectors/access/numbered_ledger.h"
#include "collectors/access_families.h"
#include "exporter/base/milliseconds.h"

namespace clawvigil {

namespace {

using namespace access_families;

constexpr std::chrono::seconds kQueryBudget{2};

constexpr NumberedLedger kBlockedTools{.table = "audit_events",
                                       .number = "sequence",
                                       .id = "event_id",
                                       .time_ms = "occurred_at",
                                       .rows = "1",
                                       .count = "error_code = 'tool_blocked'"};
// OpenClaw writes the record without blanks, and a quote inside a value is escaped. Numbers below 0
// are what it took over from the file of its older versions.
constexpr NumberedLedger kConfigAudit{
    .table = "diagnostic_events",
    .number = "sequence",
    .id = "event_key",
    .time_ms = "created_at",
    .rows = "(scope = 'config-audit' AND sequence >= 0)",
    .count = R"(instr(payload_json, '"event":"config.external"') > 0)"};

bool is_missing(const Result<>& result) {
  return !result && result.error().code == Errc::not_found;
}

}  // namespace

// One look at the ledgers of one home.
class AccessLedgers::Reading {
 public:
  Reading(const Context& context, const Home& home, EventLedger& ledger,
          const store::KeyedHash& hash, State& state)
      : context_(context), home_(home), ledger_(ledger), hash_(hash), state_(state) {}

  // True when everything was read.
  bool run(GatewayBoots& boots) {
    auto database = open_state_database(home_, kQueryBudget);
    if (!database) {
      note(std::move(database).error(), all());
      return false;
    }
    if (!database->has_value()) {
      no_ledgers(boots);
      return true;
    }
    read(**database, boots);
    return complete_;
  }

 private:
  using Names = std::vector<std::string_view>;
  static Names all() {
    return {kApprovals.name(),       kExecDenials.name(), kToolBlocks.name(),
            kExternalChanges.name(), kStarts.name(),      kUncleanStops.name()};
  }

  void note(const Error& error, Names families) {
    state_.unknowns.push_back(
        {error.code, home_.label + ": " + error.message, std::move(families)});
    complete_ = complete_ && (error.code == Errc::unsupported || error.code == Errc::not_found);
  }

  void no_ledgers(GatewayBoots& boots) {
    state_.coverage = {};
    note({Errc::not_found, "OpenClaw has not kept books yet (no state/openclaw.sqlite)"},
         {kApprovals.name(), kExternalChanges.name(), kStarts.name(), kUncleanStops.name()});
    check(boots.note_none(), {});
    check(note_no_approvals(home_, context_.now.wall, ledger_), {});
    no_rows("blocked/");
    no_rows("config/");
  }

  void read(host::ReadOnlyDatabase& database, GatewayBoots& boots) {
    const Result<> approvals = count_approvals(database, home_, context_.now.wall, ledger_, hash_);
    const bool books_decisions = !is_missing(approvals);
    state_.coverage.approvals = books_decisions;
    if (books_decisions) {
      check(approvals, {kApprovals.name(), kExecDenials.name()});
      check(count_rows(database, kConfigAudit, "config/", kExternalChanges),
            {kExternalChanges.name()});
    } else {
      check(note_no_approvals(home_, context_.now.wall, ledger_), {});
      no_rows("config/");
      unsupported("2026.8", {kApprovals.name(), kExternalChanges.name()});
    }
    const Result<> blocked = count_rows(database, kBlockedTools, "blocked/", kToolBlocks);
    state_.coverage.tool_blocks = !is_missing(blocked);
    if (is_missing(blocked)) {
      no_rows("blocked/");
    } else {
      check(blocked, {kToolBlocks.name()});
    }
    const Result<> counted = boots.count(database, hash_);
    if (is_missing(counted)) {
      check(boots.note_none(), {});
      unsupported("2026.7", {kStarts.name(), kUncleanStops.name()});
    } else {
      check(counted, {kStarts.name(), kUncleanStops.name()});
    }
  }

  Result<> count_rows(host::ReadOnlyDatabase& database, const NumberedLedger& rows,
                      std::string_view source, const Metric<1>& family) {
    const std::string name = std::string(source) + home_.label;
    TRY_ASSIGN(const LedgerReading reading,
               read_numbered_ledger(database, rows, cursor(name), context_.now.wall));
    ledger_.declare(family, home_.label);
    if (reading.counted > 0) {
      ledger_.add(family, static_cast<double>(reading.counted), home_.label);
    }
    return ledger_.set_position(name, reading.cursor.text());
  }

  // What appears in a ledger that was not there is new from now on.
  void no_rows(std::string_view source) {
    const std::string name = std::string(source) + home_.label;
    const auto known = cursor(name);
    const bool nothing_there = known && known->number == 0 && known->id.empty();
    const SystemTime now = context_.now.wall;
    if (nothing_there && is_recent_note(from_milliseconds(known->time_ms), now)) return;
    check(ledger_.set_position(name, LedgerCursor::from(now).text()), {});
  }

  [[nodiscard]] std::optional<LedgerCursor> cursor(std::string_view name) const {
    const auto position = ledger_.position(name);
    return position ? LedgerCursor::parse(*position) : std::nullopt;
  }

  void check(const Result<>& result, Names families) {
    if (!result) note(result.error(), families.empty() ? all() : std::move(families));
  }
  void unsupported(std::string_view since, Names families) {
    note({Errc::unsupported, "OpenClaw keeps no record of this before " + std::string(since)},
         std::move(families));
  }

  const Context& context_;
  const Home& home_;
  EventLedger& ledger_;
  const store::KeyedHash& hash_;
  State& state_;
  bool complete_ = true;
};

void AccessLedgers::read(const Context& context, const Home& home, EventLedger& ledger,
                         const store::KeyedHash& hash, Batch& out) {
  State& state = states_[home.label];
  const DatabaseAppearance appearance = state_database_appearance(home);
  GatewayBoots boots(context, home, ledger);
  if (boots.vanished() || state.read_at != appearance) {
    state.unknowns.clear();
    Reading reading(context, home, ledger, hash, state);
    const bool complete = reading.run(boots);
    const bool read_to_end = complete && appearance.settled(context.now.wall);
    state.read_at = read_to_end ? std::optional(appearance) : std::nullopt;
  }
  for (const Unknown& unknown : state.unknowns) {
    out.unknown({unknown.reason, unknown.detail}, unknown.families);
  }
}

AccessLedgers::Coverage AccessLedgers::coverage(const Home& home) const {
  const auto found = states_.find(home.label);
  return found == states_.end() ? Coverage() : found->second.coverage;
}

}  // namespace clawvigil
