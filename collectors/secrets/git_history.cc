#include "collectors/secrets/git_history.h"

#include "collectors/git/backoff.h"
#include "collectors/git/reader.h"
#include "collectors/git/refs.h"
#include "collectors/secrets/history_frames.h"
#include "collectors/secrets/history_scan.h"
#include "collectors/secrets/history_state.h"

namespace clawvigil::secrets {

namespace {

Result<ScanResult> run_scan(const Context& context, const HistoryRepository& repository,
                            const HistoryBudget& budget, const ScanTask& task) {
  ScanResult result;
  TRY(git::run_reader(
      repository.directory, budget.hard_limit, context.stop,
      [&](host::ChildOutput& out) { return scan_history(task, out); },
      [&](std::string_view frame) { return decode_frame(frame, result); }));
  if (!result.ended) return fail(Errc::parse, "the reader of history ended without a word");
  return result;
}

}  // namespace

struct GitHistory::State {
  // What is known of one repository beside the state database.
  struct Repository {
    std::optional<HistoryReport> report;  // of refs with this fingerprint, if it was complete
    std::uint64_t refs = 0;
    git::Backoff child;
    bool absent = false;  // there is no repository
  };

  std::string matcher_version;
  HistoryBudget budget;
  std::map<std::string, Repository> repositories;

  [[nodiscard]] Result<HistoryReport> describe(store::Store& store, const HistoryState& known,
                                               const git::Refs* refs) const;
  [[nodiscard]] Result<> advance(const Context& context, const HistoryRepository& repository,
                                 const HistoryMatcher& matcher, const git::Refs& refs,
                                 HistoryState& known, Repository& mine) const;
};

Result<HistoryReport> GitHistory::State::describe(store::Store& store, const HistoryState& known,
                                                  const git::Refs* refs) const {
  HistoryReport report;
  TRY_ASSIGN(report.findings, known.findings(store));
  TRY_ASSIGN(report.unread, known.unread(store));
  report.commits = known.commits();
  report.complete = known.complete();
  report.absent_parts = refs != nullptr && (refs->partial || !refs->shallow.empty());
  if (known.dropped() > 0) {
    report.problem = Error{Errc::too_large, "more than " + std::to_string(kMaxFindings) +
                                                " findings in the history, not all are told"};
  }
  return report;
}

// One more run over what is new.
Result<> GitHistory::State::advance(const Context& context, const HistoryRepository& repository,
                                    const HistoryMatcher& matcher, const git::Refs& refs,
                                    HistoryState& known, Repository& mine) const {
  const std::uint64_t fingerprint = refs.fingerprint();
  if (refs.heads.empty()) return known.clear(context.store, fingerprint);
  if (mine.child.must_wait(context.now.steady)) return {};
  TRY_ASSIGN(const auto clean, known.clean(context.store));
  TRY_ASSIGN(const auto told, known.told(context.store));
  TRY_ASSIGN(const auto commits, known.told_commits(context.store));
  const auto result =
      run_scan(context, repository, budget,
               {refs, known.frontier(), commits, clean, told, budget, matcher, context.clock});
  if (!result) {
    mine.child.failed(result.error(), context.now.steady);
    return {};
  }
  mine.child.succeeded();
  return known.apply(context.store, *result, fingerprint);
}

GitHistory::GitHistory(std::string matcher_version, HistoryBudget budget)
    : state_(std::make_unique<State>()) {
  state_->matcher_version = std::move(matcher_version);
  state_->budget = budget;
}
GitHistory::GitHistory(GitHistory&&) noexcept = default;
GitHistory& GitHistory::operator=(GitHistory&&) noexcept = default;
GitHistory::~GitHistory() = default;

Result<HistoryReport> GitHistory::scan(const Context& context, const HistoryRepository& repository,
                                       const HistoryMatcher& matcher) {
  const auto refs = git::read_refs(repository.directory);
  State::Repository& mine = state_->repositories[repository.key];
  if (!refs && refs.error().code == Errc::not_found) {
    if (!mine.absent) TRY(HistoryState::forget(context.store, repository.key));
    mine = {};
    mine.absent = true;
    return std::unexpected(refs.error());
  }
  mine.absent = false;
  if (refs && mine.report && mine.refs == refs->fingerprint()) return *mine.report;
  mine.report.reset();
  TRY_ASSIGN(HistoryState known,
             HistoryState::load(context.store, repository.key, state_->matcher_version));
  if (refs && !known.is_complete_for(refs->fingerprint())) {
    TRY(state_->advance(context, repository, matcher, *refs, known, mine));
  }
  TRY_ASSIGN(HistoryReport report, state_->describe(context.store, known, refs ? &*refs : nullptr));
  if (!refs) {
    report.problem = refs.error();
    report.complete = false;
  } else if (mine.child.problem()) {
    report.problem = mine.child.problem();
    report.complete = false;
  } else if (report.complete) {
    mine.report = report;
    mine.refs = refs->fingerprint();
  }
  return report;
}

Result<std::vector<HistoryFinding>> GitHistory::known_findings(store::Store& store,
                                                               std::string_view repository_key) {
  return HistoryState::known_findings(store, repository_key);
}

Result<> GitHistory::forget_others(store::Store& store, const std::vector<std::string>& keys) {
  return HistoryState::forget_others(store, keys);
}

}  // namespace clawvigil::secrets
