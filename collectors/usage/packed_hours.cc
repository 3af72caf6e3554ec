#include "collectors/usage/packed_hours.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

#include "collectors/usage/ledger_rows.h"

namespace clawvigil::usage {

namespace {

constexpr unsigned kBits = 7;  // of a byte of a varint
constexpr unsigned kMore = 1U << kBits;
constexpr std::size_t kIntegers = 9;  // hour of the day, series, and what is counted
constexpr std::size_t kReals = 4;

void put(std::uint64_t value, std::string& bytes) {
  for (; value >= kMore; value >>= kBits) bytes.push_back(static_cast<char>(value | kMore));
  bytes.push_back(static_cast<char>(value));
}

class Bytes {
 public:
  explicit Bytes(std::string_view bytes) : bytes_(bytes) {}
  [[nodiscard]] bool empty() const { return bytes_.empty(); }
  [[nodiscard]] bool take(std::int64_t& integer) {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && !bytes_.empty(); shift += kBits) {
      const auto byte = static_cast<unsigned char>(bytes_.front());
      bytes_.remove_prefix(1);
      value |= std::uint64_t{byte & (kMore - 1)} << shift;
      if (byte < kMore) {
        integer = static_cast<std::int64_t>(value);
        return true;
      }
    }
    return false;
  }
  [[nodiscard]] bool take(double& real) {
    if (bytes_.size() < sizeof(real)) return false;
    std::memcpy(&real, bytes_.data(), sizeof(real));
    bytes_.remove_prefix(sizeof(real));
    return true;
  }

 private:
  std::string_view bytes_;
};

// What is left to pack of a day; nullopt when it is packed already.
Result<std::optional<std::string>> rows_of(store::Store& store, std::int64_t day) {
  TRY_ASSIGN(auto* const known, store.cached("SELECT 1 FROM usage_pack WHERE day = ?"));
  known->bind(1, day);
  TRY_ASSIGN(const bool packed, known->step());
  known->reset();
  if (packed) return std::optional<std::string>();
  const std::int64_t begin = day * kHoursPerDay;
  std::string bytes;
  TRY(each_single_hour(store, begin, begin + kHoursPerDay,
                       [&](std::int64_t series, std::int64_t hour, const Totals& totals) {
                         pack_row(series, hour - begin, totals, bytes);
                       }));
  return std::optional(std::move(bytes));
}

// The first day from `day` on in which anything was used.
Result<std::optional<std::int64_t>> used_day(store::Store& store, std::int64_t day) {
  TRY_ASSIGN(auto* const query, store.cached("SELECT min(hour) FROM usage_hour WHERE hour >= ?"));
  query->bind(1, day * kHoursPerDay);
  TRY_ASSIGN(const bool row, query->step());
  std::optional<std::int64_t> found;
  if (row && !query->is_null(0)) found = query->integer(0) / kHoursPerDay;
  query->reset();
  return found;
}

}  // namespace

void pack_row(std::int64_t series, std::int64_t hour_of_day, const Totals& totals,
              std::string& bytes) {
  const std::array reals{totals.recorded_usd.sum, totals.recorded_usd.correction,
                         totals.estimated_usd.sum, totals.estimated_usd.correction};
  unsigned flags = 0;
  for (std::size_t i = 0; i < reals.size(); ++i) flags |= reals[i] != 0 ? 1U << i : 0;
  bytes.push_back(static_cast<char>(flags));
  for (const std::int64_t integer :
       {hour_of_day, series, totals.tokens.input, totals.tokens.output, totals.tokens.cache_read,
        totals.tokens.cache_write, totals.requests, totals.failed, totals.unpriced_tokens}) {
    put(static_cast<std::uint64_t>(integer), bytes);
  }
  for (const double real : reals) {
    if (real != 0) bytes.append(reinterpret_cast<const char*>(&real), sizeof(real));
  }
}

Result<> unpack_rows(std::string_view packed, std::int64_t day, const VisitHour& visit) {
  Bytes bytes(packed);
  while (!bytes.empty()) {
    std::int64_t flags = 0;
    std::array<std::int64_t, kIntegers> integers{};
    std::array<double, kReals> reals{};
    bool good = bytes.take(flags);
    for (std::int64_t& integer : integers) good = good && bytes.take(integer);
    for (std::size_t i = 0; i < reals.size(); ++i) {
      if ((flags >> i & 1) != 0) good = good && bytes.take(reals[i]);
    }
    if (!good || integers[0] < 0 || integers[0] >= kHoursPerDay) {
      return fail(Errc::parse, "state database: the pack of a day is damaged");
    }
    visit(integers[1], day * kHoursPerDay + integers[0],
          {{integers[2], integers[3], integers[4], integers[5]},
           integers[6],
           integers[7],
           integers[8],
           {reals[0], reals[1]},
           {reals[2], reals[3]}});
  }
  return {};
}

Result<bool> pack_days(store::Store& store, std::int64_t until, std::int64_t most,
                       std::int64_t& next) {
  TRY_ASSIGN(auto transaction, store.begin());
  TRY_ASSIGN(auto* const insert, store.cached("INSERT INTO usage_pack VALUES (?, ?)"));
  std::int64_t from = next;
  bool finished = false;
  for (std::int64_t packed = 0; packed < most && !finished;) {
    TRY_ASSIGN(const auto day, used_day(store, from));
    finished = !day || *day >= until;
    if (finished) break;
    from = *day + 1;
    TRY_ASSIGN(const auto rows, rows_of(store, *day));
    if (!rows) continue;
    TRY(insert->bind(1, *day).bind_blob(2, *rows).run());
    ++packed;
  }
  TRY(transaction.commit());
  next = from;
  return finished;
}

Result<> each_single_hour(store::Store& store, std::int64_t from, std::int64_t until,
                          const VisitHour& visit) {
  TRY_ASSIGN(auto* const rows,
             store.cached(std::string("SELECT ") + kTotalsColumns +
                          ", series, hour FROM usage_hour WHERE hour >= ? AND hour < ? "
                          "ORDER BY hour, series"));
  rows->bind(1, from).bind(2, until);
  while (true) {
    TRY_ASSIGN(const bool row, rows->step());
    if (!row) break;
    visit(rows->integer(kTotalsColumnCount), rows->integer(kTotalsColumnCount + 1),
          read_totals(*rows));
  }
  rows->reset();
  return {};
}

}  // namespace clawvigil::usage
