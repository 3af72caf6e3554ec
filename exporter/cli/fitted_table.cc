#include "exporter/cli/fitted_table.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace clawvigil::cli {

namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kLongestBar = 48;
constexpr std::size_t kWishedBar = 12;
constexpr std::size_t kShortestBar = 4;

std::string spaces(std::size_t count) { return std::string(count, ' '); }

std::string aligned(std::string_view text, std::size_t width, bool to_the_right,
                    std::string_view ellipsis) {
  const std::string fitted = cut(text, width, ellipsis);
  const std::string fill = spaces(width - columns_of(fitted));
  return to_the_right ? fill + fitted : fitted + fill;
}

void trim_end(std::string& line) { line.erase(line.find_last_not_of(' ') + 1); }

}  // namespace

FittedTable::Layout FittedTable::fit() const {
  Layout layout;
  std::vector<std::size_t> natural;
  for (const Column& column : columns_) {
    std::size_t width = columns_of(column.title);
    for (const std::string& cell : column.cells) width = std::max(width, columns_of(cell));
    natural.push_back(width);
  }
  const auto used = [&] {
    std::size_t sum = 0;
    for (const std::size_t width : layout.widths) sum += width == 0 ? 0 : width + kGap;
    return sum;
  };
  layout.widths = natural;
  const std::size_t bar = bar_after_ == 0 ? 0 : kWishedBar + kGap;
  const std::size_t room = options_.columns + kGap;  // no gap behind the last column
  // Long texts give way first, down to two fifths of the line; then what matters least goes.
  const std::size_t most_text = std::max<std::size_t>(options_.columns * 2 / 5, kWishedBar);
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const std::size_t least = columns_[i].least;
    if (least > 0) layout.widths[i] = std::min(natural[i], std::max(least, most_text));
  }
  while (used() + bar > room) {
    int least_important = 0;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (layout.widths[i] > 0) least_important = std::max(least_important, columns_[i].importance);
    }
    if (least_important == 0) break;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (columns_[i].importance == least_important) layout.widths[i] = 0;
    }
  }
  // Then texts are cut as far as they may be, if that is what it takes.
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const std::size_t wanted = used() + (bar > 0 ? kShortestBar + kGap : 0);
    if (wanted <= room || columns_[i].least == 0 || layout.widths[i] == 0) continue;
    const std::size_t spare = layout.widths[i] - std::min(layout.widths[i], columns_[i].least);
    layout.widths[i] -= std::min(spare, wanted - room);
  }
  // What is left makes texts whole again, then the bar long.
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i].least == 0 || layout.widths[i] == 0 || used() + bar >= room) continue;
    layout.widths[i] = std::min(natural[i], layout.widths[i] + (room - used() - bar));
  }
  const std::size_t rest = room - std::min(room, used() + kGap);
  layout.bar = bar == 0 || rest < kShortestBar ? 0 : std::min(rest, kLongestBar);
  return layout;
}

std::string FittedTable::bar(double share, std::size_t width) const {
  if (!(share > 0)) return spaces(width);
  constexpr std::size_t kParts = 8;
  static constexpr std::array<std::string_view, kParts> kBlocks{"",  "▏", "▎", "▍",
                                                                "▌", "▋", "▊", "▉"};
  const double length = std::min(share, 1.0) * static_cast<double>(width);
  if (!options_.utf8) {
    const auto whole =
        std::clamp<std::size_t>(static_cast<std::size_t>(std::lround(length)), 1, width);
    return std::string(whole, '#') + spaces(width - whole);
  }
  const auto eighths = std::max<std::size_t>(
      static_cast<std::size_t>(std::lround(length * static_cast<double>(kParts))), 1);
  std::string out;
  for (std::size_t i = 0; i < eighths / kParts; ++i) out += "█";
  out += kBlocks.at(eighths % kParts);
  return out + spaces(width - (eighths + kParts - 1) / kParts);
}

std::string FittedTable::titles(const Layout& layout) const {
  std::string out;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (layout.widths[i] > 0) {
      out +=
          aligned(columns_[i].title, layout.widths[i], columns_[i].to_the_right, "") + spaces(kGap);
    }
    if (i + 1 == bar_after_ && layout.bar > 0) out += spaces(layout.bar + kGap);
  }
  trim_end(out);
  return options_.style.coloured(out, Style::Colour::faint) + "\n";
}

std::string FittedTable::line(const Layout& layout, std::size_t row) const {
  const Look& look = looks_[row];
  const std::string_view ellipsis = options_.utf8 ? "…" : "...";
  std::string out;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (layout.widths[i] > 0) {
      const std::string cell =
          aligned(columns_[i].cells[row], layout.widths[i], columns_[i].to_the_right, ellipsis);
      const Style::Colour colour = look.marked ? Style::Colour::yellow : Style::Colour::faint;
      out += look.marked || look.faint ? options_.style.coloured(cell, colour)
             : look.strong             ? options_.style.strong(cell)
                                       : cell;
      out += spaces(kGap);
    }
    if (i + 1 == bar_after_ && layout.bar > 0) {
      const Style::Colour colour = look.marked ? Style::Colour::yellow : Style::Colour::blue;
      const std::string drawn = bar(bars_[row], layout.bar);
      out += (bars_[row] > 0 ? options_.style.coloured(drawn, colour) : drawn) + spaces(kGap);
    }
  }
  trim_end(out);
  return out + "\n";
}

std::string FittedTable::text() const {
  const Layout layout = fit();
  std::string out = titles(layout);
  for (std::size_t row = 0; row < looks_.size(); ++row) out += line(layout, row);
  return out;
}

}  // namespace clawvigil::cli
