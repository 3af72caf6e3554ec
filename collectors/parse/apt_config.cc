#include "collectors/parse/apt_config.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include "collectors/parse/control_file.h"
#include "exporter/base/digits.h"
#include "exporter/base/strings.h"

namespace clawvigil::parse {

namespace {

constexpr std::string_view kScope = "::";
constexpr std::size_t kMaxDepth = 64;
constexpr std::string_view kBlanks = " \t\n\v\f\r";

bool is_blank(char c) { return kBlanks.find(c) != std::string_view::npos; }

bool is_quoted_at(std::string_view line, std::size_t at) {
  return std::ranges::count(line.substr(0, at), '"') % 2 != 0;
}

// Cuts a "//" or "#" comment off the end. '#' before the name of a directive begins none.
std::string_view without_line_comment(std::string_view line) {
  for (std::size_t at = 0; (at = line.find("//", at)) != std::string_view::npos; ++at) {
    if (!is_quoted_at(line, at)) {
      line = line.substr(0, at);
      break;
    }
  }
  constexpr std::array<std::string_view, 3> kDirectives = {"clear", "include",
                                                           "x-apt-configure-index"};
  for (std::size_t at = 0; (at = line.find('#', at)) != std::string_view::npos; ++at) {
    const bool directive = std::ranges::any_of(
        kDirectives, [&](std::string_view name) { return line.substr(at + 1).starts_with(name); });
    if (!is_quoted_at(line, at) && !directive) return line.substr(0, at);
  }
  return line;
}

// Hands out the file line by line with all comments taken out.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {}

  std::optional<std::string> next() {
    if (text_.empty()) return std::nullopt;
    ++number_;
    const std::string_view raw = take_line(text_);
    std::string line;
    for (const char c : raw) line.append(c == '\t' ? 8 : 1, c == '\t' ? ' ' : c);
    std::string_view rest = trim(line);
    if (in_comment_) {
      const std::size_t end = rest.find("*/");
      if (end == std::string_view::npos) return std::string();
      rest.remove_prefix(end + 2);
      in_comment_ = false;
    }
    return without_comments(without_line_comment(rest));
  }
  [[nodiscard]] std::size_t number() const { return number_; }

 private:
  std::string without_comments(std::string_view rest) {
    std::string kept;
    std::size_t at = 0;
    while ((at = rest.find("/*", at)) != std::string_view::npos) {
      if (is_quoted_at(rest, at)) {
        at += 2;
        continue;
      }
      kept.append(rest.substr(0, at));
      const std::size_t end = rest.find("*/", at + 2);
      in_comment_ = end == std::string_view::npos;
      rest = in_comment_ ? std::string_view() : rest.substr(end + 2);
      at = 0;
    }
    return kept.append(rest);
  }

  std::string_view text_;
  std::size_t number_ = 0;
  bool in_comment_ = false;
};

std::string unquoted(std::string_view word) {
  constexpr int kHexadecimal = 16;
  std::string result;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const auto byte = word[i] == '%' && i + 2 < word.size()
                          ? parse_integer<std::uint8_t>(word.substr(i + 1, 2), kHexadecimal)
                          : std::nullopt;
    if (byte) {
      result += static_cast<char>(*byte);
      i += 2;
    } else if (word[i] != '"') {
      result += word[i];
    }
  }
  return result;
}

// The first word: up to a blank that is neither between '"' nor between '[' and ']'.
std::optional<std::string> take_word(std::string_view& text) {
  const std::size_t begin = std::min(text.find_first_not_of(' '), text.size());
  if (begin == text.size()) return std::nullopt;
  std::size_t at = begin;
  for (; at < text.size() && !is_blank(text[at]); ++at) {
    if (text[at] == '"') at = text.find('"', at + 1);
    if (at != std::string_view::npos && text[at] == '[') at = text.find(']', at + 1);
    if (at == std::string_view::npos) return std::nullopt;
  }
  std::string word = unquoted(text.substr(begin, at - begin));
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks, at), text.size()));
  return word;
}

// The whole rest, if it is nothing but quoted texts, which are joined.
std::optional<std::string> take_quoted(std::string_view& text) {
  constexpr std::size_t kMaxValue = 1023;  // apt's own limit
  const std::size_t begin = text.find_first_not_of(' ');
  if (begin == std::string_view::npos || text.size() > kMaxValue) return std::nullopt;
  std::string value;
  for (std::size_t at = begin; at < text.size(); ++at) {
    if (text[at] == '"') {
      const std::size_t end = text.find('"', at + 1);
      if (end == std::string_view::npos) return std::nullopt;
      value.append(text.substr(at + 1, end - at - 1));
      at = end;
    } else if (!is_blank(text[at])) {
      return std::nullopt;
    } else if (at == 0 || !is_blank(text[at - 1])) {
      value += ' ';
    }
  }
  text = {};
  return value;
}

// Takes the first tag off `name`; false when it was the last. Behind a "::" apt looks for the next
// one only after a character.
bool take_tag(std::string_view& name, std::string_view& tag, bool is_first) {
  const std::size_t end = name.find(kScope, is_first ? 0 : 1);
  tag = name.substr(0, end);
  if (end == std::string_view::npos) return false;
  name.remove_prefix(end + kScope.size());
  return true;
}

std::string joined(std::string_view scope, std::string_view tag) {
  return scope.empty() ? std::string(tag) : std::string(scope).append(kScope).append(tag);
}

}  // namespace

AptConfig::Item* AptConfig::find(const Item& parent, std::string_view tag) {
  if (tag.empty()) return nullptr;  // a list's next item
  const auto found = std::ranges::find_if(parent.children, [&](const auto& child) {
    return child->tag.size() == tag.size() && to_lower_ascii(child->tag) == to_lower_ascii(tag);
  });
  return found == parent.children.end() ? nullptr : found->get();
}

const AptConfig::Item* AptConfig::lookup(std::string_view name) const {
  const Item* item = &root_;
  bool more = true;
  for (bool first = true; more && item != nullptr; first = false) {
    std::string_view tag;
    more = take_tag(name, tag, first);
    item = find(*item, tag);
  }
  return item;
}

Result<> AptConfig::set(std::string_view name, std::string value) {
  Item* item = &root_;
  for (std::size_t depth = 0; depth < kMaxDepth; ++depth) {
    std::string_view tag;
    const bool more = take_tag(name, tag, depth == 0);
    Item* next = find(*item, tag);
    if (next == nullptr) {
      if (++items_ > kMaxItems) return fail(Errc::too_large, "too many settings");
      next = item->children.emplace_back(std::make_unique<Item>()).get();
      next->tag = tag;
    }
    item = next;
    if (!more) {
      item->value = std::move(value);
      return {};
    }
  }
  return fail(Errc::too_large, "settings nested too deeply");
}

void AptConfig::clear(std::string_view name) {
  auto* const item = const_cast<Item*>(lookup(name));  // of this object, which is not const
  if (item == nullptr || item == &root_) return;
  item->value.clear();
  item->children.clear();
}

Result<> AptConfig::directive(std::string_view tag, std::string_view word) {
  if (tag == "#clear") {
    clear(word);
    return {};
  }
  if (tag == "#include") return fail(Errc::unsupported, "#include is not followed");
  if (tag == "#x-apt-configure-index") return {};
  return fail(Errc::parse, "unknown directive");
}

// `text` is all since the last statement; `end` what ends it: ';', '{' or '}'.
Result<> AptConfig::statement(std::string_view text, char end, std::vector<std::string>& scopes) {
  auto tag = take_word(text);
  if (!tag) return fail(Errc::parse, "malformed name");
  auto word = take_quoted(text);
  if (!word) word = take_word(text);
  if (!word && end != '{') {
    word = std::exchange(*tag, std::string());
  }
  if (!text.empty()) return fail(Errc::parse, "more after the value");
  if (end == '{') {
    scopes.push_back(joined(scopes.back(), *tag));
    if (!word) return {};
    return set(scopes.back(), std::move(*word));
  }
  if (tag->starts_with('#')) {
    if (!scopes.back().empty()) return fail(Errc::parse, "a directive inside a scope");
    return directive(*tag, *word);
  }
  if (tag->empty() && *word == "#clear") return fail(Errc::parse, "#clear without a name");
  return set(joined(scopes.back(), *tag), std::move(*word));
}

Result<> AptConfig::read(std::string_view text) {
  std::vector<std::string> scopes(1);
  std::string pending;
  Lines lines(text);
  const auto add = [&](std::string_view part) {
    part = trim(part);
    if (!pending.empty() && !part.empty()) pending += ' ';
    pending += part;
  };
  const auto at_line = [&](Error error) {
    return prefixed(std::move(error), "line " + std::to_string(lines.number()));
  };
  while (const auto line = lines.next()) {
    std::size_t start = 0;
    bool in_quote = false;
    for (std::size_t at = 0; at < line->size(); ++at) {
      const char c = (*line)[at];
      if (c == '"') in_quote = !in_quote;
      if (in_quote || (c != '{' && c != ';' && c != '}')) continue;
      add(std::string_view(*line).substr(start, at - start));
      start = at + 1;
      if (c == '{' && (pending.empty() || scopes.size() > kMaxDepth)) {
        return at_line({Errc::parse, "a scope without a name, or too deep"});
      }
      if (!pending.empty()) {
        if (auto done = statement(pending, c, scopes); !done) return at_line(done.error());
        pending.clear();
      }
      if (c == '}' && scopes.size() > 1) scopes.pop_back();
    }
    add(std::string_view(*line).substr(start));
  }
  if (!pending.empty()) return fail(Errc::parse, "the last statement does not end");
  return {};
}

std::string_view AptConfig::value(std::string_view name) const {
  const Item* const item = lookup(name);
  return item == nullptr ? std::string_view() : std::string_view(item->value);
}

void AptConfig::print(const Item& item, const std::string& prefix, std::string& out) {
  for (const auto& child : item.children) {
    const std::string name = prefix + child->tag;
    out.append(name).append(" \"").append(child->value).append("\";\n");
    print(*child, name + std::string(kScope), out);
  }
}

std::string AptConfig::dump() const {
  std::string out;
  print(root_, "", out);
  return out;
}

bool is_apt_part_name(std::string_view name, std::string_view extension) {
  if (name.empty() || name.starts_with('.')) return false;
  const std::size_t dot = name.rfind('.');
  if (dot != std::string_view::npos && name.substr(dot + 1) != extension) return false;
  return std::ranges::all_of(name, [](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           c == '-' || c == ':' || c == '.';
  });
}

}  // namespace clawvigil::parse
