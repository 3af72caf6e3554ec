#include "alerts/engine/action.h"

#include <algorithm>

namespace clawvigil::alerts {

namespace {

constexpr char kQuote = '`';

bool is_plain(char c) {
  constexpr std::string_view kOthers = "._/:@%+=,-";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         kOthers.find(c) != std::string_view::npos;
}

}  // namespace

bool is_plain_word(std::string_view value) {
  return !value.starts_with('-') && std::ranges::all_of(value, is_plain);
}

std::vector<ActionPart> action_parts(std::string_view action, std::span<const std::string> values) {
  if (action.empty()) return {};
  const bool paired = std::ranges::count(action, kQuote) % 2 == 0;
  const bool unusual = std::ranges::any_of(values, [&](const std::string& value) {
    return !is_plain_word(value) && action.find(value) != std::string_view::npos;
  });
  if (!paired || unusual) return {{false, std::string(action)}};
  const bool sentence = action.front() >= 'A' && action.front() <= 'Z';
  if (action.find(kQuote) == std::string_view::npos) return {{!sentence, std::string(action)}};
  std::vector<ActionPart> parts;
  bool command = false;
  while (true) {
    const std::size_t end = action.find(kQuote);
    if (const std::string_view text = action.substr(0, end); !text.empty()) {
      parts.push_back({command, std::string(text)});
    }
    if (end == std::string_view::npos) return parts;
    action.remove_prefix(end + 1);
    command = !command;
  }
}

}  // namespace clawvigil::alerts
