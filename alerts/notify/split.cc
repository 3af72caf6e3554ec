#include "alerts/notify/split.h"

#include <algorithm>
#include <utility>

#include "alerts/notify/messages.h"

namespace clawvigil::notify {

namespace {

constexpr std::string_view kNumbering = " (9/9)";

class Splitter {
 public:
  Splitter(const Document& document, const Markup& markup)
      : document_(document),
        markup_(markup),
        heading_{
            Span::Style::strong, std::string(symbol(document.tone)) + " " + document.heading, {}} {
    fit_heading();
    const Span more{Span::Style::plain, fill(document.more, std::uint64_t{999}), {}};
    // Every part could be the last one.
    const std::size_t fixed = heading_cost() + 1 + markup_.cost(more) + 2;
    room_ = markup_.limit > fixed ? markup_.limit - fixed : 0;
    parts_.emplace_back();
  }

  std::vector<std::string> split() {
    for (const Block& block : document_.blocks) {
      if (!add(block)) ++left_out_;
    }
    if (left_out_ > 0) {
      append(plain(fill(document_.more, left_out_)), 0, "\n\n");
    }
    if (!document_.footer.empty()) static_cast<void>(add(document_.footer));
    return finish();
  }

 private:
  struct Part {
    std::string text;
    std::size_t used = 0;
  };

  static Line plain(std::string text) { return {{Span::Style::plain, std::move(text), {}}}; }

  [[nodiscard]] std::size_t heading_cost() const {
    Span span = heading_;
    span.text += kNumbering;
    return markup_.cost(span);
  }
  // A host name may be as long as a message; half of it must be left for the news.
  void fit_heading() {
    while (heading_cost() > markup_.limit / 2 && !heading_.text.empty()) {
      heading_.text = utf8_prefix(heading_.text, heading_.text.size() / 2);
    }
  }

  [[nodiscard]] std::size_t cost(const Line& line) const {
    std::size_t sum = 0;
    for (const Span& span : line) sum += markup_.cost(span);
    return sum;
  }
  [[nodiscard]] std::size_t cost(const Block& block) const {
    std::size_t sum = block.empty() ? 0 : block.size() - 1;
    for (const Line& line : block) sum += cost(line);
    return sum;
  }

  [[nodiscard]] bool fits(std::size_t more, std::size_t separator) const {
    const Part& part = parts_.back();
    return part.used + (part.used == 0 ? 0 : separator) + more <= room_;
  }
  void append(const Line& line, std::size_t line_cost, std::string_view separator) {
    Part& part = parts_.back();
    if (!part.text.empty()) {
      part.text += separator;
      part.used += separator.size();
    }
    for (const Span& span : line) part.text += markup_.render(span);
    part.used += line_cost;
  }
  bool begin_part() {
    if (parts_.size() >= kMaxParts) return false;
    parts_.emplace_back();
    return true;
  }

  // False when there is no room in any part that may still be made.
  bool add(const Block& block) {
    const std::size_t whole = cost(block);
    const std::string_view gap = "\n\n";
    if (!fits(whole, gap.size())) {
      const bool alone = whole <= room_;
      if (alone && !begin_part()) return false;
      if (!alone && parts_.back().used > 0 && !begin_part()) return false;
    }
    bool first = true;
    for (const Line& line : block) {
      if (!add(line, first ? gap : "\n")) return false;
      first = false;
    }
    return true;
  }

  bool add(const Line& line, std::string_view separator) {
    const std::size_t whole = cost(line);
    if (!fits(whole, separator.size()) && parts_.back().used > 0 && !begin_part()) return false;
    if (fits(whole, separator.size())) {
      append(line, whole, separator);
      return true;
    }
    return std::ranges::all_of(line, [&](const Span& span) { return add_cut(span, separator); });
  }

  // A span longer than a message, in pieces. A link is never cut: without room it is left out.
  bool add_cut(Span span, std::string_view separator) {
    if (span.style == Span::Style::link && markup_.cost(span) > room_) return false;
    while (!span.text.empty()) {
      Span piece = longest_fitting(span, separator.size());
      if (piece.text.empty()) {
        if (parts_.back().used == 0 || !begin_part()) return false;
        continue;
      }
      span.text.erase(0, piece.text.size());
      const std::size_t piece_cost = markup_.cost(piece);
      append({std::move(piece)}, piece_cost, separator);
    }
    return true;
  }

  [[nodiscard]] Span longest_fitting(const Span& span, std::size_t separator) const {
    std::size_t fitting = 0;
    std::size_t too_long = span.text.size() + 1;
    Span piece = span;
    while (too_long - fitting > 1) {
      const std::size_t middle = fitting + (too_long - fitting) / 2;
      piece.text = utf8_prefix(span.text, middle);
      (fits(markup_.cost(piece), separator) ? fitting : too_long) = middle;
    }
    piece.text = utf8_prefix(span.text, fitting);
    return piece;
  }

  std::vector<std::string> finish() {
    std::vector<std::string> messages;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      Span heading = heading_;
      if (parts_.size() > 1) {
        heading.text += " (" + std::to_string(i + 1) + "/" + std::to_string(parts_.size()) + ")";
      }
      std::string message = markup_.render(heading);
      if (!parts_[i].text.empty()) message += "\n" + parts_[i].text;
      messages.push_back(std::move(message));
    }
    return messages;
  }

  const Document& document_;
  const Markup& markup_;
  Span heading_;
  std::size_t room_ = 0;
  std::uint64_t left_out_ = 0;
  std::vector<Part> parts_;
};

}  // namespace

std::vector<std::string> split_document(const Document& document, const Markup& markup) {
  return Splitter(document, markup).split();
}

std::size_t utf16_units(std::string_view utf8) {
  std::size_t units = 0;
  for (const char c : utf8) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0U) != 0x80U) units += byte >= 0xF0 ? 2 : 1;
  }
  return units;
}

std::string_view utf8_prefix(std::string_view text, std::size_t bytes) {
  if (bytes >= text.size()) return text;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0U) == 0x80U) --bytes;
  return text.substr(0, bytes);
}

}  // namespace clawvigil::notify
