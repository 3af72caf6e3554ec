// `clawvigil check`: the state of every rule, from the running daemon or by one look of its own.
// Both give the same JSON document (status_document.h), which is what is shown.
#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <ostream>

#include "alerts/notify/workspace_day.h"
#include "exporter/base/strings.h"
#include "exporter/cli/commands.h"
#include "exporter/cli/one_shot.h"
#include "exporter/cli/terminal.h"
#include "exporter/host/status_socket.h"

namespace clawvigil::cli {

namespace {

using nlohmann::json;

constexpr std::chrono::milliseconds kAnswerTimeout(5000);
constexpr std::size_t kMaxLineBytes = 2000;
constexpr std::size_t kNameColumns = 36;
constexpr std::size_t kShownFindings = 20;  // of one alert; --json has all

// What families findings belong to, and the area they are shown in.
constexpr std::string_view kSecretsArea = "secrets";
constexpr std::string_view kWorkspaceArea = "agent";
constexpr std::string_view kWorkspacePrefix = "clawvigil_git_";

struct Report {
  json document;
  bool live = false;
};

Result<json> parse_document(const std::string& text) {
  json document = json::parse(text, nullptr, false);
  if (document.is_object() && document.contains("rules")) return document;
  return fail(Errc::parse, "the daemon's answer is not understood");
}

// The document of the daemon; not_found when none runs.
Result<json> live_document(const Settings& settings) {
  TRY_ASSIGN(const std::string text,
             host::read_status(status_socket_path(settings.config), kAnswerTimeout));
  if (text.empty()) return fail(Errc::busy, "the daemon has not evaluated its rules yet");
  return parse_document(text);
}

Result<Report> look(const CommandContext& context, const Settings& settings) {
  auto live = live_document(settings);
  if (live) return Report{std::move(*live), true};
  if (live.error().code != Errc::not_found) {
    context.complain(live.error().message + "; looking without it");
  }
  const auto progress = [&](std::string_view what) { context.err << "… " << what << "\n"; };
  TRY_ASSIGN(json document,
             look_once(settings, context.clock,
                       context.progress ? progress : std::function<void(std::string_view)>()));
  return Report{std::move(document), false};
}

std::string text_of(const json& rule, const char* key) {
  const auto found = rule.find(key);
  return found != rule.end() && found->is_string()
             ? sanitize(found->get<std::string>(), kMaxLineBytes)
             : std::string();
}

// Leaves only one area; the summary counts what is left.
void restrict_to(json& document, const std::string& area) {
  json rules = json::array();
  json summary = document["summary"];
  for (const auto& [state, count] : summary.items()) count = 0;
  for (json& rule : document["rules"]) {
    if (rule["area"] != area) continue;
    const auto state = rule["state"].get<std::string>();
    summary[state] = summary.value(state, 0) + 1;
    rules.push_back(std::move(rule));
  }
  document["rules"] = std::move(rules);
  document["summary"] = std::move(summary);
  json findings = json::array();
  for (json& finding : document["findings"]) {
    const std::string_view place =
        text_of(finding, "family").starts_with(kWorkspacePrefix) ? kWorkspaceArea : kSecretsArea;
    if (area == place) findings.push_back(std::move(finding));
  }
  document["findings"] = std::move(findings);
  if (area != kWorkspaceArea) document.erase("workspace");
}

std::string value_of(const json& rule) {
  const auto found = rule.find("value");
  if (found == rule.end() || !found->is_number()) return "";
  return number_text(found->get<double>());
}

class Printer {
 public:
  Printer(const CommandContext& context, const Report& report)
      : out_(context.out), style_(context.colours), quiet_(context.arguments.given.quiet) {
    for (const json& rule : report.document["rules"]) {
      by_state_[text_of(rule, "state")].push_back(&rule);
    }
    // A daemon of an older version tells of none.
    if (const auto found = report.document.find("findings"); found != report.document.end()) {
      for (const json& finding : *found) findings_.push_back(&finding);
    }
  }

  void print(const Report& report) {
    out_ << style_.strong(text_of(report.document, "host")) << ", "
         << text_of(report.document, "time")
         << (report.live ? ", as the running clawvigil sees it"
                         : ", one look (no clawvigil is running here)")
         << "\n";
    wrong("broken", "BROKEN", Style::Colour::red);
    wrong("pending", "BEGINNING", Style::Colour::yellow);
    unknown();
    known("silenced", "SILENCED");
    known("accepted", "ACCEPTED");
    if (!quiet_) good();
    workspace(report.document);
    summary(report.document["summary"]);
  }

 private:
  using Rules = std::vector<const json*>;

  const Rules& of(const char* state) { return by_state_[state]; }

  void heading(std::string_view title, Style::Colour colour) {
    out_ << "\n" << style_.coloured(title, colour) << "\n";
  }

  static std::string id_of(const json& rule) {
    const std::string control = text_of(rule, "control");
    return text_of(rule, "alertname") + (control.empty() ? "" : " (" + control + ")");
  }

  void field(std::string_view name, const std::string& text) {
    if (!text.empty()) out_ << indented(std::string(name), text);
  }

  void wrong(const char* state, std::string_view title, Style::Colour colour) {
    Rules rules = of(state);
    if (rules.empty()) return;
    heading(title, colour);
    constexpr std::array<std::string_view, 3> kOrder{"critical", "warning", "info"};
    std::ranges::stable_sort(rules, {}, [&](const json* rule) {
      return std::ranges::find(kOrder, text_of(*rule, "severity"));
    });
    for (const json* rule : rules) {
      out_ << "  " << style_.strong(text_of(*rule, "summary")) << "\n";
      field("", text_of(*rule, "severity") + ", " + id_of(*rule));
      field("", text_of(*rule, "description"));
      places(*rule);
      field("do: ", text_of(*rule, "action"));
      field("note: ", text_of(*rule, "reason"));
    }
  }

  // Where the secrets are that an alert counts: those of its home and location.
  void places(const json& rule) {
    const auto labels = rule.find("labels");
    if (labels == rule.end() || text_of(*labels, "location").empty()) return;
    std::size_t shown = 0;
    std::size_t more = 0;
    for (const json* finding : findings_) {
      const bool meant = text_of(*finding, "home") == text_of(*labels, "home") &&
                         text_of(*finding, "location") == text_of(*labels, "location");
      if (!meant) continue;
      if (shown++ >= kShownFindings) {
        ++more;
        continue;
      }
      field("at: ", text_of(*finding, "file") + ":" +
                        std::to_string(finding->value("line", std::uint64_t{0})) + " " +
                        text_of(*finding, "rule"));
    }
    if (more > 0) field("", "and " + std::to_string(more) + " more (--json lists them)");
  }

  // What happened in the agents' repositories. A daemon of an older version does not tell.
  void workspace(const json& document) {
    const auto found = document.find("workspace");
    if (found == document.end() || !found->is_object()) return;
    using Counts = std::map<std::string, std::uint64_t>;
    const std::vector<std::string> lines = notify::workspace_lines(
        {found->value("commits", Counts()), found->value("changes", Counts())}, "en");
    if (lines.empty()) return;
    heading("LAST 24 HOURS", Style::Colour::plain);
    for (const std::string& line : lines) field("", line);
    std::size_t shown = 0;
    for (const json* finding : findings_) {
      if (!text_of(*finding, "family").starts_with(kWorkspacePrefix)) continue;
      if (++shown > kShownFindings) continue;
      field("", text_of(*finding, "file_class") + " in " + text_of(*finding, "home") + " " +
                    text_of(*finding, "repo") + ": commit " + text_of(*finding, "file"));
    }
    if (shown > kShownFindings) {
      field("", "and " + std::to_string(shown - kShownFindings) + " more (--json lists them)");
    }
  }

  void unknown() {
    if (of("unknown").empty()) return;
    heading("UNKNOWN", Style::Colour::yellow);
    for (const json* rule : of("unknown")) {
      out_ << "  " << id_of(*rule) << "\n";
      field("", text_of(*rule, "reason"));
    }
  }

  void known(const char* state, std::string_view title) {
    if (of(state).empty()) return;
    heading(title, Style::Colour::plain);
    for (const json* rule : of(state)) {
      out_ << "  " << text_of(*rule, "summary") << "\n";
      field("", id_of(*rule) + ": " + text_of(*rule, "reason"));
    }
  }

  void good() {
    if (of("ok").empty()) return;
    heading("OK", Style::Colour::green);
    std::string area;
    for (const json* rule : of("ok")) {
      if (const std::string next = text_of(*rule, "area"); next != area) {
        area = next;
        out_ << "  " << area << "\n";
      }
      const std::string value = value_of(*rule);
      out_ << "    " << padded(id_of(*rule), kNameColumns)
           << (value.empty() ? "" : "  measured " + value) << "\n";
    }
  }

  void summary(const json& counts) {
    std::vector<std::string> parts;
    for (const char* state : {"broken", "pending", "unknown", "silenced", "accepted", "ok"}) {
      const int count = counts.value(state, 0);
      if (count > 0 || std::string_view(state) == "broken") {
        parts.push_back(std::to_string(count) + " " + state);
      }
    }
    out_ << "\n" << join({parts.begin(), parts.end()}, ", ") << "\n";
  }

  std::ostream& out_;
  Style style_;
  bool quiet_;
  std::map<std::string, Rules> by_state_;
  std::vector<const json*> findings_;
};

// 2 something critical is broken, 1 a warning, 3 nothing but unknowns, else 0.
int exit_code(const json& document) {
  bool unknown = false;
  int worst = 0;
  for (const json& rule : document["rules"]) {
    const std::string state = text_of(rule, "state");
    unknown = unknown || state == "unknown";
    if (state != "broken") continue;
    const std::string severity = text_of(rule, "severity");
    if (severity == "critical") worst = 2;
    if (severity == "warning") worst = std::max(worst, 1);
  }
  constexpr int kOnlyUnknown = 3;
  return worst == 0 && unknown ? kOnlyUnknown : worst;
}

// The areas that exist in `document`.
std::vector<std::string> areas(const json& document) {
  std::vector<std::string> all;
  for (const json& rule : document["rules"]) {
    std::string area = text_of(rule, "area");
    if (std::ranges::find(all, area) == all.end()) all.push_back(std::move(area));
  }
  return all;
}

}  // namespace

int check(const CommandContext& context) {
  const auto settings = context.settings();
  if (!settings) return settings.error();
  auto report = look(context, *settings);
  if (!report) {
    context.complain(report.error().message);
    return kFailure;
  }
  const CommandArguments& given = context.arguments.given;
  if (!given.area.empty()) {
    const std::vector<std::string> known = areas(report->document);
    if (std::ranges::find(known, given.area) == known.end()) {
      const std::vector<std::string_view> names(known.begin(), known.end());
      context.complain("unknown area \"" + sanitize(given.area) + "\"" +
                       config::did_you_mean(given.area, names) + " (valid: " + join(names, ", ") +
                       ")");
      return kWrongUsage;
    }
    restrict_to(report->document, given.area);
  }
  if (given.json) {
    context.out << report->document.dump(2, ' ', false, json::error_handler_t::replace) << "\n";
  } else {
    Printer(context, *report).print(*report);
  }
  return exit_code(report->document);
}

}  // namespace clawvigil::cli
