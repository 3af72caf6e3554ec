#include "alerts/engine/alert_log.h"

#include <algorithm>

#include "alerts/engine/readable.h"
#include "exporter/base/strings.h"
#include "exporter/base/whole_seconds.h"

namespace clawvigil::alerts {

namespace {

constexpr std::size_t kMaxSummary = 300;
constexpr std::int64_t kStillFiring = 0;

// Times are seconds since 1970.
constexpr const char* kSchema =
    "CREATE TABLE IF NOT EXISTS alert_log("
    "fingerprint INTEGER NOT NULL, fired_at INTEGER NOT NULL, resolved_at INTEGER NOT NULL, "
    "alertname TEXT NOT NULL, severity INTEGER NOT NULL, english TEXT NOT NULL, "
    "french TEXT NOT NULL, PRIMARY KEY(fingerprint, fired_at)) WITHOUT ROWID";

// Looking must neither wait for whoever writes nor write: not every store was ever written to.
Result<bool> has_log(store::Store& store) { return store.has_table("alert_log"); }

std::string summary_of(const std::map<std::string, std::string>& texts, bool french) {
  const auto found = texts.find("summary");
  if (found == texts.end()) return {};
  return sanitize(with_coarse_durations(found->second, french), kMaxSummary);
}

}  // namespace

Result<> log_alerts(store::Store& store, const std::vector<const ActiveAlert*>& alerts) {
  TRY(store.ensure_schema(kSchema));
  TRY_ASSIGN(store::Statement insert,
             store.prepare("INSERT OR REPLACE INTO alert_log VALUES(?, ?, ?, ?, ?, ?, ?)"));
  for (const ActiveAlert* const active : alerts) {
    const Alert& alert = active->alert;
    if (!alert.fired_at || alert.name() == kWatchdog) continue;
    TRY(insert.bind(1, static_cast<std::int64_t>(alert.fingerprint))
            .bind(2, to_whole_seconds(*alert.fired_at))
            .bind(3, alert.resolved_at ? to_whole_seconds(*alert.resolved_at) : kStillFiring)
            .bind(4, alert.name())
            .bind(5, static_cast<std::int64_t>(alert.severity))
            .bind(6, summary_of(alert.annotations, false))
            .bind(7, summary_of(alert.translated, true))
            .run());
  }
  return {};
}

Result<std::vector<LoggedAlert>> logged_alerts(store::Store& store, std::size_t limit) {
  std::vector<LoggedAlert> logged;
  TRY_ASSIGN(const bool begun, has_log(store));
  if (!begun) return logged;
  TRY_ASSIGN(store::Statement rows,
             store.prepare("SELECT alertname, severity, english, french, fired_at, resolved_at "
                           "FROM alert_log ORDER BY MAX(fired_at, resolved_at) DESC, fingerprint "
                           "LIMIT ?"));
  rows.bind(1, static_cast<std::int64_t>(limit));
  while (true) {
    TRY_ASSIGN(const bool row, rows.step());
    if (!row) return logged;
    const auto severity = std::clamp<std::int64_t>(rows.integer(1), 0, 2);
    LoggedAlert& one = logged.emplace_back();
    one.alertname = rows.text(0);
    one.severity = static_cast<Severity>(severity);
    one.english = rows.text(2);
    one.french = rows.text(3);
    one.fired_at = from_whole_seconds(rows.integer(4));
    if (rows.integer(5) != kStillFiring) one.resolved_at = from_whole_seconds(rows.integer(5));
  }
}

Result<std::map<std::string, SystemTime>> last_ends(store::Store& store) {
  std::map<std::string, SystemTime> ends;
  TRY_ASSIGN(const bool begun, has_log(store));
  if (!begun) return ends;
  TRY_ASSIGN(store::Statement rows,
             store.prepare("SELECT alertname, MAX(resolved_at) FROM alert_log GROUP BY alertname "
                           "HAVING MAX(resolved_at) > 0"));
  while (true) {
    TRY_ASSIGN(const bool row, rows.step());
    if (!row) return ends;
    ends.emplace(rows.text(0), from_whole_seconds(rows.integer(1)));
  }
}

Result<> prune_log(store::Store& store, SystemTime now) {
  TRY(store.ensure_schema(kSchema));
  TRY_ASSIGN(store::Statement old,
             store.prepare("DELETE FROM alert_log WHERE MAX(fired_at, resolved_at) < ?"));
  TRY(old.bind(1, to_whole_seconds(now - kLogKept)).run());
  TRY_ASSIGN(store::Statement beyond,
             store.prepare("DELETE FROM alert_log WHERE (fingerprint, fired_at) IN (SELECT "
                           "fingerprint, fired_at FROM alert_log ORDER BY MAX(fired_at, "
                           "resolved_at) DESC LIMIT -1 OFFSET ?)"));
  return beyond.bind(1, static_cast<std::int64_t>(kMaxLogged)).run();
}

}  // namespace clawvigil::alerts
