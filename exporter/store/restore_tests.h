// When the owner last tested that a backup can be restored: table restore_tests of the state
// database. Written by `clawvigil backup-tested`, read by the collector of backups, each through
// its own Store.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/store/store.h"

namespace clawvigil::store {

struct RestoreTest {
  std::string backup;  // as in the label `backup`
  SystemTime tested;
  std::string comment;
};

// The last one of each backup, ordered by name.
[[nodiscard]] Result<std::vector<RestoreTest>> restore_tests(Store& store);
// Replaces an earlier one of the same backup. parse: no name, or a time after `now`; comments are
// sanitised and bounded.
[[nodiscard]] Result<> record_restore_test(Store& store, const RestoreTest& test, SystemTime now);

}  // namespace clawvigil::store
