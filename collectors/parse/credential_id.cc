#include "collectors/parse/credential_id.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "exporter/base/digits.h"

namespace clawvigil {

namespace {

using Path = std::span<const std::string>;

bool is_separator(char c) { return c == '.' || c == '_' || c == '-'; }

std::size_t longest_digit_run(std::string_view name) {
  std::size_t longest = 0;
  std::size_t run = 0;
  for (const char c : name) {
    if (is_separator(c)) continue;
    run = is_digit(c) ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

// A section of openclaw.json: where its name stands and which words below it say nothing.
struct Section {
  std::string_view root;
  std::string_view kind;
};
constexpr std::array<Section, 7> kSections = {{{"gateway", "gateway"},
                                               {"hooks", "hooks"},
                                               {"channels", "channel"},
                                               {"models", "model"},
                                               {"skills", "skill"},
                                               {"plugins", "plugin"},
                                               {"env", "env"}}};
// Containers of named things: the name behind them says it all.
constexpr std::array<std::string_view, 7> kContainers = {
    "providers", "entries", "accounts", "personas", "list", "vars", "config"};

bool is_container(std::string_view key) {
  return std::ranges::find(kContainers, key) != kContainers.end();
}

// {"telegram", "accounts", "work", "botToken"}: telegram, work. Without accounts: telegram,
// default.
std::vector<std::string> channel_parts(Path rest) {
  std::vector<std::string> parts{"channel"};
  if (rest.empty()) return parts;
  parts.push_back(rest.front());
  rest = rest.subspan(1);
  const bool account = rest.size() > 2 && rest.front() == "accounts";
  parts.push_back(account ? rest[1] : "default");
  if (account) rest = rest.subspan(2);
  const bool principal =
      rest.size() == 1 && (rest[0] == "botToken" || rest[0] == "token" || rest[0] == "tokenFile");
  if (!principal) parts.insert(parts.end(), rest.begin(), rest.end());
  return parts;
}

}  // namespace

bool is_harmless_name(std::string_view name) {
  constexpr std::size_t kMaxBytes = 32;
  constexpr std::size_t kMaxDigits = 5;
  constexpr std::size_t kLong = 20;
  if (name.empty() || name.size() > kMaxBytes) return false;
  const bool plain = std::ranges::all_of(name, [](char c) {
    return is_digit(c) || is_separator(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  });
  if (!plain || longest_digit_run(name) > kMaxDigits) return false;
  return name.size() < kLong || std::ranges::count_if(name, is_digit) <= std::intptr_t{4};
}

std::string shown_name(std::string_view name, const NameHash& hash) {
  return is_harmless_name(name) ? std::string(name) : "~" + hash(name);
}

std::string credential_id(std::span<const std::string> parts, const NameHash& hash) {
  constexpr std::size_t kMaxParts = 6;
  std::string id;
  const bool fits = parts.size() <= kMaxParts;
  for (const std::string& part : parts.first(fits ? parts.size() : kMaxParts - 1)) {
    id += (id.empty() ? "" : "/") + shown_name(part, hash);
  }
  if (fits) return id;
  std::string rest;
  for (const std::string& part : parts.subspan(kMaxParts - 1)) rest += "/" + part;
  return id + "/~" + hash(rest);
}

std::vector<std::string> config_credential(Path path) {
  if (path.empty()) return {"config"};
  if (path.front() == "channels") return channel_parts(path.subspan(1));
  const auto section = std::ranges::find(kSections, path.front(), &Section::root);
  std::vector<std::string> parts{section == kSections.end() ? "config"
                                                            : std::string(section->kind)};
  if (section != kSections.end()) path = path.subspan(1);
  bool named = false;  // the key before was a container, so this one is a name, whatever it is
  for (const std::string& key : path) {
    const bool noise =
        !named &&
        (is_container(key) || (parts.size() == 1 && key == "auth" && parts.front() == "gateway"));
    if (!noise) parts.push_back(key);
    named = noise && key != "config" && key != "vars" && key != "auth";
  }
  constexpr std::size_t kMinParts = 3;
  if (parts.size() >= kMinParts && parts.back() == "apiKey") parts.pop_back();
  return parts;
}

}  // namespace clawvigil
