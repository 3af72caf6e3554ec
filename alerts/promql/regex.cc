#include "alerts/promql/regex.h"

#include <re2/re2.h>

#include <algorithm>
#include <charconv>
#include <span>

#include "exporter/base/strings.h"

namespace clawvigil::promql {
namespace {

constexpr std::size_t kMaxPattern = 4096;
constexpr std::int64_t kMaxMemory = 512L * 1024;

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// The reference after a dollar: its name, and how many bytes of `text` it takes; 0: none there.
struct Reference {
  std::string_view name;
  std::size_t length = 0;
};

Reference reference_at(std::string_view text) {
  const bool braced = text.starts_with('{');
  const std::string_view rest = text.substr(braced ? 1 : 0);
  const auto end = static_cast<std::size_t>(std::ranges::find_if_not(rest, is_word) - rest.begin());
  if (end == 0) return {};
  if (!braced) return {rest.substr(0, end), end};
  if (end == rest.size() || rest[end] != '}') return {};
  return {rest.substr(0, end), end + 2};
}

std::string_view group_value(const re2::RE2* program, std::span<const re2::StringPiece> groups,
                             std::string_view name) {
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), index);
  if (error != std::errc() || end != name.data() + name.size()) {
    if (program == nullptr) return {};
    const auto& named = program->NamedCapturingGroups();
    const auto found = named.find(std::string(name));
    if (found == named.end()) return {};
    index = static_cast<std::size_t>(found->second);
  }
  if (index >= groups.size()) return {};
  return {groups[index].data(), groups[index].size()};
}

}  // namespace

Result<Regex> Regex::compile(std::string_view pattern) {
  if (pattern.size() > kMaxPattern) {
    return fail(Errc::too_large, "regular expression longer than 4096 bytes");
  }
  Regex regex;
  if (pattern.find_first_of("\\.+*?()[]{}^$") == std::string_view::npos) {
    for (const std::string_view word : split(pattern, '|')) regex.words_.emplace_back(word);
    if (regex.words_.empty()) regex.words_.emplace_back();
    return regex;
  }
  re2::RE2::Options options;
  options.set_dot_nl(true);
  options.set_log_errors(false);
  options.set_max_mem(kMaxMemory);
  auto program = std::make_shared<const re2::RE2>(piece(pattern), options);
  if (!program->ok()) return fail(Errc::parse, program->error());
  regex.program_ = std::move(program);
  return regex;
}

bool Regex::matches(std::string_view text) const {
  if (program_ == nullptr) return std::ranges::find(words_, text) != words_.end();
  return re2::RE2::FullMatch(piece(text), *program_);
}

bool Regex::expand(std::string_view text, std::string_view replacement, std::string& result) const {
  std::vector<re2::StringPiece> groups(1, piece(text));
  if (program_ == nullptr) {
    if (!matches(text)) return false;
  } else {
    groups.resize(1 + static_cast<std::size_t>(program_->NumberOfCapturingGroups()));
    if (!program_->Match(piece(text), 0, text.size(), re2::RE2::ANCHOR_BOTH, groups.data(),
                         static_cast<int>(groups.size()))) {
      return false;
    }
  }
  result.clear();
  while (!replacement.empty()) {
    const std::size_t dollar = replacement.find('$');
    result += replacement.substr(0, dollar);
    if (dollar == std::string_view::npos) break;
    replacement.remove_prefix(dollar + 1);
    if (replacement.starts_with('$')) {
      result += '$';
      replacement.remove_prefix(1);
    } else if (const Reference reference = reference_at(replacement); reference.length > 0) {
      result += group_value(program_.get(), groups, reference.name);
      replacement.remove_prefix(reference.length);
    } else {
      result += '$';  // malformed: the dollar stands for itself
    }
  }
  return true;
}

}  // namespace clawvigil::promql
