#include "exporter/cli/runbook.h"

#include <algorithm>
#include <array>
#include <vector>

#include "exporter/base/strings.h"
#include "exporter/cli/wrap.h"

namespace clawvigil::cli {

namespace {

using alerts::ActionPart;

constexpr std::string_view kFence = "```";
constexpr std::string_view kStrong = "**";
constexpr std::size_t kDeeper = 2;

// "[the gateway](#gatewaydown)" is shown as "the gateway", "**never**" as "never".
std::string without_markup(std::string_view text) {
  std::string out;
  bool code = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '`') code = !code;
    if (!code && text.substr(i).starts_with(kStrong)) {
      ++i;
      continue;
    }
    const std::size_t middle =
        !code && text[i] == '[' ? text.find("](", i) : std::string_view::npos;
    const std::size_t end = text.find(')', middle);
    if (middle != std::string_view::npos && end != std::string_view::npos &&
        text.substr(i + 1, middle - i - 1).find('[') == std::string_view::npos) {
      out += text.substr(i + 1, middle - i - 1);
      i = end;
      continue;
    }
    out += text[i];
  }
  return out;
}

// Words and what stands between backquotes; only what has a space in it may be a command.
std::vector<ActionPart> parts_of(std::string_view text) {
  std::vector<ActionPart> parts;
  std::string words;
  bool code = false;
  const std::string plain = without_markup(text);
  for (const std::string_view piece : split(plain, '`')) {
    if (code && piece.find(' ') != std::string_view::npos) {
      if (!words.empty()) parts.push_back({false, words});
      words.clear();
      parts.push_back({true, std::string(piece)});
    } else {
      words += code ? "`" + std::string(piece) + "`" : std::string(piece);
    }
    code = !code;
  }
  if (!words.empty()) parts.push_back({false, words});
  return parts;
}

// The title of "**Means.** Nothing answers", taken off `text`; "" when it has none.
std::string_view take_title(std::string_view& text) {
  if (!text.starts_with(kStrong)) return "";
  const std::size_t end = text.find(".**");
  if (end == std::string_view::npos) return "";
  const std::string_view title = text.substr(kStrong.size(), end - kStrong.size());
  text = trim(text.substr(end + 1 + kStrong.size()));
  return title;
}

class Renderer {
 public:
  explicit Renderer(const Place& place) : place_(place) {}

  std::string render(std::string_view section) {
    for (const std::string_view line : split(section, '\n')) {
      if (line.starts_with(kFence)) {
        end_block();
        fenced_ = !fenced_;
      } else if (fenced_) {
        out_ += std::string(place_.margin + 2 * kDeeper, ' ') + std::string(line) + "\n";
      } else {
        add(line);
      }
    }
    end_block();
    return std::move(out_);
  }

 private:
  void add(std::string_view line) {
    const std::string_view text = trim(line);
    if (text.empty() || text.starts_with("- ") || text.starts_with('|')) end_block();
    if (text.starts_with('|')) {
      row(text);
    } else if (!text.empty()) {
      block_ += (block_.empty() ? "" : " ") + std::string(text);
    }
    if (!text.starts_with('|')) rows_ = 0;
  }

  // "| a | b |", shown as "- a: b"; the first is of titles, the second of lines.
  void row(std::string_view text) {
    if (++rows_ <= 2) return;
    std::string item = "-";
    constexpr std::array<std::string_view, 3> kSeparators{" ", ": ", "; "};
    std::size_t cells = 0;
    for (const std::string_view cell : split(text.substr(1), '|')) {
      if (trim(cell).empty()) continue;
      item += kSeparators.at(std::min(cells++, kSeparators.size() - 1));
      item += trim(cell);
    }
    block_ = item;
    end_block();
  }

  void end_block() {
    std::string_view text = block_;
    Place body = place_;
    if (const std::string_view title = take_title(text); !title.empty()) {
      out_ += (out_.empty() ? "" : "\n") + std::string(place_.margin, ' ') +
              place_.style.strong(title) + "\n";
    }
    body.margin += kDeeper;
    if (text.starts_with("- ")) {
      body.margin += kDeeper;
      std::string item = instructions(parts_of(text.substr(2)), body);
      if (item.size() > body.margin) item[body.margin - kDeeper] = '-';
      out_ += item;
    } else {
      out_ += instructions(parts_of(text), body);
    }
    block_.clear();
  }

  const Place& place_;
  std::string out_;
  std::string block_;
  std::size_t rows_ = 0;
  bool fenced_ = false;
};

}  // namespace

std::string_view runbook_section(std::string_view runbook, std::string_view alertname) {
  const std::string heading = "\n## " + std::string(alertname) + "\n";
  const std::size_t found = runbook.find(heading);
  if (found == std::string_view::npos) return "";
  const std::string_view rest = runbook.substr(found + heading.size());
  std::size_t end = rest.size();
  for (const std::string_view next : {"\n# ", "\n## "}) end = std::min(end, rest.find(next));
  return trim(rest.substr(0, end));
}

std::string runbook_meaning(std::string_view section) {
  if (take_title(section) != "Means") return "";
  std::string text = without_markup(section.substr(0, section.find("\n\n")));
  for (char& c : text) {
    if (c == '\n') c = ' ';
  }
  return text;
}

std::string runbook_text(std::string_view section, const Place& place) {
  return Renderer(place).render(section);
}

}  // namespace clawvigil::cli
