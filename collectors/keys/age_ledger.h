// What must survive a restart to tell the age of a credential: fingerprints (keyed hashes), when
// each was first seen, since when it is proven to exist, and how often a name got a new value.
//
//   value     where              afterwards
//   A         first seen         rotations 0
//   B         new under the name rotations 1, age counts from B's proof
//   A again                      rotations 1, age counts from A's proof: an old key is back
//   B         under another name, in another file or home: it keeps its age
//
// Kept in memory and, by commit(), in the state database. One thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "collectors/keys/credential_set.h"
#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/store/store.h"

namespace clawvigil::keys {

class AgeLedger {
 public:
  static constexpr std::size_t kMaxNames = 4'096;       // the longest unseen goes first
  static constexpr std::size_t kMaxValuesPerName = 16;  // likewise
  static constexpr std::chrono::days kKept{800};        // what is not seen any more

  struct Age {
    SystemTime proven;      // the value existed then; at the latest when it was first seen
    SystemTime first_seen;  // under whatever name
    std::uint64_t rotations = 0;
    std::optional<SystemTime> replaced;  // when it was seen to take the place of another value
  };

  [[nodiscard]] static Result<AgeLedger> open(store::Store& store);

  [[nodiscard]] bool knows(const Fingerprint& value) const { return values_.contains(value); }

  // Notes that the value with this fingerprint is what `home` has under this name now. `proven` in
  // the future, or before 2000, is no proof.
  Age note(std::string_view home, std::string_view credential, const Fingerprint& print,
           std::optional<SystemTime> proven, SystemTime now);

  // Writes what changed; without changes it costs nothing. On error everything stays noted for the
  // next time.
  [[nodiscard]] Result<> commit(store::Store& store, SystemTime now);

 private:
  struct Value {
    SystemTime proven;
    SystemTime first_seen;
    SystemTime last_seen;
  };
  struct Name {
    Fingerprint current;
    std::uint64_t rotations = 0;
    std::optional<SystemTime> replaced;
    std::map<Fingerprint, SystemTime> values;  // with the time each was last seen here
    bool changed = false;
  };
  using Key = std::pair<std::string, std::string>;  // home, credential

  [[nodiscard]] Result<> load_names(store::Store& store);
  [[nodiscard]] Result<> load_values(store::Store& store);
  [[nodiscard]] Result<> write(store::Store& store, const Key& key, const Name& name);
  void forget(SystemTime now);

  std::map<Key, Name> names_;
  std::map<Fingerprint, Value> values_;
  std::vector<Key> removed_;
};

}  // namespace clawvigil::keys
