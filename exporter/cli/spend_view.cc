#include "exporter/cli/spend_view.h"

#include <algorithm>
#include <cmath>

#include "exporter/base/strings.h"
#include "exporter/cli/amount_text.h"
#include "exporter/cli/spend_table.h"
#include "exporter/cli/terminal.h"

namespace clawvigil::cli {

namespace {

constexpr std::size_t kMonthSize = 7;  // "2026-11"

class View {
 public:
  View(const SpendReport& report, const host::TimeZone& zone, SystemTime now,
       const SpendViewOptions& options)
      : report_(report), zone_(zone), now_(now), options_(options), style_(options.colours) {}

  std::string text() {
    title();
    if (!report_.complete) {
      say("The history is still being read, " + whole_text(report_.sessions_read) +
              " sessions so far: these sums are too low. Look again in a while.",
          Style::Colour::yellow);
    }
    if (report_.totals.requests == 0 && report_.rows.empty()) {
      nothing();
      return std::move(out_);
    }
    headline();
    const SpendTable table = spend_table(report_, zone_, options_);
    out_ += "\n" + table.text;
    notes(table.marks);
    return std::move(out_);
  }

 private:
  // A paragraph as wide as the terminal.
  void say(std::string_view text, Style::Colour colour = Style::Colour::plain) {
    std::string line;
    const auto flush = [&] {
      const std::string shown = options_.utf8 ? line : ascii(line);
      out_ += (colour == Style::Colour::plain ? shown : style_.coloured(shown, colour)) + "\n";
      line.clear();
    };
    for (const std::string_view word : split(text, ' ')) {
      if (!line.empty() && columns_of(line) + 1 + columns_of(word) > options_.columns) flush();
      line += (line.empty() ? "" : " ") + std::string(word);
    }
    flush();
  }

  void title() {
    const SpendRequest& request = report_.request;
    SystemTime from = request.from;
    if (report_.first_use) from = std::max(from, std::min(*report_.first_use, request.until));
    const SystemTime last = std::min(request.until, now_) - std::chrono::nanoseconds(1);
    const bool of_hours =
        request.unit_of_time() == SpendBy::hour || last - from < std::chrono::days(2);
    const auto when = [&](SystemTime time) {
      return of_hours ? zone_.date_and_time(time) : zone_.date(time);
    };
    std::string text = "Spend from " + when(from) + " to " + when(last);
    text += report_.zone.empty() ? "" : " (" + report_.zone + ")";
    const auto filter = [&](std::string_view name, std::string_view value) {
      if (!value.empty()) text += ", " + std::string(name) + " " + sanitize(value);
    };
    filter("home", request.home);
    filter("agent", request.agent);
    filter("provider", request.provider);
    filter("model", request.model);
    if (request.trigger) filter("trigger", parse::to_string(*request.trigger));
    out_ += style_.strong(cut(options_.utf8 ? text : ascii(text), options_.columns,
                              options_.utf8 ? "…" : "...")) +
            "\n";
  }

  void nothing() {
    if (!report_.first_use && report_.complete) {
      return say("No model has been used yet by any OpenClaw on this host.");
    }
    if (!report_.first_use) {
      return say(
          "Nothing is in the ledger yet: the collector usage fills it while clawvigil runs.");
    }
    say("No model was used in this time.");
  }

  void headline() {
    const usage::Totals& totals = report_.totals;
    std::string text = cost_text(totals);
    if (totals.usd() > 0 && totals.unpriced_tokens > 0) text += "+";
    if (report_.before_usd && totals.usd() > 0) text += ", " + comparison();
    say(text);
    text = count_text(totals.tokens.uncached()) + " tokens";
    const std::int64_t cached = totals.tokens.cache_read + totals.tokens.cache_write;
    if (cached > 0) text += " and " + count_text(cached) + " of cache";
    text += " in " + whole_text(totals.requests) + " requests";
    if (totals.failed > 0) text += ", " + whole_text(totals.failed) + " of them failed";
    say(text);
    if (report_.request.of_sessions()) {
      say(whole_text(report_.sessions) + " sessions, each counted from its first call on");
    }
    if (const auto& month = report_.projection; month && month->spent_usd > 0) {
      constexpr double kRoundedFrom = 100;
      const double projected = month->projected_usd >= kRoundedFrom
                                   ? std::round(month->projected_usd)
                                   : month->projected_usd;
      std::string about = usd_text(projected);
      if (about.ends_with(".00")) about.resize(about.size() - 3);
      say(zone_.date(month->begin).substr(0, kMonthSize) + ": " + usd_text(month->spent_usd) +
          " so far, about " + about + " by its end at the pace of " +
          (month->by_profile ? "the last four weeks" : "this month until now"));
    }
    if (totals.unpriced_tokens > 0) unpriced();
  }

  [[nodiscard]] std::string comparison() const {
    const auto span = std::min(now_, report_.request.until) - report_.request.from;
    constexpr auto kFewDays = std::chrono::days(2);
    const auto count = span < kFewDays ? std::chrono::round<std::chrono::hours>(span).count()
                                       : std::chrono::ceil<std::chrono::days>(span).count();
    const std::string before =
        "the " + std::to_string(count) + (span < kFewDays ? " hours" : " days") + " before";
    const std::string change =
        change_text(report_.totals.usd(), *report_.before_usd, options_.utf8);
    if (change == "new") return "nothing in " + before;
    return change + (change == "same" ? " as " : " from ") + usd_text(*report_.before_usd) +
           " in " + before;
  }

  void unpriced() {
    constexpr std::size_t kNamed = 5;
    std::string names;
    for (std::size_t i = 0; i < std::min(report_.unpriced.size(), kNamed); ++i) {
      const UnpricedModel& model = report_.unpriced[i];
      names += (i == 0 ? "" : ", ") + sanitize(model.provider) + "/" + sanitize(model.model) +
               " (" + count_text(model.tokens) + ")";
    }
    if (report_.unpriced.size() > kNamed) {
      names += " and " + std::to_string(report_.unpriced.size() - kNamed) + " more";
    }
    say("NOT IN THESE SUMS: " + count_text(report_.totals.unpriced_tokens) +
            " tokens, cached ones counted, of models without a known price" +
            (names.empty() ? "" : ": " + names) +
            ". Name a file with the price under spend.price-files in clawvigil.yml; it counts from "
            "then "
            "on.",
        Style::Colour::yellow);
  }

  void notes(const SpendMarks& marks) {
    const usage::Totals& totals = report_.totals;
    if (!(marks.estimated || marks.unpriced || marks.unusual)) return;
    out_ += "\n";
    if (marks.estimated) {
      say("~ in part estimated from prices, where OpenClaw recorded no cost: " +
              usd_text(totals.estimated_usd.value()) + " in all",
          Style::Colour::faint);
    }
    if (marks.unpriced) {
      say("+ and no price: tokens without a known price come on top", Style::Colour::faint);
    }
    if (marks.unusual) {
      say("! much more than its own past lets expect", Style::Colour::faint);
    }
  }

  const SpendReport& report_;
  const host::TimeZone& zone_;
  const SystemTime now_;
  const SpendViewOptions& options_;
  const Style style_;
  std::string out_;
};

}  // namespace

std::string spend_text(const SpendReport& report, const host::TimeZone& zone, SystemTime now,
                       const SpendViewOptions& options) {
  return View(report, zone, now, options).text();
}

}  // namespace clawvigil::cli
