// `clawvigil check`: the state of every rule, from the running daemon or by one look of its own.
// Both give the same JSON document (status_document.h), which is what is shown.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "exporter/base/strings.h"
#include "exporter/cli/check_document.h"
#include "exporter/cli/check_explain.h"
#include "exporter/cli/check_sarif.h"
#include "exporter/cli/check_text.h"
#include "exporter/cli/commands.h"
#include "exporter/cli/one_shot.h"
#include "exporter/cli/progress_line.h"
#include "exporter/host/status_socket.h"

namespace clawvigil::cli {

namespace {

using nlohmann::json;

constexpr std::chrono::milliseconds kAnswerTimeout(5000);

struct Report {
  json document;
  CheckDocument read;
  bool live = false;
};

// The document of the daemon; not_found when none runs.
Result<Report> live_report(const Settings& settings) {
  TRY_ASSIGN(const std::string text,
             host::read_status(status_socket_path(settings.config), kAnswerTimeout));
  if (text.empty()) return fail(Errc::busy, "the daemon has not evaluated its rules yet");
  Report report{json::parse(text, nullptr, false), {}, true};
  TRY_ASSIGN(report.read, read_check_document(report.document));
  return report;
}

Result<Report> look(const CommandContext& context, const Settings& settings) {
  auto live = live_report(settings);
  if (live) return live;
  if (live.error().code != Errc::not_found) {
    context.complain(live.error().message + "; looking without it");
  }
  ProgressLine line(context.progress ? &context.err : nullptr, context.columns);
  TRY_ASSIGN(json document,
             look_once(settings, context.clock, [&](std::string_view what) { line.show(what); }));
  TRY_ASSIGN(CheckDocument read, read_check_document(document));
  return Report{std::move(document), std::move(read), false};
}

// What is wrong with the flags, or "".
std::string wrong_flags(const CommandArguments& given) {
  const bool explain = !given.explain.empty();
  if (int{given.json} + int{given.sarif} + int{explain} > 1) {
    return "--json, --sarif or --explain, only one of them";
  }
  return explain && !given.area.empty() ? "--explain is of one rule, without --area" : "";
}

// Leaves what --area asks for; the error says which areas there are.
Result<> restrict_to_area(Report& report, const std::string& area) {
  const std::vector<std::string> known = report.read.areas();
  if (std::ranges::find(known, area) == known.end()) {
    const std::vector<std::string_view> names(known.begin(), known.end());
    return fail(Errc::parse, "unknown area \"" + sanitize(area) + "\"" +
                                 config::did_you_mean(area, names) +
                                 " (valid: " + join(names, ", ") + ")");
  }
  restrict_to(report.document, area);
  TRY_ASSIGN(report.read, read_check_document(report.document));
  return {};
}

std::string dumped(const json& document) {
  return document.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

int explain(const CommandContext& context, const Settings& settings, const CheckView& view) {
  const auto found = find_rule(*settings.rules, context.arguments.given.explain);
  if (!found) {
    context.complain(found.error().message);
    return kWrongUsage;
  }
  CheckView shown = view;
  auto report = found->rule != nullptr && !found->external
                    ? look(context, settings)
                    : Result<Report>(fail(Errc::not_found, ""));
  if (report) {
    shown.live = report->live;
  } else if (!report.error().message.empty()) {
    context.complain(report.error().message);
  }
  context.out << explain_text(*found, settings.config.alerts, report ? &report->read : nullptr,
                              shown);
  return kSuccess;
}

int show(const CommandContext& context, const Settings& settings, CheckView view) {
  const CommandArguments& given = context.arguments.given;
  auto report = look(context, settings);
  if (!report) {
    context.complain(report.error().message);
    return kFailure;
  }
  if (!given.area.empty()) {
    if (const auto restricted = restrict_to_area(*report, given.area); !restricted) {
      context.complain(restricted.error().message);
      return kWrongUsage;
    }
  }
  if (given.json) {
    context.out << dumped(report->document);
  } else if (given.sarif) {
    context.out << dumped(sarif_log(report->read, *settings.rules));
  } else {
    view.live = report->live;
    context.out << check_text(report->read, view);
  }
  return exit_code_of(report->read);
}

}  // namespace

int check(const CommandContext& context) {
  const CommandArguments& given = context.arguments.given;
  if (const std::string wrong = wrong_flags(given); !wrong.empty()) {
    context.complain(wrong);
    return kWrongUsage;
  }
  const auto settings = context.settings();
  if (!settings) return settings.error();
  const auto zone = host::TimeZone::load(settings->config.owner.time_zone);
  if (!zone) {
    context.complain(zone.error().message);
    return kFailure;
  }
  const CheckView view{.zone = *zone,
                       .live = false,
                       .quiet = given.quiet,
                       .colours = context.colours,
                       .columns = context.columns};
  return given.explain.empty() ? show(context, *settings, view) : explain(context, *settings, view);
}

}  // namespace clawvigil::cli
