#include "collectors/parse/credential_names.h"

#include <algorithm>
#include <array>
#include <string>

#include "exporter/base/strings.h"

namespace clawvigil {

namespace {

// "api-key", "apikey" and "api_key": the two words with at most one character between them.
bool has_pair(std::string_view text, std::string_view first, std::string_view second) {
  for (std::size_t at = text.find(first); at != std::string_view::npos;
       at = text.find(first, at + 1)) {
    const std::string_view rest = text.substr(at + first.size());
    if (rest.starts_with(second) || (!rest.empty() && rest.substr(1).starts_with(second))) {
      return true;
    }
  }
  return false;
}

template <std::size_t N>
bool ends_with_any(std::string_view text, const std::array<std::string_view, N>& suffixes) {
  return std::ranges::any_of(suffixes,
                             [text](std::string_view suffix) { return text.ends_with(suffix); });
}

template <std::size_t N>
bool is_any(std::string_view text, const std::array<std::string_view, N>& words) {
  return std::ranges::find(words, text) != words.end();
}

// Not credentials although their names look like it. The first line is OpenClaw's own list; the
// second: names, places and ids of credentials; the last: what nobody is to exchange.
constexpr std::array<std::string_view, 20> kHarmlessSuffixes = {"maxtokens",
                                                                "maxoutputtokens",
                                                                "maxinputtokens",
                                                                "maxcompletiontokens",
                                                                "contexttokens",
                                                                "totaltokens",
                                                                "tokencount",
                                                                "tokenlimit",
                                                                "tokenbudget",
                                                                "passwordfile",
                                                                "env",
                                                                "file",
                                                                "path",
                                                                "name",
                                                                "keyid",
                                                                "key_id",
                                                                "url",

                                                                "publickey",
                                                                "public_key",
                                                                "ownerdisplaysecret"};

constexpr std::array<std::string_view, 6> kOtherNames = {
    "authorization", "cookie", "passphrase", "authtag", "identitydata", "proxy-authorization"};

// Keys that are credentials in these objects only: {object, key}.
struct Place {
  std::string_view parent;
  std::string_view key;
};
constexpr std::array<Place, 3> kPlaces = {{{"auth", "value"}, {"tls", "key"}, {"jwt", "key"}}};

bool matches_openclaw_patterns(std::string_view lower) {
  return lower.ends_with("token") || lower.find("password") != std::string_view::npos ||
         lower.find("secret") != std::string_view::npos || has_pair(lower, "api", "key") ||
         has_pair(lower, "encrypt", "key") || has_pair(lower, "private", "key") ||
         lower.ends_with("serviceaccount") || lower.ends_with("serviceaccountref");
}

bool is_path(std::string_view value) {
  return value.starts_with("~/") || value.starts_with("./") || value.starts_with("../") ||
         (value.starts_with('/') && std::ranges::count(value, '/') > 1 &&
          value.find_first_of("+=") == std::string_view::npos);
}

bool is_variable_name(std::string_view text) {
  if (text.empty() || text.front() < 'A' || text.front() > 'Z') return false;
  return std::ranges::all_of(
      text, [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; });
}

// Words of documentation, of local model servers that want no key, and OpenClaw's own markers
// (src/agents/model-auth-markers.ts and the plugins' nonSecretAuthMarkers).
constexpr std::array<std::string_view, 33> kPlaceholders = {"none",
                                                            "null",
                                                            "undefined",
                                                            "true",
                                                            "false",
                                                            "dummy",
                                                            "test",
                                                            "local",
                                                            "empty",
                                                            "unused",
                                                            "not-needed",
                                                            "no-key",
                                                            "no-key-needed",
                                                            "not-required",
                                                            "notneeded",
                                                            "placeholder",
                                                            "changeme",
                                                            "change-me",
                                                            "example",
                                                            "ollama",
                                                            "ollama-local",
                                                            "lm-studio",
                                                            "lmstudio",
                                                            "lmstudio-local",
                                                            "vllm",
                                                            "custom-local",
                                                            "apple-fm-local",
                                                            "apple-fm",
                                                            "codex-app-server",
                                                            "gcp-vertex-credentials",
                                                            "minimax-oauth",
                                                            "qwen-oauth",
                                                            "secretref-managed"};
constexpr std::array<std::string_view, 6> kPlaceholderPrefixes = {
    "oauth:", "your-", "your_", "<", "__openclaw_redacted", "${"};

}  // namespace

bool is_credential_key(std::string_view parent, std::string_view key) {
  const std::string lower = to_lower_ascii(key);
  const std::string lower_parent = to_lower_ascii(parent);
  if (ends_with_any(lower, kHarmlessSuffixes)) return false;
  return matches_openclaw_patterns(lower) || is_any(lower, kOtherNames) ||
         lower_parent == "edgeauth" || std::ranges::any_of(kPlaces, [&](const Place& place) {
           return place.parent == lower_parent && place.key == lower;
         });
}

bool is_credential_variable(std::string_view name) {
  constexpr std::array<std::string_view, 4> kSuffixes = {"_key", "_pass", "_passwd", "_pat"};
  const std::string lower = to_lower_ascii(name);
  if (ends_with_any(lower, kHarmlessSuffixes)) return false;
  return is_credential_key("", name) || ends_with_any(lower, kSuffixes);
}

bool is_credential_file_key(std::string_view key) {
  constexpr std::string_view kFile = "File";
  if (!key.ends_with(kFile)) return false;
  key.remove_suffix(kFile.size());
  return key == "identity" || matches_openclaw_patterns(to_lower_ascii(key));
}

bool is_credential_value(std::string_view value) {
  constexpr std::size_t kMinBytes = 4;
  value = trim(value);
  if (value.size() < kMinBytes || is_path(value)) return false;
  const std::string lower = to_lower_ascii(value);
  if (is_any(lower, kPlaceholders)) return false;
  if (std::ranges::any_of(kPlaceholderPrefixes,
                          [&](std::string_view prefix) { return lower.starts_with(prefix); })) {
    return false;
  }
  return lower.find_first_not_of(lower.front()) != std::string::npos;
}

std::string_view referenced_variable(std::string_view value) {
  constexpr std::string_view kMarker = "secretref-env:";
  constexpr std::array<std::string_view, 3> kSuffixes = {"_API_KEY", "_TOKEN", "_ACCESS_KEY"};
  value = trim(value);
  if (value.starts_with(kMarker)) return value.substr(kMarker.size());
  if (value.starts_with('$') && is_variable_name(value.substr(1))) return value.substr(1);
  return is_variable_name(value) && ends_with_any(value, kSuffixes) ? value : std::string_view();
}

}  // namespace clawvigil
