#include "collectors/secrets.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "collectors/openclaw_settings.h"
#include "collectors/secrets/home_scan.h"
#include "collectors/secrets/workspace_history.h"
#include "collectors/secrets_families.h"

namespace clawvigil {

namespace {

using namespace secrets_families;
using secrets::Findings;
using secrets::HistorySource;
using secrets::HomeScan;
using secrets::kLocations;
using secrets::Location;
using secrets::LocationFindings;
using secrets::ScanBudget;

constexpr Duration kRunTime = std::chrono::seconds(2);  // after which no new file is begun

// What was found once stays in sight as 0, so that its end is seen.
using Reported = std::set<std::pair<std::size_t, std::size_t>>;  // location, rule

struct Watched {
  HomeScan scan;
  Reported reported;
};

void export_counts(const Home& home, std::size_t index, const LocationFindings& found,
                   Reported& reported, Batch& out) {
  const std::string_view location = to_string(static_cast<Location>(index));
  out.set(kFindings, 0, home.label, location, "none");
  for (std::size_t rule = 0; rule < kSecretRules; ++rule) {
    if (found.counts[rule] > 0) reported.emplace(index, rule);
    if (!reported.contains({index, rule})) continue;
    out.set(kFindings, found.counts[rule], home.label, location,
            to_string(static_cast<SecretRule>(rule)));
  }
  for (const secrets::Spot& spot : found.spots) {
    out.finding(kFindings, spot.file, spot.line, home.label, location, to_string(spot.rule));
  }
}

void export_location(const Home& home, std::size_t index, const LocationFindings& found,
                     Reported& reported, Batch& out) {
  const std::string name = home.label + ": " + std::string(to_string(static_cast<Location>(index)));
  if (found.problem) {
    out.unknown(prefixed(*found.problem, name).error(), {kFindings.name(), kScanned.name()});
  }
  if (!found.completed_at) {
    if (found.problem) return;
    return out.unknown({Errc::busy, name + ": not yet looked through"},
                       {kFindings.name(), kScanned.name()});
  }
  export_counts(home, index, found, reported, out);
  out.set(kScanned, to_unix_seconds(*found.completed_at), home.label,
          to_string(static_cast<Location>(index)));
  out.set(kSkipped, static_cast<double>(found.files_skipped), home.label,
          to_string(static_cast<Location>(index)));
}

class SecretsCollector final : public Collector {
 public:
  SecretsCollector(std::unique_ptr<HistorySource> history, ScanBudget budget)
      : history_(std::move(history)), budget_(budget) {}

  [[nodiscard]] const CollectorInfo& info() const override { return kSecretsInfo; }

  Result<> collect(const Context& context, Batch& out) override {
    forget_others(context.homes);
    for (const Home& home : context.homes) {
      const SteadyTime end = context.clock.now().steady + kRunTime;
      const auto check = [&] {
        return context.check().has_value() && context.clock.now().steady < end;
      };
      auto [entry, made] = watched_.try_emplace(home.path, HomeScan(home), Reported());
      Watched& watched = entry->second;
      watched.scan.run(home, *loader_.load_or_default(home), context.root, context.now, budget_,
                       check);
      export_home(context, home, watched, out);
    }
    return history_ ? history_->forget_others(context) : Result<>();
  }

 private:
  void export_home(const Context& context, const Home& home, Watched& watched, Batch& out) {
    Findings findings = watched.scan.findings();
    const std::size_t last = history_ ? kLocations : kLocations - 1;
    if (history_) {
      findings[index_of(Location::git_history)] =
          history_->scan(context, home, watched.scan.places().workspaces);
    }
    bool complete = true;
    for (std::size_t i = 0; i < last; ++i) {
      if (findings[i].absent) continue;
      export_location(home, i, findings[i], watched.reported, out);
      complete = complete && (findings[i].completed_at || findings[i].problem);
    }
    for (const Error& problem : watched.scan.places().problems) {
      out.unknown(prefixed(problem, home.label).error(), {kFindings.name(), kScanned.name()});
    }
    out.set(kComplete, complete ? 1 : 0, home.label);
  }

  void forget_others(std::span<const Home> homes) {
    std::erase_if(watched_, [&](const auto& entry) {
      return std::ranges::find(homes, entry.first, &Home::path) == homes.end();
    });
  }

  SettingsLoader loader_;
  std::unique_ptr<HistorySource> history_;
  ScanBudget budget_;
  std::map<std::string, Watched> watched_;  // by the home's path
};

}  // namespace

const CollectorInfo kSecretsInfo{
    "secrets",
    "Looks for credentials in the agent's instructions, memory and workspace, in shell start-up "
    "files and logs; shows how many and where, never which.",
    std::chrono::seconds(15),
    std::chrono::seconds(60),
    std::chrono::minutes(5),
    kMetrics};

std::unique_ptr<Collector> make_secrets_collector() {
  return secrets::make_collector(std::make_unique<secrets::WorkspaceHistory>());
}

std::unique_ptr<Collector> secrets::make_collector(std::unique_ptr<HistorySource> history,
                                                   ScanBudget budget) {
  return std::make_unique<SecretsCollector>(std::move(history), budget);
}

}  // namespace clawvigil
