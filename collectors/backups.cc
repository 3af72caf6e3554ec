#include "collectors/backups.h"

#include <algorithm>
#include <optional>

#include "collectors/backups/files_source.h"
#include "collectors/backups/openclaw_source.h"
#include "collectors/backups/repositories.h"
#include "collectors/backups_families.h"
#include "exporter/base/digits.h"
#include "exporter/base/whole_seconds.h"
#include "exporter/collect/event_ledger.h"
#include "exporter/store/restore_tests.h"

namespace clawvigil {

namespace {

using namespace backups_families;
using backups::BackupReading;
using backups::Machine;
using backups::Part;

// What was read of one backup, under the name it is told by.
struct Backup {
  BackupSource source;
  Result<BackupReading> reading;
};

Result<BackupReading> read_source(const Machine& machine, const BackupSource& source) {
  switch (source.kind) {
    case BackupKind::files:
      return read_files(machine, source.path);
    case BackupKind::restic:
      return read_restic(machine, source.path);
    case BackupKind::borg:
      return read_borg(machine, source.path);
    case BackupKind::stamp:
      return read_stamp(machine, source.path);
  }
  return fail(Errc::unsupported, "no such kind of backup");
}

std::vector<Backup> read_all(const Machine& machine) {
  std::vector<Backup> all;
  all.reserve(machine.context.config.backups.sources.size() + machine.context.homes.size());
  for (const BackupSource& source : machine.context.config.backups.sources) {
    all.push_back({source, read_source(machine, source)});
  }
  if (!all.empty()) return all;
  // One that OpenClaw made is of one home; where it made any, the others lack theirs.
  bool any = false;
  for (const Home& home : machine.context.homes) {
    BackupSource source;
    source.name = "openclaw/" + home.label;
    all.push_back({std::move(source), backups::read_openclaw(machine, home)});
    any = any || !all.back().reading || all.back().reading->present;
  }
  if (!any) all.clear();
  return all;
}

// Every family that tells of a backup itself, not of what the owner said.
std::vector<std::string_view> seen_families() {
  return {kPresent.name(),   kLastSuccess.name(), kSize.name(),           kKept.name(),
          kEncrypted.name(), kOffHost.name(),     kAgentCanChange.name(), kOpenToOthers.name()};
}

std::vector<std::string_view> families_of(Part part) {
  switch (part) {
    case Part::encryption:
      return {kEncrypted.name()};
    case Part::place:
      return {kOffHost.name()};
    case Part::access:
      return {kAgentCanChange.name(), kOpenToOthers.name()};
    case Part::time:
      return {kLastSuccess.name()};
  }
  return seen_families();
}

// What the owner said settles what cannot be seen. A copy that leaves this host later is not seen
// here, so there the owner's word counts even against what is.
void apply_statements(const BackupSource& source, BackupReading& reading) {
  const auto settle = [&](Part part) {
    std::erase_if(reading.problems, [part](const auto& problem) { return problem.part == part; });
  };
  if (source.encrypted && !reading.encrypted) {
    reading.encrypted = source.encrypted;
    settle(Part::encryption);
  }
  if (source.off_host) {
    reading.off_host = source.off_host;
    settle(Part::place);
  }
}

void export_flag(const Metric<1>& metric, const std::optional<bool>& flag, const std::string& name,
                 Batch& out) {
  if (flag) out.set(metric, *flag ? 1 : 0, name);
}

void export_number(const Metric<1>& metric, const auto& number, const std::string& name,
                   Batch& out) {
  if (number) out.set(metric, static_cast<double>(*number), name);
}

void export_reading(const std::string& name, const BackupReading& reading, Batch& out) {
  out.set(kPresent, reading.present ? 1 : 0, name);
  for (const backups::Problem& problem : reading.problems) {
    if (reading.present) {
      out.unknown(prefixed(problem.error, "backup " + name).error(), families_of(problem.part));
    }
  }
  if (!reading.present) return;
  if (reading.newest) out.set(kLastSuccess, to_unix_seconds(*reading.newest), name);
  export_number(kSize, reading.size, name, out);
  export_number(kUsualSize, reading.usual_size, name, out);
  export_number(kKept, reading.kept, name, out);
  export_flag(kEncrypted, reading.encrypted, name, out);
  export_flag(kOffHost, reading.off_host, name, out);
  if (!reading.access) return;
  out.set(kAgentCanChange, reading.access->agent_can_change ? 1 : 0, name);
  out.set(kOpenToOthers, reading.access->open_to_others ? 1 : 0, name);
}

class BackupsCollector final : public Collector {
 public:
  [[nodiscard]] const CollectorInfo& info() const override { return kBackupsInfo; }

  Result<> collect(const Context& context, Batch& out) override {
    // Without OpenClaw there is nothing whose backup could be missed.
    if (context.homes.empty() && context.config.backups.sources.empty()) return {};
    if (!ledger_) {
      TRY_ASSIGN(auto opened, EventLedger::open(context.store, "backups"));
      ledger_.emplace(std::move(opened));
    }
    std::vector<Backup> all = read_all(Machine::read(context));
    TRY(context.check());
    out.set(kSources, static_cast<double>(all.size()));
    for (Backup& backup : all) export_backup(context, backup, out);
    export_tests(context, all, out);
    return ledger_->commit(context.store);
  }

 private:
  void export_backup(const Context& context, Backup& backup, Batch& out) {
    const BackupSource& source = backup.source;
    if (source.max_age) out.set(kMaxAge, to_seconds(*source.max_age), source.name);
    if (source.keep) out.set(kKeep, static_cast<double>(*source.keep), source.name);
    if (!backup.reading) {
      return out.unknown(prefixed(backup.reading.error(), "backup " + source.name).error(),
                         seen_families());
    }
    apply_statements(source, *backup.reading);
    export_reading(source.name, *backup.reading, out);
    if (backup.reading->present) export_since(context, source.name, *backup.reading, out);
  }

  // The first time is kept: what is deleted later does not make a backup young again.
  void export_since(const Context& context, const std::string& name, const BackupReading& reading,
                    Batch& out) {
    const std::string key = "since/" + name;
    SystemTime since = std::min(reading.oldest.value_or(context.now.wall), context.now.wall);
    const auto noted = ledger_->position(key);
    const auto seconds = noted ? parse_integer<std::int64_t>(*noted) : std::nullopt;
    if (seconds) since = std::min(since, from_whole_seconds(*seconds));
    const auto whole = to_whole_seconds(since);
    if (!seconds || whole < *seconds) {
      if (const auto set = ledger_->set_position(key, std::to_string(whole)); !set) {
        return out.unknown(set.error(), {kKnownSince.name()});
      }
    }
    out.set(kKnownSince, static_cast<double>(whole), name);
  }

  static void export_tests(const Context& context, const std::vector<Backup>& all, Batch& out) {
    const auto tests = store::restore_tests(context.store);
    if (!tests) return out.unknown(tests.error(), {kRestoreTested.name()});
    for (const store::RestoreTest& test : *tests) {
      const bool known = std::ranges::any_of(
          all, [&](const Backup& backup) { return backup.source.name == test.backup; });
      if (known) out.set(kRestoreTested, to_unix_seconds(test.tested), test.backup);
    }
  }

  std::optional<EventLedger> ledger_;
};

}  // namespace

// A backup is a matter of hours; ten minutes let the owner see soon that it is repaired.
const CollectorInfo kBackupsInfo{
    "backups",
    "Age, size, number, encryption and place of the backups, from their files alone.",
    std::chrono::minutes(10),
    std::chrono::seconds(60),
    std::chrono::minutes(35),
    kMetrics};

std::unique_ptr<Collector> make_backups_collector() { return std::make_unique<BackupsCollector>(); }

}  // namespace clawvigil
