// The past of the series that range selectors and `offset` look at, and a Source over it and the
// current snapshot.
//
// Every selector that looks back has its own samplings, one every max(15 s, range/240) (for a plain
// `offset` at most two minutes), as long as its range and offset; runs of equal values are one
// entry. All together take at most 4 MB. Beyond, the selector that needs most is given up until the
// rules are loaded again: its rules are unknown, with the reason, and never silently wrong. What
// only texts of alerts ask for goes first, and makes no rule unknown.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "alerts/engine/runs.h"
#include "alerts/engine/series.h"
#include "alerts/promql/expression.h"

namespace clawvigil::alerts {

inline constexpr std::size_t kMaxHistoryBytes = 4'000'000;
inline constexpr promql::TimeMs kSamplingMs = 15'000;

struct LabelsHash {
  std::size_t operator()(const promql::Labels& labels) const { return labels.hash(); }
};

class History {
 public:
  explicit History(std::size_t max_bytes = kMaxHistoryBytes) : max_bytes_(max_bytes) {}

  // What will be asked for: by rules, and by the texts of alerts (with any further matchers).
  // Samples of selectors that stay are kept.
  void plan(const std::vector<promql::SelectorUse>& selectors,
            const std::vector<promql::SelectorUse>& explaining = {});
  // Takes a sampling where one is due; drops what is too old, and what is later than `now`.
  void observe(const LiveView& live, promql::TimeMs now);

  // A recorded series for refill(): calls back with its points on a grid of `spacing`.
  struct Recorded {
    promql::Labels labels;
    std::function<void(promql::TimeMs after, promql::TimeMs until, promql::TimeMs spacing,
                       std::vector<promql::Point>&)>
        points;
  };
  // Fills what observe() has not seen from a record that began at `since`.
  void refill(const std::vector<Recorded>& series, promql::TimeMs since, promql::TimeMs now);

  // Why the past that `selector` looks at is not known well enough to call its rule ok; nullopt: it
  // is, or the selector does not look back.
  [[nodiscard]] std::optional<std::string> gap(const promql::SelectorUse& selector,
                                               promql::TimeMs now) const;
  // The metrics whose past is kept, and how far back.
  [[nodiscard]] std::set<std::string, std::less<>> metrics() const;
  [[nodiscard]] promql::TimeMs depth() const;
  [[nodiscard]] std::size_t bytes() const;

 private:
  friend class HistorySource;
  using Series = std::unordered_map<promql::Labels, Runs, LabelsHash>;
  struct Use {
    std::vector<promql::Matcher> matchers;
    promql::TimeMs range = 0;
    promql::TimeMs offset = 0;
    promql::TimeMs spacing = kSamplingMs;
    std::optional<promql::TimeMs> since;  // first sampling, or the beginning of the record
    promql::TimeMs sampled = 0;           // time of the last one
    std::uint64_t seen = 0;               // number of the live view's update it has looked at
    bool given_up = false;
    bool explains = false;  // only texts ask for it
    Series series;
    [[nodiscard]] promql::TimeMs depth() const;
    [[nodiscard]] std::size_t bytes() const;
  };
  // True if it has taken any.
  [[nodiscard]] static bool sample(Use& use, const LiveView& live, promql::TimeMs now);
  void enforce_bound();
  // The samples of these matchers; with `wider`, of some of them where none are kept.
  [[nodiscard]] const Use* find(std::span<const promql::Matcher> matchers, promql::TimeMs window,
                                bool wider) const;

  std::size_t max_bytes_;
  std::vector<Use> uses_;
  promql::TimeMs observed_ = 0;
};

// What an evaluation at `now` sees: the current samples, and the past where one is kept. All three
// are valid as long as the source is used. `explains`: it answers the queries of texts, whose
// matchers are more than those that were planned for.
class HistorySource final : public promql::Source {
 public:
  HistorySource(const LiveView& live, const History& history, promql::TimeMs now,
                bool explains = false)
      : live_(live), history_(history), now_(now), explains_(explains) {}
  void select(std::span<const promql::Matcher> matchers, promql::TimeMs after, promql::TimeMs until,
              const Visitor& visit) const override;

 private:
  const LiveView& live_;
  const History& history_;
  promql::TimeMs now_;
  bool explains_;
};

}  // namespace clawvigil::alerts
