// The ledger's hours summed up by periods and names. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "collectors/usage/amounts.h"
#include "collectors/usage/history.h"
#include "exporter/cli/spend_report.h"

namespace clawvigil::cli {

// An hour of the ledger belongs to the period in which it begins.
class SpendSums {
 public:
  // `request` and `zone` must outlive this object. Series the request leaves out are not summed.
  SpendSums(const SpendRequest& request, const host::TimeZone& zone,
            const std::vector<usage::NumberedSeries>& series);

  // What a series used within the hours asked for; hours ascend. False if it is left out.
  bool add(std::int64_t series, std::int64_t hour, const usage::Totals& totals);
  // What it used in as long a time before.
  void add_before(std::int64_t series, double usd);
  [[nodiscard]] bool wants(std::int64_t series) const { return find(series) != nullptr; }

  // The rows, those of time ascending and without gaps from `first` on; those of names by cost.
  [[nodiscard]] std::vector<SpendRow> rows(SystemTime first);
  // Of all rows, once they are made.
  [[nodiscard]] usage::Totals totals() const { return all_; }
  [[nodiscard]] std::vector<UnpricedModel> unpriced() const;

 private:
  using Names = std::vector<std::pair<std::string, std::string>>;
  // What a series is summed under: its names by every dimension asked for but time.
  struct Group {
    std::vector<Names> names;
    usage::Totals current;  // of the current period
    bool touched = false;
    std::optional<double> before_usd{};
  };
  struct Entry {
    std::size_t period;
    std::size_t group;
    usage::Totals totals;
  };
  struct Series {
    std::size_t group;
    std::size_t model;  // into unpriced_
  };

  [[nodiscard]] const Series* find(std::int64_t series) const;
  void finish_period();
  [[nodiscard]] host::TimeZone::Period clipped_period(SystemTime time) const;
  // The row an entry belongs to on a level, as a key: its period, or its names.
  [[nodiscard]] std::pair<std::size_t, Names> key_of(const Entry& entry, std::size_t level) const;
  void fill_gaps(std::vector<SpendRow>& rows, SystemTime first) const;
  void order(std::vector<SpendRow>& rows, std::size_t level) const;

  const SpendRequest& request_;
  const host::TimeZone& zone_;
  std::unordered_map<std::int64_t, Series> series_;
  std::vector<Group> groups_;
  std::vector<host::TimeZone::Period> periods_;
  std::vector<Entry> entries_;
  std::vector<UnpricedModel> models_;
  usage::Totals all_;
};

}  // namespace clawvigil::cli
