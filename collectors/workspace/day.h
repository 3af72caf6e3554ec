// What happened in the repositories within the last 24 hours, in the state database: what the
// owner's digest tells. Paths are for the owner's terminal only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/workspace/audit.h"
#include "collectors/workspace/authors.h"
#include "exporter/model/batch.h"
#include "exporter/store/store.h"

namespace clawvigil::workspace {

inline constexpr Duration kDay = std::chrono::hours(24);

// One commit, or one file of it.
struct DayEvent {
  parse::GitId commit;
  std::string path;  // "": the commit itself
  AuthorClass author = AuthorClass::unknown;
  parse::FileClass file_class = parse::FileClass::instructions;  // of a file
  SystemTime seen;
};

// Keeps them; what is there already stays as it is, so that a run that is done again adds nothing.
// At most kMaxDayEvents of one repository are kept.
inline constexpr std::int64_t kMaxDayEvents = 30'000;
[[nodiscard]] Result<> keep_events(store::Store& store, std::string_view home,
                                   std::string_view repo, const std::vector<DayEvent>& events);
// Drops what is older than a day.
[[nodiscard]] Result<> prune_events(store::Store& store, SystemTime now);

// Puts the counts of one repository into `out`, 0 where there is nothing, and its files as
// findings: "3f2a91c07d4e SOUL.md (agent)".
[[nodiscard]] Result<> export_day(store::Store& store, std::string_view home, std::string_view repo,
                                  Batch& out);

}  // namespace clawvigil::workspace
