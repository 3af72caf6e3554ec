#include "collectors/parse/fail2ban_config.h"

#include <algorithm>

#include "exporter/base/strings.h"

namespace clawvigil {

namespace {

constexpr std::string_view kDefault = "DEFAULT";
constexpr std::string_view kIncludes = "INCLUDES";
constexpr int kMaxDepth = 10;  // as Python
constexpr std::size_t kMaxReferences = 1'000;

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// Where a comment begins: '#' or ';' first on the line, ';' after white space elsewhere.
std::size_t comment_start(std::string_view line) {
  const std::string_view content = trim(line);
  if (content.starts_with('#') || content.starts_with(';')) return 0;
  for (std::size_t at = line.find(';'); at != std::string_view::npos; at = line.find(';', at + 1)) {
    if (at == 0 || is_space(line[at - 1])) return at;
  }
  return std::string_view::npos;
}

std::size_t indent_of(std::string_view line) {
  return static_cast<std::size_t>(std::ranges::find_if(line, [](char c) { return !is_space(c); }) -
                                  line.begin());
}

std::string_view section_name(std::string_view content) {
  const std::size_t close = content.rfind(']');
  if (!content.starts_with('[') || close == std::string_view::npos || close < 2) return {};
  return content.substr(1, close - 1);
}

void append_line(std::string& value, std::string_view line) {
  value.push_back('\n');
  value.append(line);
}

std::vector<std::string> file_names(std::string_view value) {
  std::vector<std::string> names;
  for (const std::string_view line : split(value, '\n')) {
    if (const std::string_view name = trim(line); !name.empty()) names.emplace_back(name);
  }
  return names;
}

}  // namespace

Fail2banConfig::Sections Fail2banConfig::parse(std::string_view text) {
  Sections sections;
  Options* section = nullptr;
  std::string* option = nullptr;
  std::size_t indent = 0;
  for (const std::string_view line : split(text, '\n')) {
    const std::size_t comment = comment_start(line);
    const std::string_view content = trim(line.substr(0, comment));
    if (content.empty()) {
      if (comment == std::string_view::npos && option != nullptr) append_line(*option, "");
      continue;
    }
    const std::size_t own_indent = indent_of(line);
    if (option != nullptr && own_indent > indent) {
      append_line(*option, content);
      continue;
    }
    indent = own_indent;
    if (const std::string_view name = section_name(content); !name.empty()) {
      section = &sections[std::string(name)];
      option = nullptr;
      continue;
    }
    const std::size_t delimiter = content.find_first_of("=:");
    if (section == nullptr || delimiter == 0 || delimiter == std::string_view::npos) continue;
    option = &(*section)[to_lower_ascii(trim(content.substr(0, delimiter)))];
    *option = trim(content.substr(delimiter + 1));
  }
  for (auto& [name, options] : sections) {
    for (auto& [key, value] : options) {
      while (!value.empty() && is_space(value.back())) value.pop_back();
    }
  }
  return sections;
}

Fail2banConfig::Includes Fail2banConfig::includes_of(std::string_view text) {
  Includes includes;
  const Sections sections = parse(text);
  const auto found = sections.find(kIncludes);
  if (found == sections.end()) return includes;
  const auto names = [&](std::string_view option) {
    const auto value = found->second.find(option);
    return value == found->second.end() ? std::vector<std::string>() : file_names(value->second);
  };
  return {names("before"), names("after")};
}

Result<> Fail2banConfig::add(std::string_view text) {
  std::size_t options = 0;
  for (auto& [name, added] : parse(text)) {
    const bool existed = sections_.contains(name);
    Options& section = sections_[name];
    for (auto& [option, value] : added) {
      const auto before = section.find(option);
      if (existed && name != kDefault && before != section.end()) {
        known_[name][option] = before->second;
      }
      section[option] = value;
    }
  }
  for (const auto& [name, section] : sections_) options += section.size();
  if (options > kMaxOptions) return fail(Errc::too_large, "more than 20,000 options");
  return {};
}

std::vector<std::string> Fail2banConfig::sections() const {
  std::vector<std::string> names;
  for (const auto& [name, options] : sections_) {
    if (name != kDefault && name != kIncludes) names.push_back(name);
  }
  return names;
}

const std::string* Fail2banConfig::raw(std::string_view section, std::string_view option) const {
  for (const std::string_view place : {section, kDefault}) {
    const auto found = sections_.find(place);
    if (found == sections_.end()) continue;
    if (const auto value = found->second.find(option); value != found->second.end()) {
      return &value->second;
    }
  }
  return nullptr;
}

// "option", "known/option", "default/option" or "section/option".
const std::string* Fail2banConfig::raw_reference(std::string_view section,
                                                 std::string_view reference) const {
  const std::size_t slash = reference.find('/');
  if (slash == std::string_view::npos) return raw(section, to_lower_ascii(reference));
  const std::string_view place = reference.substr(0, slash);
  const std::string_view option = reference.substr(slash + 1);
  const std::string kind = to_lower_ascii(place);
  if (kind == "default") return raw(kDefault, option);
  if (kind != "known") return sections_.contains(place) ? raw(place, option) : nullptr;
  if (const auto known = known_.find(section); known != known_.end()) {
    const auto value = known->second.find(option);
    if (value != known->second.end()) return &value->second;
  }
  return raw(kDefault, option);
}

// What an expansion has cost so far: references may multiply.
struct Fail2banConfig::Expansion {
  std::string text;
  std::size_t references = 0;

  [[nodiscard]] Result<> append(std::string_view part) {
    if (text.size() + part.size() > kMaxValueBytes) {
      return fail(Errc::too_large, "a value expands beyond 64 KiB");
    }
    text.append(part);
    return {};
  }
};

Result<> Fail2banConfig::expand(std::string_view section, std::string_view text, int depth,
                                Expansion& expansion) const {
  if (depth > kMaxDepth) return fail(Errc::parse, "a value refers to itself");
  while (true) {
    const std::size_t percent = text.find('%');
    TRY(expansion.append(text.substr(0, percent)));
    if (percent == std::string_view::npos) return {};
    text.remove_prefix(percent + 1);
    if (text.starts_with('%')) {
      TRY(expansion.append("%"));
      text.remove_prefix(1);
      continue;
    }
    const std::size_t close = text.find(")s");
    if (!text.starts_with('(') || close == std::string_view::npos ||
        ++expansion.references > kMaxReferences) {
      return fail(Errc::parse, "a value cannot be expanded");
    }
    const std::string_view reference = text.substr(1, close - 1);
    text.remove_prefix(close + 2);
    if (reference == "__name__") {
      TRY(expansion.append(section));
      continue;
    }
    const std::string* const value = raw_reference(section, reference);
    if (value == nullptr) return fail(Errc::parse, "a value refers to an unknown option");
    TRY(expand(section, *value, depth + 1, expansion));
  }
}

Result<std::optional<std::string>> Fail2banConfig::value(std::string_view section,
                                                         std::string_view option) const {
  const std::string* const text = raw(section, option);
  if (text == nullptr) return std::nullopt;
  Expansion expansion;
  TRY(expand(section, *text, 1, expansion));
  return std::move(expansion.text);
}

std::string_view fail2ban_filter_name(std::string_view filter) {
  return trim(trim(filter).substr(0, trim(filter).find('[')));
}

}  // namespace clawvigil
