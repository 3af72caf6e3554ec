#include "collectors/workspace/repository.h"

#include <algorithm>

#include "collectors/git/reader.h"
#include "collectors/workspace/positions.h"
#include "collectors/workspace_families.h"
#include "exporter/base/whole_seconds.h"

namespace clawvigil::workspace {

namespace {

using namespace workspace_families;
using parse::FileClass;

// Every file is looked at, and one that changed is read.
constexpr Duration kBetweenLooks = std::chrono::minutes(10);
constexpr std::size_t kMaxConfigBytes = 256UL * 1024;
constexpr std::size_t kMaxHooks = 1'000;
constexpr std::string_view kFuture = "future";
constexpr std::string_view kBackdated = "backdated";
constexpr FileClass kKeyClasses[] = {FileClass::config, FileClass::env, FileClass::ssh};

const std::vector<std::string_view> kOfCommits = {
    kCommits.name(), kUnusualTimes.name(), kWrongTimes.name(), kForeignCommitter.name(),
    kChanges.name(), kExecutables.name(),  kDeleted.name(),    kRewrites.name(),
    kLost.name(),    kDayCommits.name(),   kDayChanges.name()};
const std::vector<std::string_view> kOfFiles = {kHead.name(), kUncommitted.name(), kTracked.name(),
                                                kTrackedKeys.name()};

void note(const RepositoryPlace& place, const Error& error,
          const std::vector<std::string_view>& families, Batch& out) {
  out.unknown(prefixed(error, place.home + ": repository " + place.repo).error(), families);
}

// Why the time a commit claims cannot be right; "": it can.
std::string_view wrong_time(const CommitFacts& commit, SystemTime now) {
  constexpr Duration kClockSkew = std::chrono::minutes(10);
  constexpr std::int64_t kBackwards = 3600;  // seconds
  if (from_whole_seconds(commit.committed) > now + kClockSkew) return kFuture;
  const bool backdated = commit.newest_parent > commit.committed &&
                         commit.newest_parent - kBackwards > commit.committed;
  return backdated ? kBackdated : std::string_view();
}

bool is_unusual(const WorkspaceConfig& config, const host::TimeZone& zone, SystemTime time) {
  const Duration clock = zone.time_of_day(time);
  const bool over_midnight = config.day_ends <= config.day_begins;
  const bool after = clock >= config.day_begins;
  const bool before = clock < config.day_ends;
  return over_midnight ? !(after || before) : !(after && before);
}

// Programs in .git/hooks; those git brings end in .sample.
Result<std::uint64_t> count_hooks(const host::Dir& directory) {
  const auto entries = directory.list(".git/hooks", kMaxHooks);
  if (!entries && entries.error().code == Errc::not_found) return 0;
  if (!entries) return std::unexpected(entries.error());
  constexpr mode_t kExecutable = 0111;
  std::uint64_t hooks = 0;
  for (const host::DirEntry& entry : *entries) {
    if (entry.name.ends_with(".sample") || entry.kind == host::FileKind::directory) continue;
    const auto stat = directory.stat(".git/hooks/" + entry.name);
    const bool runs =
        stat && (stat->kind == host::FileKind::symlink ||
                 (stat->kind == host::FileKind::regular && (stat->mode & kExecutable) != 0));
    if (runs) ++hooks;
  }
  return hooks;
}

}  // namespace

void declare(EventLedger& ledger, const RepositoryPlace& place) {
  for (const AuthorClass author : kAuthorClasses) {
    ledger.declare(kCommits, place.home, place.repo, to_string(author));
    ledger.declare(kUnusualTimes, place.home, place.repo, to_string(author));
    ledger.declare(kExecutables, place.home, place.repo, to_string(author));
    for (std::size_t i = 0; i < parse::kFileClasses; ++i) {
      ledger.declare(kChanges, place.home, place.repo, to_string(static_cast<FileClass>(i)),
                     to_string(author));
    }
  }
  for (const std::string_view kind : {kFuture, kBackdated}) {
    ledger.declare(kWrongTimes, place.home, place.repo, kind);
  }
  ledger.declare(kForeignCommitter, place.home, place.repo);
  ledger.declare(kDeleted, place.home, place.repo);
  ledger.declare(kRewrites, place.home, place.repo);
  ledger.declare(kLost, place.home, place.repo);
}

void Repository::run(const RepositoryRun& run, const RepositoryPlace& place, Batch& out) {
  const auto refs = git::read_refs(*place.directory);
  if (!refs && refs.error().code == Errc::not_found) {
    // What is committed here from now on is new.
    const Result<> begun = begin_watching(run.ledger, place);
    if (!begun) note(place, begun.error(), kOfCommits, out);
    declare(run.ledger, place);
    *this = {};
    out.set(kPresent, 0, place.home, place.repo);
    return;
  }
  out.set(kPresent, 1, place.home, place.repo);
  export_config(place, out);
  if (!refs) return note(place, refs.error(), kOfCommits, out);
  declare(run.ledger, place);
  const bool moved = refs_ != refs->fingerprint();
  if (moved) {
    const Result<> audited = audit(run, place, *refs);
    if (!audited) note(place, audited.error(), kOfCommits, out);
  } else if (const Result<> kept = write_head(run.ledger, place, refs->head); !kept) {
    note(place, kept.error(), {kRewrites.name(), kLost.name()}, out);
  }
  const Result<> told = export_day(run.context.store, place.home, place.repo, out);
  if (!told) note(place, told.error(), {kDayCommits.name(), kDayChanges.name()}, out);
  export_worktree(run, place, moved, out);
}

void Repository::export_config(const RepositoryPlace& place, Batch& out) {
  const auto text = place.directory->read_file(".git/config", kMaxConfigBytes, {});
  if (!text && text.error().code != Errc::not_found) {
    note(place, text.error(), {kRemotes.name(), kHooks.name()}, out);
    return;
  }
  config_ = parse::parse_git_config(text ? std::string_view(*text) : std::string_view());
  for (std::size_t i = 0; i < parse::kRemoteHosts; ++i) {
    const auto host = static_cast<parse::RemoteHost>(i);
    const auto count = std::ranges::count(config_.remotes, host);
    out.set(kRemotes, static_cast<double>(count), place.home, place.repo, to_string(host));
  }
  const auto hooks = count_hooks(*place.directory);
  if (!hooks) return note(place, hooks.error(), {kHooks.name()}, out);
  out.set(kHooks, static_cast<double>(*hooks + (config_.hooks_path ? 1 : 0)), place.home,
          place.repo);
}

void Repository::export_worktree(const RepositoryRun& run, const RepositoryPlace& place, bool moved,
                                 Batch& out) {
  const SteadyTime now = run.context.now.steady;
  if ((moved || !worktree_ || now >= next_look_) && !files_.must_wait(now)) {
    next_look_ = now + std::chrono::duration_cast<SteadyTime::duration>(kBetweenLooks);
    auto state = read_worktree(*place.directory, !place.around_config, run.context.stop);
    if (state) {
      files_.succeeded();
      worktree_ = *state;
    } else {
      files_.failed(state.error(), now);
      worktree_.reset();
    }
  }
  if (files_.problem()) note(place, *files_.problem(), kOfFiles, out);
  if (!worktree_) return;
  const auto number = [](std::uint64_t count) { return static_cast<double>(count); };
  const auto set = [&](std::string_view state, std::uint64_t count) {
    out.set(kUncommitted, number(count), place.home, place.repo, state);
  };
  set("modified", worktree_->modified);
  set("deleted", worktree_->deleted);
  set("staged", worktree_->staged);
  if (!place.around_config) set("untracked", worktree_->untracked);
  out.set(kTracked, number(worktree_->tracked), place.home, place.repo);
  for (const FileClass one : kKeyClasses) {
    out.set(kTrackedKeys, number(worktree_->tracked_files.at(static_cast<std::size_t>(one))),
            place.home, place.repo, to_string(one));
  }
  if (worktree_->head) {
    out.set(kHead, to_unix_seconds(*worktree_->head), place.home, place.repo);
  }
}

Result<> Repository::audit(const RepositoryRun& run, const RepositoryPlace& place,
                           const git::Refs& refs) {
  const SteadyTime now = run.context.now.steady;
  if (commits_.must_wait(now)) return std::unexpected(*commits_.problem());
  const Position position = read_position(run.ledger, place);
  if (refs.heads.empty() && position.frontier.empty()) {
    TRY(begin_watching(run.ledger, place));
    refs_ = refs.fingerprint();
    return {};
  }
  const SystemTime recent = run.context.now.wall - kDay;
  const AuditTask task{.refs = refs,
                       .frontier = position.frontier,
                       .head = position.head,
                       .baseline = position.baseline,
                       .recent = to_whole_seconds(recent),
                       .clock = run.context.clock};
  AuditResult result;
  constexpr Duration kDeadline = std::chrono::seconds(30);
  Result<> ran = git::run_reader(
      *place.directory, kDeadline, run.context.stop,
      [&](host::ChildOutput& out) { return audit_commits(task, out); },
      [&](std::string_view frame) { return decode_frame(frame, result); });
  if (ran && !result.ended) ran = fail(Errc::parse, "the reader of history ended without a word");
  if (!ran) {
    commits_.failed(ran.error(), now);
    return ran;
  }
  commits_.succeeded();
  TRY(apply(run, place, refs, result, position.baseline));
  if (!result.complete) return fail(Errc::busy, "its history is still being gone through");
  refs_ = refs.fingerprint();
  return {};
}

Result<> Repository::apply(const RepositoryRun& run, const RepositoryPlace& place,
                           const git::Refs& refs, const AuditResult& result, bool baseline) const {
  const std::string set = known_authors(place);
  const auto hash = [&](std::string_view email) { return run.hash.short_digest("author", email); };
  const Config& config = run.context.config;
  Authors authors(config.owner, config.workspace, [&](std::string_view email) {
    return run.ledger.member(set, hash(email)).has_value();
  });
  authors.add_agent(run.account_emails);
  authors.add_agent(config_.emails);
  authors.add_account(run.account, run.host);
  for (const std::string& email : result.authors) {
    run.ledger.see(set, hash(email), run.context.now.wall);
  }
  std::vector<DayEvent> events;
  for (const CommitFacts& commit : result.commits) {
    const SystemTime seen = baseline ? from_whole_seconds(commit.committed) : run.context.now.wall;
    events.push_back({commit.id, {}, authors.class_of(commit.author), FileClass::unread, seen});
  }
  for (const ChangedFile& file : result.files) {
    DayEvent event = events.at(file.commit);
    event.path = file.path;
    event.file_class = file.file_class;
    events.push_back(std::move(event));
  }
  // What can fail comes first, so that nothing is counted twice.
  TRY(keep_events(run.context.store, place.home, place.repo, events));
  TRY(write_position(run.ledger, place,
                     {baseline && !result.complete, result.frontier, refs.head}));
  if (result.lost > 0) {
    run.ledger.add(kRewrites, 1, place.home, place.repo);
    run.ledger.add(kLost, static_cast<double>(result.lost), place.home, place.repo);
  }
  if (baseline) return {};
  for (std::size_t i = 0; i < result.commits.size(); ++i) {
    count(run, place, result.commits[i], events[i].author);
  }
  return {};
}

void Repository::count(const RepositoryRun& run, const RepositoryPlace& place,
                       const CommitFacts& commit, AuthorClass author) const {
  EventLedger& ledger = run.ledger;
  const std::string_view who = to_string(author);
  const SystemTime now = run.context.now.wall;
  ledger.add(kCommits, 1, place.home, place.repo, who);
  const std::string_view wrong = wrong_time(commit, now);
  if (!wrong.empty()) ledger.add(kWrongTimes, 1, place.home, place.repo, wrong);
  const SystemTime time = wrong.empty() ? from_whole_seconds(commit.committed) : now;
  if (run.zone != nullptr && is_unusual(run.context.config.workspace, *run.zone, time)) {
    ledger.add(kUnusualTimes, 1, place.home, place.repo, who);
  }
  if (commit.committer != commit.author) {
    ledger.add(kForeignCommitter, 1, place.home, place.repo);
  }
  for (std::size_t i = 0; i < parse::kFileClasses; ++i) {
    if (commit.changes.at(i) == 0) continue;
    ledger.add(kChanges, static_cast<double>(commit.changes.at(i)), place.home, place.repo,
               to_string(static_cast<FileClass>(i)), who);
  }
  if (commit.executables > 0) {
    ledger.add(kExecutables, static_cast<double>(commit.executables), place.home, place.repo, who);
  }
  if (commit.deleted > 0) {
    ledger.add(kDeleted, static_cast<double>(commit.deleted), place.home, place.repo);
  }
}

}  // namespace clawvigil::workspace
