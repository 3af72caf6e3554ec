#include "exporter/cli/first_look.h"

#include <poll.h>

#include <algorithm>
#include <array>

#include "exporter/base/strings.h"

namespace clawvigil::cli {

namespace {

constexpr Duration kPatience = std::chrono::seconds(60);
constexpr Duration kPatienceForLater = std::chrono::seconds(5);
constexpr Duration kFirstReport = std::chrono::milliseconds(500);  // a quick look says nothing
constexpr Duration kReportEvery = std::chrono::milliseconds(200);
constexpr int kPollMs = 20;

// They read what the collector usage writes.
constexpr std::array<std::string_view, 2> kReadTheLedger{"spend", "budgets"};

// Collectors that read much do so in several runs.
bool complete(const Snapshot& snapshot, std::string_view family_name) {
  const Family* const family = snapshot.find(family_name);
  return family == nullptr || std::ranges::all_of(family->samples, [](const auto& sample) {
           return sample.second == 1;
         });
}

bool history_is_read(const Snapshot& snapshot) {
  return complete(snapshot, "clawvigil_usage_history_complete");
}

bool secrets_are_looked_for(const Snapshot& snapshot) {
  return complete(snapshot, "clawvigil_secret_scan_complete");
}

std::vector<std::string_view> not_yet_run(const Snapshot& snapshot,
                                          const std::vector<const CollectorInfo*>& expected) {
  std::vector<std::string_view> names;
  for (const CollectorState& state : snapshot.collectors) {
    if (!state.ran && std::ranges::find(expected, state.info) != expected.end()) {
      names.push_back(state.info->name);
    }
  }
  return names;
}

// "1234 MB of the transcripts are read"
std::string history_text(const Snapshot& snapshot) {
  constexpr double kMegabyte = 1e6;
  double bytes = 0;
  if (const Family* const family = snapshot.find("clawvigil_usage_ingested_bytes_total")) {
    for (const auto& [labels, value] : family->samples) bytes += value;
  }
  return "Reading the transcripts for the first time: " +
         std::to_string(static_cast<std::uint64_t>(bytes / kMegabyte)) + " MB so far";
}

std::string progress_text(const Snapshot& snapshot,
                          const std::vector<const CollectorInfo*>& expected) {
  constexpr std::size_t kShown = 3;
  std::vector<std::string_view> names = not_yet_run(snapshot, expected);
  if (names.empty()) {
    return history_is_read(snapshot) ? "Looking for secrets" : history_text(snapshot);
  }
  const std::string text = std::to_string(expected.size() - names.size()) + " of " +
                           std::to_string(expected.size()) +
                           " collectors have looked, still at it: ";
  const bool more = names.size() > kShown;
  names.resize(std::min(names.size(), kShown));
  return text + join(names, ", ") + (more ? ", …" : "");
}

}  // namespace

FirstLook::FirstLook(std::vector<CollectorEntry> collectors, std::shared_ptr<RunnerShared> shared)
    : shared_(std::move(shared)) {
  std::vector<const CollectorInfo*> infos;
  std::vector<CollectorEntry> now;
  for (CollectorEntry& entry : collectors) {
    infos.push_back(entry.info);
    const bool later = std::ranges::find(kReadTheLedger, entry.info->name) != kReadTheLedger.end();
    if (!later) expected_.push_back(entry.info);
    (later ? later_ : now).push_back(std::move(entry));
  }
  // A collector that hangs may use it until the process ends.
  hub_ = new Hub(infos);  // NOLINT(cppcoreguidelines-owning-memory)
  first_ = std::make_unique<Runner>(std::move(now), shared_, *hub_);
}

void FirstLook::wait(Duration patience, const ShowProgress& progress,
                     const std::function<bool(const Snapshot&)>& done) {
  const Clock& clock = shared_->clock();
  const SteadyTime begin = clock.now().steady;
  SteadyTime next_report = begin + kFirstReport;
  while (clock.now().steady < begin + patience) {
    const auto snapshot = hub_->snapshot(clock.now());
    if (not_yet_run(*snapshot, expected_).empty() && done(*snapshot)) return;
    first_->report_overdue();
    if (progress && clock.now().steady > next_report) {
      progress(progress_text(*snapshot, expected_));
      next_report = clock.now().steady + kReportEvery;
    }
    ::poll(nullptr, 0, kPollMs);
  }
}

void FirstLook::take(const HomeList& homes, const ShowProgress& progress) {
  // Without a home there is nothing that is read in several runs.
  const bool alone = homes.homes.empty();
  first_->start();
  wait(kPatience, progress, [&](const Snapshot& snapshot) {
    return alone || (history_is_read(snapshot) && secrets_are_looked_for(snapshot));
  });
  for (const CollectorEntry& entry : later_) expected_.push_back(entry.info);
  second_ = std::make_unique<Runner>(std::move(later_), shared_, *hub_);
  second_->start();
  wait(kPatienceForLater, progress, [](const Snapshot&) { return true; });
}

void FirstLook::stop(Duration grace) {
  const bool first = first_->stop(grace);
  const bool second = !second_ || second_->stop(grace);
  if (first && second)
    delete std::exchange(hub_, nullptr);  // NOLINT(cppcoreguidelines-owning-memory)
}

}  // namespace clawvigil::cli
