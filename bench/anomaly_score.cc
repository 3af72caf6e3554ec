// anomaly_score FILE.csv: the score of each value of any series, by the detector that watches
// what the agent spends (collectors/spend/anomaly.h). Prints timestamp,value,score.
#include <cctz/time_zone.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/spend/anomaly.h"
#include "exporter/base/strings.h"

namespace {

using clawvigil::spend::Assessment;
using clawvigil::spend::Detector;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

constexpr std::string_view kHelp =
    R"(usage: anomaly_score [--explain] [--only-up] [--step SECONDS] FILE.csv

Prints timestamp,value,score for each row of FILE.csv (- for standard input), in its order.

FILE.csv   timestamp,value[,...]: Unix seconds (or milliseconds) or ISO 8601 times, numbers. A
           header line is optional; with one, columns called timestamp (time, date, datetime, ds)
           and value (y) are found wherever they stand. A missing value is empty, NaN or null.
           Rows may be out of order, or have the same time.

Score      How unusual a value is by everything before it (nothing after it is looked at).
           0      exactly as expected from the series' own past
           1      ALARM THRESHOLD: as far off as about one value in ten thousand would be
           2      twice as far off as the threshold, and so on without an end
           nan    no value, or too little history: fewer than 200 values, or than 60 in 3 days
           It is the worst of: jump (from the last few values), profile (from this time of the
           day, the week, or the series' own rhythm), shift (small differences in one direction),
           unrest (larger or more frequent jumps than usual), frozen (the same value for long).

--explain  adds columns: usual, high (the value that would be an alarm), part (see above)
--only-up  a value below what is expected is no anomaly
--step     seconds between values; otherwise the median of the file
)";

struct Row {
  std::string_view stamp;  // as given
  std::string_view text;
  double time = 0;
  double value = kNan;
};

struct Options {
  std::string file;
  bool explain = false;
  bool only_up = false;
  double step = 0;
};

[[noreturn]] void stop(const std::string& message) {
  std::cerr << "anomaly_score: " << message << "\n";
  std::exit(2);  // NOLINT(concurrency-mt-unsafe): no other thread runs.
}

std::string_view trimmed(std::string_view text) {
  const auto from = text.find_first_not_of(" \t\r\"");
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(" \t\r\"") - from + 1);
}

std::optional<double> number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return {};
  return value;
}

bool is_missing(std::string_view text) {
  const std::string lower = clawvigil::to_lower_ascii(text);
  return lower.empty() || lower == "nan" || lower == "null" || lower == "na" || lower == "none";
}

// 2014-07-01, 2014-07-01 00:30, 2014-07-01T00:30:00.000000Z, …+02:00; UTC where it says no zone.
std::optional<double> iso_time(std::string_view text) {
  constexpr std::size_t kDateSize = 10;
  std::string copy(text.ends_with(" UTC") ? text.substr(0, text.size() - 4) : text);
  if (copy.size() > kDateSize && copy[kDateSize] == 'T') copy[kDateSize] = ' ';
  for (const char* const format : {"%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M%Ez",
                                   "%Y-%m-%d %H:%M:%E*S", "%Y-%m-%d %H:%M:%E*S%Ez"}) {
    std::chrono::time_point<std::chrono::system_clock, std::chrono::microseconds> time;
    if (!cctz::parse(format, copy, cctz::utc_time_zone(), &time)) continue;
    return std::chrono::duration<double>(time.time_since_epoch()).count();
  }
  return {};
}

std::optional<double> time_of(std::string_view text) {
  if (const auto unix_time = number(text)) {
    if (!std::isfinite(*unix_time)) return {};
    return std::abs(*unix_time) > 1e11 ? *unix_time / 1000 : *unix_time;
  }
  return iso_time(text);
}

std::vector<std::string_view> fields_of(std::string_view line) {
  std::vector<std::string_view> fields;
  for (;;) {
    const auto comma = line.find(',');
    fields.push_back(trimmed(line.substr(0, comma)));
    if (comma == std::string_view::npos) return fields;
    line.remove_prefix(comma + 1);
  }
}

struct Columns {
  std::size_t time = 0;
  std::size_t value = 1;
};

// The columns that the first line names, or nothing where it is a row already.
std::optional<Columns> header(const std::vector<std::string_view>& fields) {
  if (time_of(fields[0]) && (fields.size() < 2 || number(fields[1]) || is_missing(fields[1]))) {
    return {};
  }
  Columns found;
  const auto place = [&](std::initializer_list<std::string_view> names, std::size_t otherwise) {
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (std::ranges::find(names, clawvigil::to_lower_ascii(fields[i])) != names.end()) return i;
    }
    return otherwise;
  };
  found.time = place({"timestamp", "timestamps", "time", "date", "datetime", "ds"}, 0);
  found.value = place({"value", "values", "y"}, found.time == 1 ? 0 : 1);
  return found;
}

std::vector<Row> rows_of(std::string_view text, const std::string& file) {
  std::vector<Row> rows;
  Columns columns;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  for (std::size_t line_number = 1; !text.empty(); ++line_number) {
    const auto end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (trimmed(line).empty()) continue;
    const auto fields = fields_of(line);
    const std::string where = file + ":" + std::to_string(line_number) + ": ";
    if (rows.empty()) {
      if (const auto named = header(fields)) {
        if (fields.size() < 2) stop(where + "expected timestamp,value, found one column");
        if (line_number > 1)
          stop(where + "expected a Unix time or an ISO 8601 time, found \"" +
               std::string(fields[0]) + "\"");
        columns = *named;
        continue;
      }
    }
    if (fields.size() <= std::max(columns.time, columns.value)) {
      stop(where + "expected timestamp,value, found " + std::to_string(fields.size()) + " column" +
           (fields.size() == 1 ? "" : "s"));
    }
    const auto time = time_of(fields[columns.time]);
    if (!time) {
      stop(where + "expected a Unix time or an ISO 8601 time, found \"" +
           std::string(fields[columns.time]) + "\"");
    }
    const std::string_view value_text = fields[columns.value];
    const auto value = number(value_text);
    if (!value && !is_missing(value_text)) {
      stop(where + "expected a number, found \"" + std::string(value_text) + "\"");
    }
    rows.push_back({.stamp = fields[columns.time],
                    .text = value_text,
                    .time = *time,
                    .value = value && std::isfinite(*value) ? *value : kNan});
  }
  return rows;
}

double median_step(const std::vector<Row>& rows, const std::vector<std::size_t>& order) {
  std::vector<double> steps;
  for (std::size_t i = 1; i < order.size(); ++i) {
    const double step = rows[order[i]].time - rows[order[i - 1]].time;
    if (step > 0) steps.push_back(step);
  }
  if (steps.empty()) return 1;
  const auto middle = steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2);
  std::nth_element(steps.begin(), middle, steps.end());
  return *middle;
}

void print_scores(const std::vector<Row>& rows, const Options& options) {
  std::vector<std::size_t> order(rows.size());
  std::ranges::generate(order, [next = std::size_t{0}]() mutable { return next++; });
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return rows[i].time; });
  Detector detector({.step_seconds = options.step > 0 ? options.step : median_step(rows, order),
                     .only_up = options.only_up});
  std::vector<Assessment> found(rows.size());
  for (const std::size_t i : order) found[i] = detector.learn(rows[i].time, rows[i].value);
  std::printf("timestamp,value,score%s\n", options.explain ? ",usual,high,part" : "");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Assessment& each = found[i];
    std::printf("%.*s,%.*s,", static_cast<int>(rows[i].stamp.size()), rows[i].stamp.data(),
                static_cast<int>(rows[i].text.size()), rows[i].text.data());
    if (!each.known) {
      std::printf(options.explain ? "nan,,,\n" : "nan\n");
      continue;
    }
    std::printf("%.6g", each.score);
    if (options.explain) {
      std::printf(",%.6g,%.6g,%s", each.usual, each.high,
                  std::string(clawvigil::spend::part_name(each.part)).c_str());
    }
    std::printf("\n");
  }
}

Options options_of(int count, char** words) {
  Options options;
  for (int i = 1; i < count; ++i) {
    const std::string_view word = words[i];
    if (word == "--help" || word == "-h") {
      std::cout << kHelp;
      std::exit(0);  // NOLINT(concurrency-mt-unsafe): no other thread runs.
    } else if (word == "--explain") {
      options.explain = true;
    } else if (word == "--only-up") {
      options.only_up = true;
    } else if (word == "--step") {
      const auto step = i + 1 < count ? number(words[++i]) : std::nullopt;
      if (!step || !(*step > 0)) stop("--step: expected seconds above 0");
      options.step = *step;
    } else if (word.starts_with('-') && word != "-") {
      stop("unknown option " + std::string(word) + "; see --help");
    } else if (options.file.empty()) {
      options.file = word;
    } else {
      stop("expected one file, found also " + std::string(word));
    }
  }
  if (options.file.empty()) stop("expected FILE.csv; see --help");
  return options;
}

}  // namespace

int main(int count, char** words) {
  const Options options = options_of(count, words);
  std::string text;
  if (options.file == "-") {
    text.assign(std::istreambuf_iterator<char>(std::cin), {});
  } else {
    std::ifstream in(options.file, std::ios::binary);
    if (!in) stop(options.file + ": cannot be read");
    text.assign(std::istreambuf_iterator<char>(in), {});
  }
  const std::vector<Row> rows = rows_of(text, options.file);
  if (rows.empty()) stop(options.file + ":1: expected rows of timestamp,value, found none");
  print_scores(rows, options);
  return 0;
}
