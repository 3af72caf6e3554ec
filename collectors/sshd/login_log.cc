#include "collectors/sshd/login_log.h"

#include <charconv>

#include "collectors/parse/sshd_log.h"
#include "exporter/base/strings.h"

namespace clawvigil::sshd {

namespace {

constexpr const char* kJournal = "journal";
constexpr const char* kFile = "auth.log";
constexpr std::string_view kAfter = "after ";  // a cursor follows
constexpr std::string_view kSince = "since ";  // microseconds follow: nothing has matched so far
constexpr std::chrono::hours kHistory{24 * 30};
constexpr std::chrono::hours kReopen{1};

std::string since(SystemTime time) {
  const auto count = std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch());
  return std::string(kSince) + std::to_string(count.count());
}

Result<> seek(host::Journal& journal, std::string_view place) {
  if (place.starts_with(kAfter)) return journal.seek_after(place.substr(kAfter.size()));
  place.remove_prefix(std::min(place.size(), kSince.size()));
  std::int64_t count = 0;
  std::from_chars(place.data(), place.data() + place.size(), count);
  return journal.seek_since(SystemTime(std::chrono::microseconds(count)));
}

Result<host::Journal> sshd_journal(const std::string& root) {
  TRY_ASSIGN(host::Journal journal, host::Journal::open(root));
  TRY(journal.match("_UID=0"));
  TRY(journal.match("SYSLOG_IDENTIFIER=sshd"));
  TRY(journal.match("SYSLOG_IDENTIFIER=sshd-session"));
  return journal;
}

// auth.log, auth.log.1: what logrotate has compressed is older than anything we want.
bool is_auth_log(std::string_view name) {
  if (!name.starts_with(kFile)) return false;
  name.remove_prefix(std::string_view(kFile).size());
  return name.empty() || (name.size() > 1 && name.front() == '.' &&
                          name.find_first_not_of("0123456789", 1) == std::string_view::npos);
}

}  // namespace

Result<std::vector<Error>> LoginLog::read(const Context& context, EventLedger& ledger,
                                          const Sink& sink) {
  const auto done = read_journal(context, ledger, sink);
  if (done) {  // should this host go back to auth.log one day, that is learnt anew
    file_.reset();
    ledger.forget_position(kFile);
    return std::vector<Error>();
  }
  journal_.reset();
  if (done.error().code != Errc::not_found) return std::unexpected(done.error());
  ledger.forget_position(kJournal);
  return read_file(context, ledger, sink);
}

// Opened anew now and then: what libsystemd could not watch is found again.
Result<> LoginLog::open_journal(const Context& context, const EventLedger& ledger) {
  if (journal_ && context.now.steady - opened_at_ < kReopen) return {};
  journal_.reset();
  TRY_ASSIGN(host::Journal journal, sshd_journal(context.config.rootfs));
  const auto known = ledger.position(kJournal);
  place_ = known ? std::string(*known) : since(context.now.wall - kHistory);
  learning_ = !known;
  TRY(seek(journal, place_));
  journal_ = std::move(journal);
  opened_at_ = context.now.steady;
  return {};
}

Result<> LoginLog::read_journal(const Context& context, EventLedger& ledger, const Sink& sink) {
  TRY(open_journal(context, ledger));
  auto at_end = read_entries(sink);
  if (!at_end && at_end.error().code == Errc::busy) {  // kept elsewhere now: what came before is
    journal_.reset();                                  // read
    if (!learning_) TRY(ledger.set_position(kJournal, place_));
    TRY(open_journal(context, ledger));
    at_end = read_entries(sink);
  }
  if (!at_end) return std::unexpected(at_end.error());
  if (learning_ && !*at_end) return {};  // learnt from the beginning again after a restart
  if (learning_ && place_.starts_with(kSince)) place_ = since(context.now.wall);
  learning_ = false;
  return ledger.set_position(kJournal, place_);
}

// True at the end of the journal.
Result<bool> LoginLog::read_entries(const Sink& sink) {
  for (std::size_t i = 0; i < kMaxEntries; ++i) {
    TRY_ASSIGN(const bool more, journal_->next());
    if (!more) return true;
    TRY_ASSIGN(const std::string cursor, journal_->cursor());
    place_ = std::string(kAfter) + cursor;
    TRY_ASSIGN(const SystemTime time, journal_->time());
    std::string process;
    if (const auto pid = journal_->field("_PID"); pid && *pid) process = **pid;
    const auto message = journal_->field("MESSAGE");
    if (!message || !*message) continue;  // too long for anything sshd says, or damaged
    sink({process, **message, time, learning_});
  }
  return false;
}

Result<std::vector<Error>> LoginLog::read_file(const Context& context, EventLedger& ledger,
                                               const Sink& sink) {
  const auto known = ledger.position(kFile);
  if (!file_) {
    host::LogRules rules;
    rules.belongs = is_auth_log;
    file_.emplace(std::move(rules), host::LogFollower::Start::beginning);
    learning_ = !known || !file_->restore(*known);
  }
  TRY_ASSIGN(const host::Dir directory, context.root.anchor("/var/log"));
  TRY_ASSIGN(const host::LogProgress progress,
             file_->read(directory, kMaxBytes, [&](std::string_view lines) {
               for (const std::string_view line : split(lines, '\n')) {
                 const auto parsed = parse_auth_log_line(line);
                 if (parsed) {
                   sink({parsed->process, parsed->message, context.now.wall, learning_});
                 }
               }
             }));
  if (progress.files == 0) {
    return fail(Errc::not_found, "neither a systemd journal nor /var/log/auth.log");
  }
  if (progress.lag_bytes == 0 && progress.problems.empty()) learning_ = false;
  if (!learning_) TRY(ledger.set_position(kFile, file_->position()));
  return progress.problems;
}

}  // namespace clawvigil::sshd
