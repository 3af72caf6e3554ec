#include "exporter/cli/spend_table.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "exporter/base/strings.h"
#include "exporter/cli/amount_text.h"
#include "exporter/cli/fitted_table.h"

namespace clawvigil::cli {

namespace {

using Column = FittedTable::Column;

constexpr std::size_t kRowsOfNames = 30;

std::string period_label(SpendBy by, const SpendRow& row, const host::TimeZone& zone,
                         const std::string& previous_day) {
  constexpr std::array<std::string_view, 7> kDays{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  constexpr std::size_t kHoursPerDay = 24;
  constexpr std::size_t kMonthSize = 7;  // "2026-11"
  const SystemTime begin = *row.begin;
  const std::string date = zone.date(begin);
  const std::string day =
      std::string(kDays.at(zone.hour_of_week(begin) / kHoursPerDay)) + " " + date;
  switch (by) {
    case SpendBy::hour: {
      const std::string time = zone.date_and_time(begin).substr(date.size());
      return (day == previous_day ? std::string(day.size(), ' ') : day) + time;
    }
    case SpendBy::week:
      return day;
    case SpendBy::month:
      return date.substr(0, kMonthSize);
    default:
      return day;
  }
}

std::string name_label(SpendBy by, const SpendRow& row, bool several_homes) {
  const auto name = [&](std::string_view key) { return sanitize(row.name(key)); };
  switch (by) {
    case SpendBy::model:
      return name("provider") + "/" + name("model");
    case SpendBy::agent:
      return (several_homes ? name("home") + ": " : std::string()) + name("agent");
    default:
      return name(name_of(by));
  }
}

struct Line {
  const SpendRow* row;
  std::string label;
  std::size_t level = 0;
  double before_usd = -1;  // below 0: not compared
};

// What is not shown, summed up in one row, so that the table adds up.
SpendRow sum_of(std::span<const SpendRow> rows) {
  SpendRow sum;
  for (const SpendRow& row : rows) {
    sum.totals.add(row.totals);
    if (row.before_usd) sum.before_usd = sum.before_usd.value_or(0) + *row.before_usd;
  }
  return sum;
}

class Builder {
 public:
  Builder(const SpendReport& report, const host::TimeZone& zone, const SpendViewOptions& options)
      : report_(report),
        zone_(zone),
        options_(options),
        table_({options.columns, options.utf8, Style(options.colours)}) {}

  SpendTable build() {
    choose_rows();
    total_.totals = report_.totals;
    total_.before_usd = report_.before_usd;
    lines_.push_back({&total_, "Total", 0});
    add_labels();
    add_numbers();
    for (const Line& line : lines_) {
      const bool is_total = &line == &lines_.back();
      const bool nested = report_.request.by.size() > 1;
      const bool empty = line.row->totals.requests == 0 && weight(*line.row) == 0;
      table_.add_row({.strong = is_total || (nested && line.level == 0),
                      .faint = empty && !is_total,
                      .marked = line.row->unusual.has_value()},
                     is_total || line.row == &rest_ ? -1 : weight(*line.row) / heaviest_);
    }
    return {table_.text(), marks_};
  }

 private:
  [[nodiscard]] double weight(const SpendRow& row) const {
    return report_.totals.usd() > 0 ? row.totals.usd()
                                    : static_cast<double>(row.totals.tokens.sum());
  }

  [[nodiscard]] std::string shown(std::string text) const {
    return options_.utf8 ? text : ascii(text);
  }

  void choose_rows() {
    const SpendRequest& request = report_.request;
    const bool of_time = is_time(request.by[0]);
    const bool limited = request.limit.has_value() && *request.limit > 0;
    std::size_t limit = report_.rows.size();
    if (limited) limit = std::min(limit, *request.limit);
    if (!request.limit && !of_time && !request.of_sessions()) {
      limit = std::min(limit, kRowsOfNames);
    }
    const std::span<const SpendRow> all = report_.rows;
    const std::size_t left_out = all.size() - limit;
    // Of times the newest stay, of names the most expensive.
    const auto kept = of_time ? all.last(limit) : all.first(limit);
    if (left_out > 0) rest_ = sum_of(of_time ? all.first(left_out) : all.last(left_out));
    const std::string rest = std::to_string(left_out) + (of_time ? " earlier" : " more");
    if (left_out > 0 && of_time) lines_.push_back({&rest_, rest, 0});
    for (const SpendRow& row : kept) add_line(row, 0);
    if (request.of_sessions()) add_other_sessions(static_cast<std::int64_t>(limit));
    if (left_out > 0 && !of_time) lines_.push_back({&rest_, rest, 0});
    for (const Line& line : lines_) {
      if (line.row != &rest_) heaviest_ = std::max(heaviest_, weight(*line.row));
    }
  }

  // The report holds the sum of all sessions, but only the most expensive ones.
  void add_other_sessions(std::int64_t shown_sessions) {
    if (report_.sessions <= shown_sessions) return;
    usage::Totals shown_sum;
    for (const Line& line : lines_) shown_sum.add(line.row->totals);
    const usage::Totals& all = report_.totals;
    usage::Totals& rest = rest_.totals;
    rest.tokens = {all.tokens.input - shown_sum.tokens.input,
                   all.tokens.output - shown_sum.tokens.output,
                   all.tokens.cache_read - shown_sum.tokens.cache_read,
                   all.tokens.cache_write - shown_sum.tokens.cache_write};
    rest.requests = all.requests - shown_sum.requests;
    rest.failed = all.failed - shown_sum.failed;
    rest.unpriced_tokens = all.unpriced_tokens - shown_sum.unpriced_tokens;
    rest.recorded_usd.add(std::max(0.0, all.usd() - shown_sum.usd()));
    lines_.push_back({&rest_, std::to_string(report_.sessions - shown_sessions) + " more", 0});
  }

  void add_line(const SpendRow& row, std::size_t level) {
    const SpendBy by = report_.request.by[level];
    std::string label(2 * level, ' ');
    if (is_time(by)) {
      label += period_label(by, row, zone_, level == 0 ? day_ : std::string());
      constexpr std::size_t kDaySize = 14;  // "Sun 2026-11-22"
      if (by == SpendBy::hour && !label.starts_with(' ')) day_ = label.substr(0, kDaySize);
    } else if (by != SpendBy::session) {
      label += name_label(by, row, report_.several_homes);
    }
    lines_.push_back({&row, shown(label), level});
    for (const SpendRow& below : row.rows) add_line(below, level + 1);
  }

  // A column with one cell for every line.
  template <class Cell>
  Column column(std::string title, int importance, Cell cell, std::size_t least = 0,
                bool to_the_right = true) {
    Column made{std::move(title), to_the_right, importance, least, {}};
    for (const Line& line : lines_) made.cells.push_back(cell(line));
    return made;
  }

  void add_labels() {
    if (report_.request.of_sessions()) return add_session_labels();
    std::string title(name_of(report_.request.by[0]));
    if (report_.request.by.size() > 1) {
      title += ", " + std::string(name_of(report_.request.by[1]));
    }
    std::ranges::transform(title, title.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c; });
    const bool cuttable = !is_time(report_.request.by.back());
    constexpr std::size_t kLeast = 10;
    table_.add(column(
        title, 0, [](const Line& line) { return line.label; }, cuttable ? kLeast : 0, false));
  }

  void add_session_labels() {
    const auto named = [&](std::string_view key) {
      return [this, key](const Line& line) { return shown(sanitize(line.row->name(key))); };
    };
    const auto last_call = [&](const Line& line) {
      return line.row->end ? zone_.date_and_time(*line.row->end) : line.label;
    };
    constexpr std::size_t kLeast = 8;
    table_.add(column("LAST USED", 0, last_call, 0, false));
    const auto agent = [&](const Line& line) {
      if (!line.row->end) return std::string();
      return shown(name_label(SpendBy::agent, *line.row, report_.several_homes));
    };
    table_.add(column("AGENT", 0, agent, kLeast, false));
    table_.add(column("TRIGGER", 3, named("trigger"), 0, false));
    table_.add(column("CHANNEL", 4, named("channel"), 0, false));
    constexpr std::size_t kWide = 150;  // columns, for the whole of an id
    const auto id = [&](const Line& line) {
      const std::string whole = named("session")(line);
      return options_.columns < kWide ? cut(whole, kLeast, "") : whole;
    };
    table_.add(column("SESSION", 0, id, kLeast, false));
  }

  void add_numbers() {
    const double whole = weight(total_);
    table_.add(column("COST", 0, [&](const Line& line) { return cost(*line.row); }));
    table_.place_bar();
    table_.add(column("SHARE", 1, [&](const Line& line) {
      return weight(*line.row) > 0 ? share_text(weight(*line.row), whole) : "";
    }));
    const bool compared = report_.before_usd.has_value() && !is_time(report_.request.by[0]) &&
                          !report_.request.of_sessions();
    if (compared) {
      table_.add(column("CHANGE", 4, [&](const Line& line) {
        if (line.level > 0) return std::string();
        return change_text(line.row->totals.usd(), line.row->before_usd.value_or(0), options_.utf8);
      }));
    }
    add_tokens();
    table_.add(column("REQUESTS", 3, [](const Line& line) {
      return line.row->totals.requests == 0 ? "" : whole_text(line.row->totals.requests);
    }));
    if (report_.totals.failed > 0) {
      table_.add(column("FAILED", 7, [](const Line& line) {
        return line.row->totals.failed == 0 ? "" : whole_text(line.row->totals.failed);
      }));
    }
    const bool any =
        std::ranges::any_of(lines_, [](const Line& line) { return line.row->unusual.has_value(); });
    marks_.unusual = any;
    if (!any) return;
    table_.add(column(
        "UNUSUAL", 6,
        [](const Line& line) {
          return line.row->unusual ? "usually " + usd_text(line.row->unusual->usual_usd) : "";
        },
        0, false));
  }

  void add_tokens() {
    const auto counted = [&](std::string title, int importance,
                             std::int64_t parse::TokenCounts::* type) {
      return column(std::move(title), importance, [type](const Line& line) {
        return line.row->totals.tokens.*type == 0 ? "" : count_text(line.row->totals.tokens.*type);
      });
    };
    table_.add(counted("INPUT", 8, &parse::TokenCounts::input));
    table_.add(counted("OUTPUT", 8, &parse::TokenCounts::output));
    table_.add(column("TOKENS", 2, [](const Line& line) {
      const auto tokens = line.row->totals.tokens.uncached();
      return tokens == 0 ? "" : count_text(tokens);
    }));
    table_.add(counted("CACHE READ", 9, &parse::TokenCounts::cache_read));
    table_.add(counted("CACHE WRITE", 9, &parse::TokenCounts::cache_write));
    table_.add(column("CACHED", 5, [](const Line& line) {
      const auto& tokens = line.row->totals.tokens;
      const auto prompt = tokens.input + tokens.cache_read + tokens.cache_write;
      return share_text(static_cast<double>(tokens.cache_read), static_cast<double>(prompt));
    }));
  }

  std::string cost(const SpendRow& row) {
    const usage::Totals& totals = row.totals;
    const bool nothing = totals.requests == 0 && totals.tokens.sum() == 0 && totals.usd() == 0;
    if (nothing) return options_.utf8 ? "· " : "- ";
    marks_.estimated = marks_.estimated || totals.estimated_usd.value() > 0;
    marks_.unpriced = marks_.unpriced || totals.unpriced_tokens > 0;
    std::string text = cost_text(totals);
    // Marks stand in a column of their own, so that the figures stay below each other.
    text += totals.unpriced_tokens > 0 && totals.usd() > 0 ? "+" : " ";
    if (row.unusual) text.back() = text.back() == '+' ? '+' : '!';
    return text;
  }

  const SpendReport& report_;
  const host::TimeZone& zone_;
  const SpendViewOptions& options_;
  FittedTable table_;
  std::vector<Line> lines_;
  SpendRow rest_;
  SpendRow total_;
  SpendMarks marks_;
  std::string day_;
  double heaviest_ = 1e-12;
};

}  // namespace

std::string cost_text(const usage::Totals& totals) {
  if (totals.usd() <= 0 && totals.unpriced_tokens > 0) return "no price";
  return (totals.estimated_usd.value() > 0 ? "~" : "") + usd_text(totals.usd());
}

std::string change_text(double usd, double before, bool utf8) {
  constexpr double kHalfCent = 0.005;
  if (before < kHalfCent) return usd < kHalfCent ? "" : "new";
  const double change = usd / before - 1;
  constexpr double kManyfold = 9.995;
  if (change >= kManyfold)
    return (utf8 ? "▲ " : "+") + std::to_string(std::lround(usd / before)) + "x";
  const long percent = std::lround(std::abs(change) * 100);
  if (percent == 0) return "same";
  const std::string_view sign = change > 0 ? (utf8 ? "▲ " : "+") : (utf8 ? "▼ " : "-");
  return std::string(sign) + std::to_string(percent) + " %";
}

std::string ascii(std::string_view text) {
  std::string out;
  constexpr unsigned char kFirstBeyond = 0x80;
  constexpr unsigned char kLead = 0xC0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < kFirstBeyond) out += c;
    if (byte >= kLead) out += '?';
  }
  return out;
}

SpendTable spend_table(const SpendReport& report, const host::TimeZone& zone,
                       const SpendViewOptions& options) {
  return Builder(report, zone, options).build();
}

}  // namespace clawvigil::cli
