// What the log of one home adds to the counters of the collector `access`.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "collectors/access/ledgers.h"
#include "collectors/access/log_source.h"
#include "collectors/openclaw_settings.h"
#include "exporter/store/keyed_hash.h"

namespace clawvigil {

// One home's. Used by one thread.
class LogEvents {
 public:
  // Every series of the closed lists that the log counts, at 0.
  static void declare(const Home& home, const OpenClawSettings& settings, EventLedger& ledger);

  // Counts what was logged since the last call into `ledger`, without committing, but for what
  // OpenClaw's own ledgers tell: that is counted there. What cannot be
  // told is unknown in `out`, which also gets the gauges of the log.
  void read(const Context& context, const Home& home, const OpenClawSettings& settings,
            AccessLedgers::Coverage elsewhere, const store::KeyedHash& hash, EventLedger& ledger,
            Batch& out);

 private:
  struct Target {
    const Home& home;
    const store::KeyedHash& hash;
    EventLedger& ledger;
    AccessLedgers::Coverage elsewhere;
    SystemTime now;
  };
  void count(const parse::LogEvent& event, const Target& target);
  void count_refusal(const parse::LogEvent& event, const Target& target);
  [[nodiscard]] std::optional<std::string> announced_reason(std::string_view connection);
  void export_reading(const LogReading& reading, const Home& home, const OpenClawSettings& settings,
                      Batch& out) const;

  LogSource source_;
  // Standard output says why before it says that a connection was refused: connection, reason.
  std::deque<std::pair<std::string, std::string>> announced_;
  bool full_ = false;  // OpenClaw has stopped to write its log of today
};

}  // namespace clawvigil
