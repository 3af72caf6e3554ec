#include "collectors/parse/unit_environment.h"

#include <optional>
#include <vector>

#include "exporter/base/strings.h"

namespace clawvigil {

namespace {

char unescaped(char c) {
  switch (c) {
    case 'n':
      return '\n';
    case 't':
      return '\t';
    case 's':
      return ' ';
    default:
      return c;
  }
}

bool is_blank(char c) { return c == ' ' || c == '\t'; }

// The next word of `text`, quotes and escapes removed, and `text` behind it; nullopt at the end.
std::optional<std::string> next_word(std::string_view& text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  if (text.empty()) return std::nullopt;
  std::string word;
  char quote = '\0';
  while (!text.empty() && (quote != '\0' || !is_blank(text.front()))) {
    const char c = text.front();
    text.remove_prefix(1);
    if (c == '\\' && !text.empty()) {
      word.push_back(unescaped(text.front()));
      text.remove_prefix(1);
    } else if (c == '%' && text.starts_with('%')) {
      word.push_back('%');
      text.remove_prefix(1);
    } else if (quote == '\0' && (c == '"' || c == '\'')) {
      quote = c;
    } else if (c == quote && quote != '\0') {
      quote = '\0';
    } else {
      word.push_back(c);
    }
  }
  return word;
}

// Lines, those that end in a backslash joined with the next by a blank.
std::vector<std::string> logical_lines(std::string_view text) {
  std::vector<std::string> lines;
  bool continued = false;
  for (std::string_view line : split(text, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    const std::string_view begin = trim(line);
    if (begin.starts_with('#') || begin.starts_with(';')) continue;
    const bool goes_on = line.ends_with('\\');
    if (goes_on) line.remove_suffix(1);
    if (continued) {
      lines.back() += ' ';
      lines.back() += line;
    } else {
      lines.emplace_back(line);
    }
    continued = goes_on;
  }
  return lines;
}

void assign_words(std::string_view words, std::map<std::string, std::string>& variables) {
  if (trim(words).empty()) return variables.clear();
  while (const auto word = next_word(words)) {
    const std::size_t equals = word->find('=');
    if (equals == std::string::npos || equals == 0) continue;
    variables.insert_or_assign(word->substr(0, equals), word->substr(equals + 1));
  }
}

// Calls visit(key, value) for every assignment of the [Service] sections.
template <class Visit>
void each_service_line(std::string_view text, Visit visit) {
  bool service = false;
  for (const std::string& joined : logical_lines(text)) {
    const std::string_view line = trim(joined);
    if (line.starts_with('[')) {
      service = line == "[Service]";
      continue;
    }
    const std::size_t equals = line.find('=');
    if (!service || equals == std::string_view::npos) continue;
    visit(trim(line.substr(0, equals)), trim(line.substr(equals + 1)));
  }
}

}  // namespace

void apply_unit_environment(std::string_view text, std::map<std::string, std::string>& variables) {
  each_service_line(text, [&](std::string_view key, std::string_view value) {
    if (key == "Environment") assign_words(value, variables);
  });
}

std::string unit_setting(std::string_view text, std::string_view key) {
  std::string setting;
  each_service_line(text, [&](std::string_view name, std::string_view value) {
    if (name == key) setting = value;
  });
  return setting;
}

std::string unit_user(std::string_view text) {
  std::string user = unit_setting(text, "User");
  if (user.empty()) user = "root";
  return user;
}

std::vector<std::string> unit_command(std::string_view text) {
  std::vector<std::string> words;
  each_service_line(text, [&](std::string_view key, std::string_view value) {
    if (key != "ExecStart") return;
    words.clear();
    while (auto word = next_word(value)) words.push_back(std::move(*word));
  });
  if (!words.empty()) words.front().erase(0, words.front().find_first_not_of("@-:+!|"));
  return words;
}

}  // namespace clawvigil
