#include "exporter/cli/instructions.h"

#include <algorithm>
#include <utility>

#include "exporter/base/strings.h"
#include "exporter/cli/wrap.h"

namespace clawvigil::cli {

namespace {

constexpr std::size_t kDeeper = 2;
constexpr std::string_view kSentenceSigns = ".,;:";

std::size_t room(const Place& place) {
  constexpr std::size_t kLeast = 10;
  return std::max(place.columns, place.margin + kLeast) - place.margin;
}

bool blank(std::string_view text) { return trim(text).empty(); }

// Whether the command stands by itself, given the words around it.
bool stands_alone(std::string_view before, std::string_view after) {
  before = trim(before);
  after = trim(after);
  return !before.ends_with('(') &&
         (after.empty() || kSentenceSigns.find(after.front()) != std::string_view::npos);
}

class Writer {
 public:
  Writer(const std::vector<alerts::ActionPart>& parts, const Place& place)
      : parts_(parts), place_(place) {}

  std::string write() {
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      if (!parts_[i].command) {
        words_ += after_command_ ? without_signs(parts_[i].text) : parts_[i].text;
      } else if (stands_alone(text_at(i - 1), text_at(i + 1))) {
        flush();
        out_ += std::string(place_.margin + kDeeper, ' ') +
                place_.style.coloured(parts_[i].text, Style::Colour::command) + "\n";
        after_command_ = true;
        continue;
      } else {
        words_ += "`" + parts_[i].text + "`";
      }
      after_command_ = false;
    }
    flush();
    return std::move(out_);
  }

 private:
  [[nodiscard]] std::string_view text_at(std::size_t i) const {
    return i < parts_.size() ? std::string_view(parts_[i].text) : std::string_view();
  }

  // The signs that ended the sentence of the command before.
  static std::string without_signs(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || kSentenceSigns.contains(text.front()))) {
      text.remove_prefix(1);
    }
    return std::string(text);
  }

  void flush() {
    if (!blank(words_)) out_ += paragraph(trim(words_), place_);
    words_.clear();
  }

  const std::vector<alerts::ActionPart>& parts_;
  const Place& place_;
  std::string out_;
  std::string words_;
  bool after_command_ = false;
};

}  // namespace

std::string instructions(const std::vector<alerts::ActionPart>& parts, const Place& place) {
  return Writer(parts, place).write();
}

std::string paragraph(std::string_view text, const Place& place, Style::Colour colour) {
  std::string out;
  for (const std::string& line : wrap(text, room(place))) {
    out += std::string(place.margin, ' ') +
           (colour == Style::Colour::plain ? line : place.style.coloured(line, colour)) + "\n";
  }
  return out;
}

}  // namespace clawvigil::cli
