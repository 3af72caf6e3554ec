// What a collector of events must not lose: how many of each kind there were, how far its sources
// are read, and who was seen when. Kept in memory and, by commit(), in the state database.
//
//   declare(kFailures, "sshd", "password");          // a series of a closed list: exists at 0
//   add(kFailures, 1, "sshd", "password");
//   set_position("auth.log", follower.position());
//   commit(context.store);                           // one transaction
//
// Counts and positions move together: after a crash the database holds both of the same commit, so
// an event is counted once whatever happens. A commit that fails (busy, disk full) loses nothing:
// the ledger goes on in memory and the next commit holds it all.
//
// One thread. Names of components, sources and sets are chosen by the program, never by a stranger.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/model/batch.h"
#include "exporter/model/metric.h"
#include "exporter/store/store.h"

namespace clawvigil {

class EventLedger {
 public:
  static constexpr std::size_t kMaxMembers = 10'000;  // of one set; the longest unseen goes first
  static constexpr std::size_t kMaxPositions = 1'024;
  static constexpr std::size_t kMaxPositionBytes = 16UL * 1024;

  struct Member {
    SystemTime first_seen;
    SystemTime last_seen;
  };

  // Reads what `component` (the collector's name) has committed so far.
  [[nodiscard]] static Result<EventLedger> open(store::Store& store, std::string component);

  // Counters only; labels are sanitised as Batch does. One label set more than the family's
  // max_series is kept, so that Batch drops it and says so; what is beyond is not counted.
  template <std::size_t N, std::convertible_to<std::string_view>... Labels>
    requires(sizeof...(Labels) == N)
  void declare(const Metric<N>& metric, const Labels&... labels) {
    add_count(metric.info(), 0, {std::string(std::string_view(labels))...});
  }
  template <std::size_t N, std::convertible_to<std::string_view>... Labels>
    requires(sizeof...(Labels) == N)
  void add(const Metric<N>& metric, double count, const Labels&... labels) {
    add_count(metric.info(), count, {std::string(std::string_view(labels))...});
  }
  // The running total, 0 for what was never declared.
  template <std::size_t N, std::convertible_to<std::string_view>... Labels>
    requires(sizeof...(Labels) == N)
  [[nodiscard]] double total(const Metric<N>& metric, const Labels&... labels) const {
    return total_of(metric.name(), {std::string(std::string_view(labels))...});
  }
  // Puts every total of `metric` into `out`; of `home` only, if given (the first label's value).
  template <std::size_t N>
  void export_to(const Metric<N>& metric, Batch& out,
                 std::optional<std::string_view> first_label = std::nullopt) const {
    const auto found = counts_.find(metric.name());
    if (found == counts_.end()) return;
    for (const auto& [labels, count] : found->second) {
      if (first_label && (labels.empty() || labels.front() != *first_label)) continue;
      export_sample(metric, count, labels, std::make_index_sequence<N>(), out);
    }
  }

  // How far a source is read, in words of its reader. nullopt: never read before.
  [[nodiscard]] std::optional<std::string_view> position(std::string_view source) const;
  // Errc::too_large beyond the bounds above; the old position stays.
  [[nodiscard]] Result<> set_position(std::string_view source, std::string position);
  void forget_position(std::string_view source);

  // Notes that the member with this keyed hash was there at `when`. True if it had never been (as
  // far as the set reaches back).
  bool see(std::string_view set, std::uint64_t member, SystemTime when);
  [[nodiscard]] std::optional<Member> member(std::string_view set, std::uint64_t member) const;
  // How many members were last seen at or after `since`.
  [[nodiscard]] std::size_t seen_since(std::string_view set, SystemTime since) const;
  // Forgets those last seen before `before`.
  void forget_unseen(std::string_view set, SystemTime before);

  // Writes all changes since the last successful commit in one transaction; nothing to do costs
  // nothing. On error everything stays noted for the next commit.
  [[nodiscard]] Result<> commit(store::Store& store);

 private:
  using Labels = std::vector<std::string>;
  struct Count {
    double value = 0;
    bool changed = false;
  };
  struct Set {
    std::map<std::uint64_t, Member> members;
    std::set<std::uint64_t> changed;
    std::set<std::uint64_t> removed;
  };

  explicit EventLedger(std::string component) : component_(std::move(component)) {}
  [[nodiscard]] Result<> load(store::Store& store);
  [[nodiscard]] Result<> write_counts(store::Store& store) const;
  [[nodiscard]] Result<> write_positions(store::Store& store) const;
  [[nodiscard]] Result<> write_members(store::Store& store) const;
  void add_count(const MetricInfo& info, double count, Labels labels);
  [[nodiscard]] double total_of(std::string_view family, Labels labels) const;
  void drop_longest_unseen(Set& set);
  void erase_member(Set& set, std::uint64_t member);

  template <std::size_t N, std::size_t... I>
  static void export_sample(const Metric<N>& metric, const Count& count, const Labels& labels,
                            std::index_sequence<I...> /*positions*/, Batch& out) {
    if (labels.size() == N) out.set(metric, count.value, labels[I]...);
  }

  std::string component_;
  std::map<std::string, std::map<Labels, Count>, std::less<>> counts_;
  std::map<std::string, std::string, std::less<>> positions_;
  std::set<std::string, std::less<>> changed_positions_;  // written or forgotten since the commit
  std::map<std::string, Set, std::less<>> sets_;
  bool changed_ = false;
};

}  // namespace clawvigil
