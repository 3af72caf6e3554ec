#include "exporter/cli/spend_export.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <span>

#include "exporter/base/strings.h"
#include "exporter/base/utc_time.h"

namespace clawvigil::cli {

namespace {

using nlohmann::json;

// "2026-11-22T15:00:00Z"
std::string utc(SystemTime time) { return format_utc(time, "%Y-%m-%dT%H:%M:%SZ"); }

std::size_t row_limit(const SpendReport& report) {
  const std::size_t limit = report.request.limit.value_or(0);
  return limit == 0 ? report.rows.size() : std::min(limit, report.rows.size());
}

// Of times the newest, of names the most expensive.
std::span<const SpendRow> rows_of(const SpendReport& report) {
  const std::span<const SpendRow> all = report.rows;
  const std::size_t limit = row_limit(report);
  return is_time(report.request.by[0]) ? all.last(limit) : all.first(limit);
}

json tokens_json(const parse::TokenCounts& tokens) {
  return {{"input", tokens.input},
          {"output", tokens.output},
          {"cache_read", tokens.cache_read},
          {"cache_write", tokens.cache_write}};
}

void add_totals(json& out, const usage::Totals& totals, bool of_sessions) {
  out["cost_usd"] = totals.usd();
  if (!of_sessions) {
    out["recorded_usd"] = totals.recorded_usd.value();
    out["estimated_usd"] = totals.estimated_usd.value();
  }
  out["tokens"] = tokens_json(totals.tokens);
  out["requests"] = totals.requests;
  out["failed_requests"] = totals.failed;
  out["unpriced_tokens"] = totals.unpriced_tokens;
}

json row_json(const SpendRow& row, bool of_sessions) {
  json out = json::object();
  for (const auto& [name, value] : row.names) out[name] = sanitize(value);
  if (row.begin) out[of_sessions ? "first_call" : "begin"] = utc(*row.begin);
  if (row.end) out[of_sessions ? "last_call" : "end"] = utc(*row.end);
  add_totals(out, row.totals, of_sessions);
  if (row.before_usd) out["before_usd"] = *row.before_usd;
  if (row.unusual) {
    out["unusual"] = {{"usual_usd", row.unusual->usual_usd}, {"score", row.unusual->score}};
  }
  if (row.rows.empty()) return out;
  json rows = json::array();
  for (const SpendRow& below : row.rows) rows.push_back(row_json(below, of_sessions));
  out["rows"] = std::move(rows);
  return out;
}

std::string cell(std::string_view text) {
  std::string shown = sanitize(text);
  if (!shown.empty() && std::string_view("=+-@").find(shown.front()) != std::string_view::npos) {
    shown.insert(0, 1, '\'');
  }
  if (shown.find_first_of(",\"") == std::string::npos) return shown;
  std::string quoted = "\"";
  for (const char c : shown) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

std::string number(double value) {
  std::array<char, 64> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return {text.data(), end};
}

class CsvWriter {
 public:
  explicit CsvWriter(const SpendReport& report) : sessions_(report.request.of_sessions()) {
    for (const SpendBy by : report.request.by) add_keys(by);
    out_ = timed_ ? (sessions_ ? "first_call,last_call," : "begin,end,") : "";
    for (const std::string_view key : keys_) out_ += std::string(key) + ",";
    out_ += "cost_usd,";
    if (!sessions_) out_ += "recorded_usd,estimated_usd,";
    out_ +=
        "input_tokens,output_tokens,cache_read_tokens,cache_write_tokens,requests,"
        "failed_requests,unpriced_tokens\r\n";
  }

  void add(const SpendRow& row, const SpendRow* above) {
    if (!row.rows.empty()) {
      for (const SpendRow& below : row.rows) add(below, &row);
      return;
    }
    if (timed_) {
      const SpendRow& time = row.begin || above == nullptr ? row : *above;
      out_ += utc(*time.begin) + "," + utc(*time.end) + ",";
    }
    for (const std::string_view key : keys_) {
      const std::string value = row.name(key);
      out_ += cell(value.empty() && above != nullptr ? above->name(key) : value) + ",";
    }
    const usage::Totals& totals = row.totals;
    out_ += number(totals.usd()) + ",";
    if (!sessions_) {
      out_ +=
          number(totals.recorded_usd.value()) + "," + number(totals.estimated_usd.value()) + ",";
    }
    const auto& tokens = totals.tokens;
    for (const std::int64_t count : {tokens.input, tokens.output, tokens.cache_read,
                                     tokens.cache_write, totals.requests, totals.failed}) {
      out_ += std::to_string(count) + ",";
    }
    out_ += std::to_string(totals.unpriced_tokens) + "\r\n";
  }

  std::string take() { return std::move(out_); }

 private:
  void add_keys(SpendBy by) {
    timed_ = timed_ || is_time(by) || sessions_;
    const auto add = [&](std::string_view key) {
      if (std::ranges::find(keys_, key) == keys_.end()) keys_.push_back(key);
    };
    if (is_time(by)) return;
    if (by == SpendBy::model) add("provider");
    if (by == SpendBy::agent || by == SpendBy::session) add("home");
    if (by == SpendBy::session) add("agent");
    add(name_of(by));
    if (by == SpendBy::session) add("trigger");
    if (by == SpendBy::session) add("channel");
  }

  bool sessions_;
  bool timed_ = false;
  std::vector<std::string_view> keys_;
  std::string out_;
};

}  // namespace

std::string spend_json(const SpendReport& report, SystemTime now) {
  const bool of_sessions = report.request.of_sessions();
  json by = json::array();
  for (const SpendBy one : report.request.by) by.push_back(name_of(one));
  json totals;
  add_totals(totals, report.totals, of_sessions);
  json rows = json::array();
  for (const SpendRow& row : rows_of(report)) rows.push_back(row_json(row, of_sessions));
  json unpriced = json::array();
  for (const UnpricedModel& model : report.unpriced) {
    unpriced.push_back({{"provider", sanitize(model.provider)},
                        {"model", sanitize(model.model)},
                        {"tokens", model.tokens}});
  }
  json out{{"generated", utc(now)},
           {"time_zone", report.zone},
           {"begin", utc(report.request.from)},
           {"end", utc(report.request.until)},
           {"by", std::move(by)},
           {"complete", report.complete},
           {"totals", std::move(totals)},
           {"before_usd", report.before_usd ? json(*report.before_usd) : json()},
           {"unpriced", std::move(unpriced)},
           {"rows", std::move(rows)},
           {"rows_left_out",
            of_sessions ? report.sessions - static_cast<std::int64_t>(report.rows.size())
                        : static_cast<std::int64_t>(report.rows.size() - row_limit(report))},
           {"month", nullptr}};
  if (report.projection) {
    out["month"] = {{"begin", utc(report.projection->begin)},
                    {"end", utc(report.projection->end)},
                    {"spent_usd", report.projection->spent_usd},
                    {"projected_usd", report.projection->projected_usd},
                    {"basis", report.projection->by_profile ? "profile" : "pace"}};
  }
  return out.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

std::string spend_csv(const SpendReport& report) {
  CsvWriter writer(report);
  for (const SpendRow& row : rows_of(report)) writer.add(row, nullptr);
  return writer.take();
}

}  // namespace clawvigil::cli
