// What the dispatcher remembers, and the tables that keep it over restarts. A row is written when
// it has changed, not at every step.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "alerts/notify/notification.h"
#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/store/store.h"

namespace clawvigil::notify {

// An alert that fires, or did lately.
struct AlertRecord {
  Alert alert;                      // as last seen; state firing or resolved
  std::vector<SystemTime> firings;  // of the last hour, ascending
  std::optional<SystemTime> seen;   // last step that had it; unset since the state was loaded
  bool gone = false;                // it vanished while it fired
  bool dirty = true;
};

// What a receiver knows of an alert.
struct Told {
  SystemTime at;        // last told
  bool firing = false;  // told that it fires, and not yet that it ended
  bool owed = false;    // to be told even if it ends meanwhile
  bool dirty = true;
};

// How often a receiver was told.
struct Pace {
  std::vector<SystemTime> sent;  // messages of the last hour, ascending
  SystemTime digest;             // the last one, or when the receiver was first seen
  std::uint64_t given_up = 0;    // what the last digest said
  bool dirty = true;
};

using ToldKey = std::pair<std::string, std::uint64_t>;  // receiver, fingerprint

struct DispatcherState {
  std::map<std::uint64_t, AlertRecord> records;  // by fingerprint
  std::map<ToldKey, Told> told;
  std::map<std::string, Pace> paces;  // by receiver
  std::set<std::uint64_t> forgotten_records;
  std::set<ToldKey> forgotten_told;

  // Rows that cannot be read are left out.
  [[nodiscard]] Result<> load(store::Store& store);
  // Writes what has changed since the last clean(), in the caller's transaction.
  [[nodiscard]] Result<> save(store::Store& store) const;
  void clean();  // what was saved has been committed
};

}  // namespace clawvigil::notify
