// Starts and ends of the gateway: gateway_boot_lifecycle of state/openclaw.sqlite (since 2026.7).
//
//   boot_id  uuid of one run
//   pid, started_at_ms
//   completed_at_ms, outcome, reason   set by a stop it was asked for (clean_stop | "stop
//            (SIGTERM)"), a planned restart, a failed start; NULL while it runs, and for ever when
//            it was killed, crashed or lost its machine
//   startup_reason  gateway.crash_loop_recovered: the same process goes on under a new boot_id
//
// A start deletes the rows of runs that began more than a day before: the crash of such a run is
// seen only between its end and the next start, by its process being gone while its row is open.
// (Where the process cannot be seen, in a container, that crash is missed.)
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "exporter/collect/collector.h"
#include "exporter/collect/event_ledger.h"
#include "exporter/host/sqlite.h"
#include "exporter/store/keyed_hash.h"

namespace clawvigil {

// The run that was open at the last look.
struct OpenBoot {
  std::string id;
  std::int64_t pid = 0;
  bool witnessed = false;  // its process was seen alive

  [[nodiscard]] std::string text() const;  // "1 4527 a9c5fe56-…"
  [[nodiscard]] static std::optional<OpenBoot> parse(std::string_view text);
};

// Whether process `pid` is a gateway of the home's user.
[[nodiscard]] bool is_gateway_alive(const host::Root& root, const Home& home, std::int64_t pid);

class GatewayBoots {
 public:
  // To be made before the database is opened: a process that is gone before its open row is read
  // will not close it any more.
  GatewayBoots(const Context& context, const Home& home, EventLedger& ledger);

  // The known run's process has vanished since the last look: the ledger must be read, even if its
  // file has not changed.
  [[nodiscard]] bool vanished() const { return vanished_; }

  // Counts starts and unclean stops since the last call. not_found when there is no such table.
  [[nodiscard]] Result<> count(host::ReadOnlyDatabase& database, const store::KeyedHash& hash);
  // The table does not exist: the first rows it will hold are new then.
  [[nodiscard]] Result<> note_none();

 private:
  struct Row;
  void count_row(const Row& row, bool newest, const store::KeyedHash& hash);
  [[nodiscard]] bool ended_uncleanly(const Row& row, bool newest) const;

  const Context& context_;
  const Home& home_;
  EventLedger& ledger_;
  bool first_;
  std::optional<OpenBoot> known_;
  bool vanished_ = false;
};

}  // namespace clawvigil
