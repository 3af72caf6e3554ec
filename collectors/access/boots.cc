#include "collectors/access/boots.h"

#include <algorithm>
#include <charconv>
#include <vector>

#include "collectors/access_families.h"
#include "collectors/parse/proc_status.h"
#include "exporter/base/milliseconds.h"

namespace clawvigil {

using namespace access_families;

struct GatewayBoots::Row {
  std::string id;
  std::int64_t pid = 0;
  SystemTime started;
  bool open = false;
  bool goes_on = false;  // the process of the run before, under a new id
};

namespace {

constexpr std::int64_t kMaxRows = 1'024;  // a start every 90 s for a whole day
constexpr std::string_view kNoBoot = "-";

std::string source_of(const Home& home) { return "boots/" + home.label; }

}  // namespace

std::string OpenBoot::text() const {
  return std::string(witnessed ? "1 " : "0 ") + std::to_string(pid) + " " + id;
}

std::optional<OpenBoot> OpenBoot::parse(std::string_view text) {
  if (text.size() < 4 || text[1] != ' ') return std::nullopt;
  OpenBoot boot;
  boot.witnessed = text[0] == '1';
  const char* const end = text.data() + text.size();
  const auto [last, error] = std::from_chars(text.data() + 2, end, boot.pid);
  if (error != std::errc{} || last == end || *last != ' ') return std::nullopt;
  boot.id.assign(last + 1, end);
  return boot;
}

bool is_gateway_alive(const host::Root& root, const Home& home, std::int64_t pid) {
  constexpr std::size_t kMaxStatus = 1024UL * 1024;
  if (pid <= 0) return false;
  const auto text = root.read_system_file("/proc/" + std::to_string(pid) + "/status", kMaxStatus);
  if (!text) return false;
  const auto status = parse::parse_proc_status(*text);
  return status && status->effective_uid == home.uid && status->name == parse::kGatewayProcessName;
}

GatewayBoots::GatewayBoots(const Context& context, const Home& home, EventLedger& ledger)
    : context_(context), home_(home), ledger_(ledger), first_(!ledger.position(source_of(home))) {
  if (first_) return;
  known_ = OpenBoot::parse(*ledger.position(source_of(home)));
  vanished_ = known_ && known_->witnessed && !is_gateway_alive(context.root, home, known_->pid);
}

bool GatewayBoots::ended_uncleanly(const Row& row, bool newest) const {
  if (!row.open) return false;
  if (vanished_ && known_->id == row.id) return true;
  if (newest && !first_) return false;
  // A later run has begun (or nothing was ever counted here: what is dead already is history).
  return !is_gateway_alive(context_.root, home_, row.pid);
}

void GatewayBoots::count_row(const Row& row, bool newest, const store::KeyedHash& hash) {
  const std::uint64_t member = hash.short_digest("boot", row.id);
  if (ledger_.see("boots/" + home_.label, member, row.started) && !first_ && !row.goes_on) {
    ledger_.add(kStarts, 1, home_.label);
  }
  if (!ended_uncleanly(row, newest)) return;
  if (ledger_.see("crashes/" + home_.label, member, row.started) && !first_) {
    ledger_.add(kUncleanStops, 1, home_.label);
  }
}

Result<> GatewayBoots::count(host::ReadOnlyDatabase& database, const store::KeyedHash& hash) {
  TRY_ASSIGN(host::Query query,
             database.prepare("SELECT substr(boot_id, 1, 256), pid, started_at_ms, "
                              "completed_at_ms IS NULL, "
                              "ifnull(startup_reason, '') = 'gateway.crash_loop_recovered' "
                              "FROM gateway_boot_lifecycle ORDER BY started_at_ms DESC, rowid DESC "
                              "LIMIT ?1"));
  query.bind(1, kMaxRows);
  std::vector<Row> rows;
  while (true) {
    TRY_ASSIGN(const bool more, query.step());
    if (!more) break;
    rows.push_back({std::string(query.text(0)), query.integer(1),
                    from_milliseconds(query.integer(2)), query.integer(3) != 0,
                    query.integer(4) != 0});
  }
  query.finish();
  ledger_.declare(kStarts, home_.label);
  ledger_.declare(kUncleanStops, home_.label);
  std::string position(kNoBoot);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    count_row(rows[i], i == 0, hash);
    if (i > 0 || !rows[i].open) continue;
    const bool seen_before = known_ && known_->id == rows[i].id && known_->witnessed;
    if (seen_before && vanished_) continue;  // counted; its row stays open
    const bool witnessed = seen_before || is_gateway_alive(context_.root, home_, rows[i].pid);
    position = OpenBoot{rows[i].id, rows[i].pid, witnessed}.text();
  }
  return ledger_.set_position(source_of(home_), std::move(position));
}

Result<> GatewayBoots::note_none() {
  return ledger_.set_position(source_of(home_), std::string(kNoBoot));
}

}  // namespace clawvigil
