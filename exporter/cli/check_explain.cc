#include "exporter/cli/check_explain.h"

#include <algorithm>

#include "alerts/engine/bundled.h"
#include "alerts/engine/controls.h"
#include "alerts/engine/overrides.h"
#include "exporter/base/duration.h"
#include "exporter/base/strings.h"
#include "exporter/cli/instructions.h"
#include "exporter/cli/rule_files.h"
#include "exporter/cli/runbook.h"
#include "exporter/cli/wrap.h"

namespace clawvigil::cli {

namespace {

using alerts::Rule;
using Colour = Style::Colour;

constexpr std::size_t kMostColumns = 100;
constexpr std::size_t kMargin = 2;
constexpr std::size_t kNames = 12;  // width of the column of names
constexpr std::size_t kNarrow = 50;

const alerts::RuleFile& external_rules() {
  static const alerts::RuleFile file = [] {
    for (const alerts::BundledText& text : alerts::bundled_rules()) {
      if (text.name != alerts::kExternalRules) continue;
      auto read =
          alerts::parse_rule_file(std::string(text.name), text.text, alerts::RuleOrigin::bundled);
      if (read) return std::move(*read);
    }
    return alerts::RuleFile();
  }();
  return file;
}

// Several lines and what indents them, as one.
std::string one_line(std::string_view text) {
  std::string out;
  for (const std::string_view line : split(text, '\n')) {
    for (const std::string_view word : split(line, ' ')) {
      if (!trim(word).empty()) out += (out.empty() ? "" : " ") + std::string(trim(word));
    }
  }
  return out;
}

// "604800 (1w)" where the texts show it as a duration.
std::string threshold_text(const Rule& rule, const std::string& number) {
  const std::string shown = "\"" + number + "\" | humanizeDuration";
  const bool duration = std::ranges::any_of(rule.annotations, [&](const auto& annotation) {
    return annotation.second.text().contains(shown);
  });
  const auto length = duration ? parse_duration(number + "s") : std::nullopt;
  return length ? number + " (" + to_string(*length) + ")" : number;
}

class Explanation {
 public:
  Explanation(const FoundRule& found, const AlertsConfig& config, const CheckDocument* document,
              const CheckView& view)
      : found_(found),
        config_(config),
        document_(document),
        view_(view),
        style_(view.colours),
        columns_(std::min(view.columns, kMostColumns)) {}

  std::string text() {
    out_ += style_.strong(found_.alertname) + "\n";
    if (found_.rule != nullptr) facts(*found_.rule);
    if (found_.switched_off) {
      field("State", "switched off by your configuration (alerts.rules in clawvigil.yml)");
    }
    if (document_ != nullptr && !found_.external) state();
    const std::string_view section = runbook_section(alerts::bundled_runbook(), found_.alertname);
    if (!section.empty()) out_ += "\n" + runbook_text(section, at(kMargin));
    if (found_.rule != nullptr && !found_.external) ways(*found_.rule);
    return std::move(out_);
  }

 private:
  [[nodiscard]] Place at(std::size_t margin) const { return {margin, columns_, style_}; }

  void field(std::string_view name, std::string_view text, Colour colour = Colour::plain) {
    if (text.empty()) return;
    if (columns_ < kNarrow) {
      out_ += std::string(kMargin, ' ') + style_.coloured(name, Colour::faint) + "\n" +
              paragraph(text, at(2 * kMargin), colour);
      return;
    }
    const std::size_t margin = kMargin + kNames;
    out_ += std::string(kMargin, ' ') + style_.coloured(padded(name, kNames), Colour::faint) +
            paragraph(text, at(margin), colour).substr(margin);
  }

  void facts(const Rule& rule) {
    const std::string control = rule.label("control");
    const std::string_view promise = alerts::promise_of(control);
    field("Severity", to_string(rule.severity));
    field("Area", rule.label("area"));
    field("Control", control + (promise.empty() ? "" : ": " + std::string(promise)));
    expression(rule);
    for (const auto& [annotation, text] : rule.annotations) {
      const auto name = alerts::threshold_name(annotation);
      if (!name) continue;
      std::string value = threshold_text(rule, text.text());
      if (*name != "threshold") value = std::string(*name) + " " + value;
      field("Threshold", value);
    }
    std::string hold = rule.hold == Duration::zero() ? std::string("fires at once")
                                                     : "fires after " + to_string(rule.hold);
    if (rule.keep_firing_for > Duration::zero()) {
      hold += ", ends " + to_string(rule.keep_firing_for) + " after it is mended";
    }
    field("For", hold);
    if (config_.overrides.contains(rule.alertname)) field("Changed", "by your configuration");
    if (found_.external) {
      field("State",
            "not judged here: a Prometheus outside this host does (clawvigil rules export)");
    }
  }

  // As it stands in the file, if that fits; it may be copied to a Prometheus.
  void expression(const Rule& rule) {
    field("Expression", one_line(rule.expr.text()), Colour::command);
  }

  void state() {
    std::size_t shown = 0;
    for (const CheckEntry& entry : document_->entries) {
      if (entry.alertname != found_.alertname) continue;
      if (shown++ == kMostEntries) field("", "and more: clawvigil check");
      if (shown > kMostEntries) continue;
      field(shown == 1 ? "State" : "", state_of(entry), colour_of(entry));
    }
  }

  [[nodiscard]] std::string state_of(const CheckEntry& entry) const {
    std::string text = entry.state;
    if (entry.since && view_.live) text += " since " + view_.zone.date_and_time(*entry.since);
    if (entry.until) text += " until " + view_.zone.date_and_time(*entry.until);
    if (entry.value) text += ", measured " + number_text(*entry.value);
    if (!entry.labels.empty() && !entry.summary.empty()) text += ": " + entry.summary;
    if (!entry.reason.empty()) text += " (" + entry.reason + ")";
    return text;
  }

  static Colour colour_of(const CheckEntry& entry) {
    if (entry.state == "broken") return entry.severity == "critical" ? Colour::red : Colour::yellow;
    if (entry.state == "ok") return Colour::green;
    return entry.state == "unknown" ? Colour::yellow : Colour::plain;
  }

  void command(std::string_view purpose, const std::string& text) {
    out_ += paragraph(purpose, at(2 * kMargin)) + instructions({{true, text}}, at(2 * kMargin));
  }

  void ways(const Rule& rule) {
    out_ += "\n" + std::string(kMargin, ' ') + style_.strong("To live with it") + "\n";
    command("It is right as it is:", "sudo clawvigil accept finding " + rule.alertname + matcher() +
                                         " --for=30d --comment=\"why\"");
    command("Quiet for a while:", "sudo clawvigil silence add alertname=" + rule.alertname +
                                      matcher() + " --for=2h --comment=\"why\"");
    std::string change = "alerts: {rules: {" + rule.alertname + ": {";
    for (const auto& [annotation, text] : rule.annotations) {
      const auto name = alerts::threshold_name(annotation);
      if (!name) continue;
      change += std::string(*name) + ": " + text.text() + ", ";
    }
    change += "severity: " + std::string(to_string(rule.severity)) +
              ", for: " + to_string(rule.hold) + ", enabled: true}}}";
    command("Otherwise, in clawvigil.yml, then sudo systemctl reload clawvigil:", change);
  }

  // " home=claw", where one home alone is concerned.
  [[nodiscard]] std::string matcher() const {
    if (document_ == nullptr) return "";
    std::vector<std::string> homes;
    for (const CheckEntry& entry : document_->entries) {
      const std::string home = entry.label("home");
      if (entry.alertname != found_.alertname || home.empty()) continue;
      if (std::ranges::find(homes, home) == homes.end()) homes.push_back(home);
    }
    const bool one = homes.size() == 1 && alerts::is_plain_word(homes.front());
    return one ? " home=" + homes.front() : "";
  }

  static constexpr std::size_t kMostEntries = 10;

  const FoundRule& found_;
  const AlertsConfig& config_;
  const CheckDocument* document_;
  const CheckView& view_;
  Style style_;
  std::size_t columns_;
  std::string out_;
};

}  // namespace

Result<FoundRule> find_rule(const alerts::RuleSet& rules, std::string_view name) {
  std::vector<FoundRule> all;
  each_rule(rules.files, [&](const alerts::RuleFile&, const Rule& rule) {
    all.push_back({.rule = &rule, .alertname = rule.alertname});
  });
  each_rule(std::span(&external_rules(), 1), [&](const alerts::RuleFile&, const Rule& rule) {
    all.push_back({.rule = &rule, .alertname = rule.alertname, .external = true});
  });
  for (const std::string& disabled : rules.disabled) {
    all.push_back({.alertname = disabled, .switched_off = true});
  }
  std::vector<std::string> lower;
  for (const FoundRule& rule : all) lower.push_back(to_lower_ascii(rule.alertname));
  const std::string wanted = to_lower_ascii(name);
  const auto found = std::ranges::find(lower, wanted);
  if (found != lower.end()) return all[static_cast<std::size_t>(found - lower.begin())];
  const std::string_view near = closest(wanted, {lower.begin(), lower.end()});
  std::string proposal;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!near.empty() && lower[i] == near) proposal = "; did you mean " + all[i].alertname + "?";
  }
  return fail(Errc::parse, "there is no rule \"" + sanitize(name) + "\"" + proposal +
                               " (see clawvigil rules list)");
}

std::string explain_text(const FoundRule& found, const AlertsConfig& config,
                         const CheckDocument* document, const CheckView& view) {
  return Explanation(found, config, document, view).text();
}

}  // namespace clawvigil::cli
