#include "collectors/access/log_source.h"

#include <array>
#include <chrono>

#include "collectors/openclaw_settings.h"
#include "exporter/base/strings.h"

namespace clawvigil {

namespace {

using parse::LogEvent;
using parse::LogScanner;
using Source = LogReading::Source;

constexpr mode_t kWritableByOthers = 0022;

std::string file_position(const Home& home, const LogPlace& place) {
  std::string name = "log/" + home.label + "/" + place.directory;
  for (const std::string& stem : place.stems) name += "/" + stem;
  return name;
}

std::string journal_position(const Home& home) { return "journal/" + home.label; }

host::LogRules rules_of(const Home& home, const LogPlace& place) {
  host::LogRules rules;
  rules.belongs = [place](std::string_view name) { return belongs_to(place, name); };
  rules.open = {.owner = home.uid};
  return rules;
}

// The units a gateway is known to run in; _UID keeps other users' units of these names out.
Result<> match_units(host::Journal& journal, const Home& home) {
  const std::string_view profile = profile_of(home);
  const std::string own =
      "openclaw-gateway" + (profile.empty() ? "" : "-" + std::string(profile)) + ".service";
  const std::string uid = "_UID=" + std::to_string(home.uid);
  std::vector<std::string> units = {"_SYSTEMD_USER_UNIT=" + own, "_SYSTEMD_UNIT=" + own};
  if (profile.empty()) {
    units.emplace_back("_SYSTEMD_USER_UNIT=openclaw.service");
    units.emplace_back("_SYSTEMD_UNIT=openclaw.service");
  }
  for (const std::string& unit : units) {
    TRY(journal.match(unit));
    TRY(journal.match(uid));
    TRY(journal.match_or());
  }
  return {};
}

// What the agent says stands there, too, line by line. A line counts if it claims the time at which
// journald got it.
bool is_of_its_time(const LogEvent& event, SystemTime written) {
  constexpr std::chrono::seconds kTolerance{10};
  return event.time && *event.time < written + kTolerance && *event.time > written - kTolerance;
}

void add(LogScanner::Counts& sum, const LogScanner::Counts& counts) {
  sum.lines += counts.lines;
  sum.not_understood += counts.not_understood;
}

}  // namespace

// As OpenClaw itself chooses: a default directory that is another user's or open to others is not
// used. The directory of logging.file may be anyone's; its files must be the user's in any case.
std::optional<LogSource::Found> LogSource::find(const Context& context, const Home& home,
                                                const std::vector<LogPlace>& places,
                                                LogReading& reading) {
  for (const LogPlace& place : places) {
    auto directory = context.root.anchor(place.directory);
    if (!directory) {
      if (directory.error().code != Errc::not_found) reading.problems.push_back(directory.error());
      continue;
    }
    const auto stat = directory->stat(".");
    if (!stat) {
      reading.problems.push_back(stat.error());
      continue;
    }
    const bool is_default = places.size() > 1;
    if (is_default && (stat->uid != home.uid || (stat->mode & kWritableByOthers) != 0)) {
      reading.problems.push_back({Errc::unsafe, place.directory + " is open to other users"});
      continue;
    }
    reading.problems.clear();
    return Found{place, std::move(*directory)};
  }
  return std::nullopt;
}

// A place that was not read before this process began holds history; one that appeared since is
// read from its beginning, less what was counted from another source meanwhile.
void LogSource::follow(const Home& home, const LogPlace& place, const EventLedger& ledger) {
  using Start = host::LogFollower::Start;
  if (journal_ && journal_until_) counted_before_ = journal_until_;
  if (follower_ && place_ == place) return;
  place_ = place;
  counted_before_ = journal_until_ ? journal_until_ : last_read_;
  follower_.emplace(rules_of(home, place), last_read_ ? Start::beginning : Start::end);
  const auto position = ledger.position(file_position(home, place));
  // Before a restart the journal was read in its stead: nobody knows how far.
  const bool outdated = !last_read_ && ledger.position(journal_position(home));
  if (position && !outdated && !follower_->restore(*position)) {
    follower_.emplace(rules_of(home, place), Start::end);
  }
}

bool LogSource::read_file(const Home& home, const Found& found, EventLedger& ledger,
                          const LogScanner::OnEvent& on_event, LogReading& reading) {
  follow(home, found.place, ledger);
  const auto progress =
      follower_->read(found.directory, kBytesPerReading, [&](std::string_view lines) {
        const auto counts = scanner_.scan_file(lines, [&](const LogEvent& event) {
          if (!counted_before_ || !event.time || *event.time >= *counted_before_) on_event(event);
        });
        add(reading.counts, counts);
      });
  if (!progress) {
    reading.problems.push_back(progress.error());
    return false;
  }
  reading.counts.lines += progress->overlong_lines;
  reading.counts.not_understood += progress->overlong_lines;
  reading.lag_bytes = progress->lag_bytes;
  reading.problems = progress->problems;
  if (progress->files == 0) return false;
  reading.source = Source::file;
  if (auto noted = ledger.set_position(file_position(home, found.place), follower_->position());
      !noted) {
    reading.problems.push_back(noted.error());
  }
  // What is said there from now on is in the file as well.
  journal_.reset();
  journal_until_.reset();
  ledger.forget_position(journal_position(home));
  return true;
}

Result<> LogSource::open_journal(const Context& context, const Home& home,
                                 const EventLedger& ledger) {
  TRY_ASSIGN(host::Journal journal, host::Journal::open(context.config.rootfs));
  TRY(match_units(journal, home));
  TRY(journal.seek_since(SystemTime{}));
  TRY_ASSIGN(journal_has_entries_, journal.next());
  const auto cursor = ledger.position(journal_position(home));
  if (cursor && journal.seek_after(*cursor)) {
    journal_ = std::move(journal);
    return {};
  }
  if (last_read_) {
    TRY(journal.seek_since(*last_read_));
  } else {
    TRY(journal.seek_end());
  }
  journal_ = std::move(journal);
  return {};
}

Result<bool> LogSource::read_journal(const Context& context, const Home& home, EventLedger& ledger,
                                     const LogScanner::OnEvent& on_event, LogReading& reading) {
  if (!journal_) TRY(open_journal(context, home, ledger));
  std::optional<std::string> cursor;
  for (std::size_t i = 0; i < kEntriesPerReading; ++i) {
    TRY_ASSIGN(const bool more, journal_->next());
    if (!more) break;
    journal_has_entries_ = true;
    TRY_ASSIGN(const SystemTime written, journal_->time());
    TRY_ASSIGN(cursor, journal_->cursor());
    journal_until_ = written;
    const auto message = journal_->field("MESSAGE");
    bool late = false;
    LogScanner::Counts counts{1, message ? 0U : 1U};
    if (message && *message) {
      counts = scanner_.scan_output(**message, [&](const LogEvent& event) {
        late = !is_of_its_time(event, written);
        if (!late) on_event(event);
      });
    }
    if (late) ++counts.not_understood;
    add(reading.counts, counts);
  }
  if (cursor) TRY(ledger.set_position(journal_position(home), *cursor));
  return journal_has_entries_;
}

LogReading LogSource::read(const Context& context, const Home& home,
                           const std::vector<LogPlace>& places, EventLedger& ledger,
                           const LogScanner::OnEvent& on_event) {
  LogReading reading;
  const auto found = find(context, home, places, reading);
  if (!found || !read_file(home, *found, ledger, on_event, reading)) {
    const auto read = read_journal(context, home, ledger, on_event, reading);
    if (!read) journal_.reset();
    if (read && *read) {
      reading.source = Source::journal;
      reading.problems.clear();
    } else if (!read && read.error().code != Errc::not_found) {
      reading.problems.push_back(read.error());
    }
  }
  last_read_ = context.now.wall;
  return reading;
}

}  // namespace clawvigil
