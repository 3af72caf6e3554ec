// `clawvigil backup-tested NAME`: the owner has restored a backup and it was all there. Nothing
// else can know that, so it is noted by hand, in the state database.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "exporter/base/strings.h"
#include "exporter/cli/commands.h"
#include "exporter/cli/state_access.h"
#include "exporter/cli/terminal.h"
#include "exporter/config/schema.h"
#include "exporter/config/values.h"
#include "exporter/store/restore_tests.h"

namespace clawvigil::cli {

namespace {

using nlohmann::json;

// A configured source, or one of OpenClaw's own, of which only the daemon knows which there are.
Result<> check_name(const std::string& name, const Config& config) {
  constexpr std::string_view kFound = "openclaw/";
  if (name.empty()) return fail(Errc::parse, "backup-tested needs the NAME of a backup");
  std::vector<std::string_view> names;
  for (const BackupSource& source : config.backups.sources) names.emplace_back(source.name);
  if (std::ranges::find(names, name) != names.end()) return {};
  if (names.empty() && name.starts_with(kFound) && name.size() > kFound.size()) return {};
  const std::string known = names.empty()
                                ? "name one under backups.sources in clawvigil.yml first; one that "
                                  "was found by itself is called openclaw/USER"
                                : "known: " + join(names, ", ");
  return fail(Errc::parse, "there is no backup \"" + sanitize(name) + "\"" +
                               config::did_you_mean(name, names) + " (" + known + ")");
}

Result<SystemTime> time_of(const std::string& date, SystemTime now) {
  if (date.empty()) return now;
  const auto day = config::parse_date(date);
  if (!day) {
    return fail(Errc::parse,
                "found \"" + sanitize(date) + "\", expected a date such as 2026-01-31");
  }
  return SystemTime(*day);
}

Result<> list(const CommandContext& context, store::Store& store) {
  TRY_ASSIGN(const auto tests, store::restore_tests(store));
  if (context.arguments.given.json) {
    json all = json::array();
    for (const store::RestoreTest& test : tests) {
      all.push_back({{"backup", test.backup},
                     {"tested", to_unix_seconds(test.tested)},
                     {"comment", test.comment}});
    }
    context.out << all.dump(2) << "\n";
    return {};
  }
  if (tests.empty()) {
    context.out << "no restore has been tested\n";
    return {};
  }
  std::vector<std::vector<std::string>> rows{{"BACKUP", "RESTORE TESTED", "COMMENT"}};
  for (const store::RestoreTest& test : tests) {
    rows.push_back({test.backup, local_time(test.tested), test.comment});
  }
  context.out << table(rows);
  return {};
}

}  // namespace

int backup_tested(const CommandContext& context) {
  return with_state(context, [&](store::Store& store, const Config& config) -> Result<> {
    const CommandArguments& given = context.arguments.given;
    if (given.list) return list(context, store);
    TRY(check_name(given.word, config));
    const SystemTime now = context.clock.now().wall;
    TRY_ASSIGN(const SystemTime tested, time_of(given.date, now));
    TRY(store::record_restore_test(store, {given.word, tested, given.comment}, now));
    context.out << "restoring " << given.word << " was tested on " << local_time(tested) << "\n";
    return {};
  });
}

}  // namespace clawvigil::cli
