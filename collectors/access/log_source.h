// The new lines of one home's log, from the one place that tells most: the log file if it is there
// and can be read, else the gateway's standard output in the systemd journal, where the same lines
// stand but those of the channels. Never both: a line is in both.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "collectors/access/log_place.h"
#include "collectors/parse/openclaw_log.h"
#include "exporter/base/result.h"
#include "exporter/collect/collector.h"
#include "exporter/collect/event_ledger.h"
#include "exporter/host/journal.h"
#include "exporter/host/log_follower.h"

namespace clawvigil {

struct LogReading {
  enum class Source { none, file, journal };
  Source source = Source::none;
  parse::LogScanner::Counts counts;  // overlong lines are among those not understood
  std::uint64_t lag_bytes = 0;
  std::vector<Error> problems;  // what could not be read; empty with `none`: there is no log
};

// One home's. Used by one thread.
class LogSource {
 public:
  static constexpr std::uint64_t kBytesPerReading = 512UL * 1024 * 1024;
  static constexpr std::size_t kEntriesPerReading = 50'000;

  // Hands every event since the last reading to `on_event` and notes in `ledger` how far it read,
  // without committing. At the very first reading there are none: what is there is history.
  LogReading read(const Context& context, const Home& home, const std::vector<LogPlace>& places,
                  EventLedger& ledger, const parse::LogScanner::OnEvent& on_event);

 private:
  struct Found {
    LogPlace place;
    host::Dir directory;
  };
  [[nodiscard]] static std::optional<Found> find(const Context& context, const Home& home,
                                                 const std::vector<LogPlace>& places,
                                                 LogReading& reading);
  [[nodiscard]] bool read_file(const Home& home, const Found& found, EventLedger& ledger,
                               const parse::LogScanner::OnEvent& on_event, LogReading& reading);
  void follow(const Home& home, const LogPlace& place, const EventLedger& ledger);
  [[nodiscard]] Result<> open_journal(const Context& context, const Home& home,
                                      const EventLedger& ledger);
  [[nodiscard]] Result<bool> read_journal(const Context& context, const Home& home,
                                          EventLedger& ledger,
                                          const parse::LogScanner::OnEvent& on_event,
                                          LogReading& reading);

  parse::LogScanner scanner_;
  std::optional<LogPlace> place_;
  std::optional<host::LogFollower> follower_;
  std::optional<host::Journal> journal_;
  bool journal_has_entries_ = false;
  std::optional<SystemTime> journal_until_;  // the last entry read, while the journal is the source
  std::optional<SystemTime> last_read_;      // by this process
  std::optional<SystemTime> counted_before_;  // events of place_ before this were counted elsewhere
};

}  // namespace clawvigil
