// Finds credentials in text: formats that a provider documents (a prefix, a length, sometimes a
// checksum), private keys, tokens that decode, passwords inside of URLs, and assignments whose name
// says "secret" and whose value looks random.
//
//   ANTHROPIC_API_KEY=sk-ant-api03-…      anthropic
//   the bot is 8123456789:AAH4…           telegram
//   postgres://app:V9s…@db/app            url_password
//   client_secret: "9fQ2…"                assignment
//
// Precision first: placeholders, documented samples, references (${VAR}, secrets.NAME), UUIDs, hex
// digests, integrity hashes and encoded data are no secrets. What is found is never handed out,
// only where it is.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

namespace clawvigil {

// A closed list: its names are values of the label `rule`.
enum class SecretRule : std::uint8_t {
  anthropic,
  openai,
  openrouter,
  groq,
  xai,
  perplexity,
  google_api_key,
  google_oauth,
  hugging_face,
  github,
  gitlab,
  npm,
  slack,
  telegram,
  discord,
  notion,
  stripe,
  aws,
  tailscale,
  private_key,
  jwt,
  url_password,
  assignment,
};

inline constexpr std::size_t kSecretRules = 23;

[[nodiscard]] std::string_view to_string(SecretRule rule);

// Findings by rule, indexed by SecretRule.
using SecretCounts = std::array<std::uint32_t, kSecretRules>;

struct SecretMatch {
  SecretRule rule;
  std::size_t offset;  // of the secret in the text
  std::size_t length;  // bytes; of a private key only its first line
  std::size_t line;    // of its first byte, the first line is 1
};

class SecretMatcher {
 public:
  static constexpr std::size_t kMaxMatches = 10'000;    // of one text; the rest is not looked for
  static constexpr std::size_t kMaxSecretBytes = 4096;  // a longer run of characters is data

  using Sink = std::function<void(const SecretMatch& match)>;

  // Calls `sink` for each secret in `text`, in order, without overlap. Any bytes; linear in their
  // number but for a bounded look around each candidate; no memory of its own. Any thread. A
  // secret cut by the end of the text may be missed: hand in whole files or overlap the pieces.
  void scan(std::string_view text, const Sink& sink) const;
};

// What is not worth reading, by its name: images, archives, databases, lock files, source maps,
// minified code. `path` may have directories.
[[nodiscard]] bool may_hold_secrets(std::string_view path);

// True if the first 8 KiB of `content` hold a NUL.
[[nodiscard]] bool is_binary(std::string_view content);

}  // namespace clawvigil
