#include "exporter/cli/check_text.h"

#include <algorithm>
#include <array>
#include <span>

#include "exporter/base/strings.h"
#include "exporter/cli/check_unknown.h"
#include "exporter/cli/instructions.h"

namespace clawvigil::cli {

namespace {

using Colour = Style::Colour;
using Entries = std::vector<const CheckEntry*>;

constexpr std::size_t kMostColumns = 100;   // longer lines are hard to read
constexpr std::size_t kShownFindings = 20;  // of one alert; --json has all
constexpr std::size_t kItem = 2;            // margins
constexpr std::size_t kDetail = 4;

struct Level {
  std::string_view severity;
  std::string_view title;
  std::string_view many;  // in the line of numbers
  Colour colour;
};
constexpr std::array<Level, 3> kLevels{{{"critical", "CRITICAL", "critical", Colour::red},
                                        {"warning", "WARNING", "warnings", Colour::yellow},
                                        {"info", "INFO", "infos", Colour::blue}}};

std::string counted(std::size_t count, std::string_view one, std::string_view many) {
  return std::to_string(count) + " " + std::string(count == 1 ? one : many);
}

std::string joined(const std::vector<std::string>& parts, std::string_view separator) {
  return join({parts.begin(), parts.end()}, separator);
}

class Printer {
 public:
  Printer(const CheckDocument& document, const CheckView& view)
      : document_(document),
        view_(view),
        style_(view.colours),
        columns_(std::min(view.columns, kMostColumns)) {}

  std::string text() {
    title();
    for (const Level& level : kLevels) broken(level);
    beginning();
    unknown();
    known("silenced", "SILENCED");
    known("accepted", "ACCEPTED");
    if (!view_.quiet) kept();
    workspace();
    summary();
    return std::move(out_);
  }

 private:
  [[nodiscard]] Place at(std::size_t margin) const { return {margin, columns_, style_}; }
  void say(std::size_t margin, std::string_view text, Colour colour = Colour::plain) {
    if (!text.empty()) out_ += paragraph(text, at(margin), colour);
  }

  void title() {
    const std::string when = document_.time ? ", " + view_.zone.date_and_time(*document_.time) : "";
    say(0, document_.host + when, Colour::strong);
    say(0,
        view_.live ? "as the running clawvigil sees it"
                   : "one look of its own: no clawvigil is running here",
        Colour::faint);
  }

  void heading(std::string_view title, std::string_view more, Colour colour) {
    out_ += "\n" + style_.coloured(title, colour);
    out_ += (more.empty() ? "" : "  " + std::string(more)) + "\n";
  }

  // "GatewayExposed, control X1, exposure, since 2026-11-22 07:34"
  [[nodiscard]] std::string identity(const CheckEntry& entry) const {
    std::vector<std::string> parts{entry.alertname};
    if (!entry.control.empty()) parts.push_back("control " + entry.control);
    if (!entry.area.empty()) parts.push_back(entry.area);
    // One look has seen it for the first time itself.
    if (entry.since && view_.live) {
      parts.push_back("since " + view_.zone.date_and_time(*entry.since));
    }
    return joined(parts, ", ");
  }

  static std::string headline(const CheckEntry& entry) {
    return entry.summary.empty() ? entry.alertname : entry.summary;
  }

  void broken(const Level& level) {
    Entries entries = document_.with("broken");
    std::erase_if(entries, [&](const CheckEntry* entry) {
      // What a daemon of a later version may call otherwise is at least a warning.
      const bool known = std::ranges::count(kLevels, entry->severity, &Level::severity) > 0;
      return (known ? entry->severity : "warning") != level.severity;
    });
    if (entries.empty()) return;
    std::ranges::stable_sort(entries, {}, &CheckEntry::area);
    heading(level.title, std::to_string(entries.size()), level.colour);
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const CheckEntry* const entry = entries[i];
      say(kItem, headline(*entry), Colour::strong);
      if (i + 1 < entries.size() && same_advice(*entry, *entries[i + 1])) continue;
      say(kDetail, entry->description);
      places(*entry);
      action(*entry);
      if (!entry->reason.empty()) say(kDetail, "Note: " + entry->reason);
      say(kDetail, identity(*entry), Colour::faint);
      if (i + 1 < entries.size()) out_ += "\n";
    }
  }

  // True for two of one rule of which nothing but the headline differs: the rest is said once.
  [[nodiscard]] bool same_advice(const CheckEntry& a, const CheckEntry& b) const {
    const bool places = std::ranges::any_of(document_.findings, [&](const CheckFinding& finding) {
      return finding.belongs_to(a) || finding.belongs_to(b);
    });
    return !places && a.alertname == b.alertname && a.description == b.description &&
           a.action == b.action && a.reason == b.reason && identity(a) == identity(b);
  }

  void action(const CheckEntry& entry) {
    std::vector<std::string> values;
    values.reserve(entry.labels.size());
    for (const auto& [name, value] : entry.labels) values.push_back(value);
    const auto parts = alerts::action_parts(entry.action, values);
    out_ += instructions(parts, at(kDetail));
    if (parts.size() == 1 && !parts.front().command) {
      const bool hidden = std::ranges::any_of(values, [&](const std::string& value) {
        return !alerts::is_plain_word(value) && entry.action.contains(value);
      });
      if (hidden) {
        say(kDetail, "A name in it has unusual characters: read before you run anything of it.",
            Colour::yellow);
      }
    }
  }

  // Where the secrets are that an alert counts.
  void places(const CheckEntry& entry) {
    std::size_t found = 0;
    for (const CheckFinding& finding : document_.findings) {
      if (!finding.belongs_to(entry) || ++found > kShownFindings) continue;
      out_ += std::string(kDetail + 2, ' ') + finding.file + ":" + std::to_string(finding.line) +
              " " + finding.rule + "\n";
    }
    left_out(found);
  }

  void left_out(std::size_t found) {
    if (found <= kShownFindings) return;
    say(kDetail + 2, "and " + std::to_string(found - kShownFindings) + " more (--json lists them)");
  }

  void beginning() {
    const Entries entries = document_.with("pending");
    if (entries.empty()) return;
    heading("BEGINNING", "told when it lasts", Colour::yellow);
    for (const CheckEntry* entry : entries) {
      say(kItem, headline(*entry));
      say(kDetail, entry->severity + ", " + identity(*entry), Colour::faint);
    }
  }

  void unknown() {
    const std::vector<UnknownGroup> groups = unknown_groups(document_.with("unknown"));
    if (groups.empty()) return;
    const std::size_t count = document_.with("unknown").size();
    heading("UNKNOWN", counted(count, "rule cannot be judged", "rules cannot be judged"),
            Colour::yellow);
    for (const UnknownGroup& group : groups) {
      say(kItem, group.reason);
      say(kDetail, joined(group.alertnames, ", "), Colour::faint);
    }
  }

  void known(std::string_view state, std::string_view title) {
    const Entries entries = document_.with(state);
    if (entries.empty()) return;
    heading(title, std::to_string(entries.size()), Colour::faint);
    for (const CheckEntry* entry : entries) {
      say(kItem, headline(*entry), Colour::faint);
      std::string detail = entry->alertname;
      detail += entry->until ? ", until " + view_.zone.date_and_time(*entry->until)
                             : std::string(", for good");
      if (!entry->reason.empty()) detail += ": " + entry->reason;
      say(kDetail, detail, Colour::faint);
    }
  }

  void kept() {
    const Entries entries = document_.with("ok");
    if (entries.empty()) return;
    heading("OK", counted(entries.size(), "rule is kept", "rules are kept"), Colour::green);
    std::vector<std::string> areas = document_.areas();
    std::ranges::sort(areas);
    std::size_t widest = 0;
    for (const std::string& area : areas) widest = std::max(widest, columns_of(area));
    for (const std::string& area : areas) {
      std::vector<std::string> names;
      for (const CheckEntry* entry : entries) {
        if (entry->area == area) names.push_back(entry->alertname);
      }
      if (names.empty()) continue;
      const std::string lines =
          paragraph(joined(names, ", "), at(kItem + widest + 2), Colour::faint);
      out_ += std::string(kItem, ' ') + padded(area, widest + 2) + lines.substr(kItem + widest + 2);
    }
  }

  // What happened in the agents' repositories.
  void workspace() {
    const std::vector<std::string> lines = notify::workspace_lines(document_.workspace, "en");
    if (lines.empty()) return;
    heading("LAST 24 HOURS", "in the agents' repositories", Colour::strong);
    for (const std::string& line : std::span(lines).subspan(1)) say(kItem, line);
    std::size_t found = 0;
    for (const CheckFinding& finding : document_.findings) {
      if (!finding.in_workspace() || ++found > kShownFindings) continue;
      say(kDetail, finding.file_class + " in " + finding.home + " " + finding.repo + ": commit " +
                       finding.file);
    }
    left_out(found);
  }

  void summary() {
    const Entries entries = document_.with("broken");
    std::vector<std::string> parts;
    for (const Level& level : kLevels) {
      const auto count = std::ranges::count(
          entries, level.severity, [](const CheckEntry* entry) { return entry->severity; });
      if (count > 0) {
        parts.push_back(counted(static_cast<std::size_t>(count), level.severity, level.many));
      }
    }
    std::string text = entries.empty() ? "Nothing is broken" : "Broken: " + joined(parts, ", ");
    for (const char* state : {"pending", "unknown", "silenced", "accepted", "ok"}) {
      const std::size_t count = document_.with(state).size();
      if (count > 0) text += "; " + std::to_string(count) + " " + state;
    }
    out_ += "\n";
    say(0, text + ".", worst());
    if (!entries.empty()) say(0, "More about one: clawvigil check --explain NAME", Colour::faint);
  }

  [[nodiscard]] Colour worst() const {
    switch (exit_code_of(document_)) {
      case 0:
        return Colour::green;
      case 2:
        return Colour::red;
      default:
        return Colour::yellow;
    }
  }

  const CheckDocument& document_;
  const CheckView& view_;
  Style style_;
  std::size_t columns_;
  std::string out_;
};

}  // namespace

std::string check_text(const CheckDocument& document, const CheckView& view) {
  return Printer(document, view).text();
}

}  // namespace clawvigil::cli
