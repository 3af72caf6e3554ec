// Which keys of a configuration, and which environment variables, hold a credential, and which
// values are none. By name, because plugins bring keys of their own.
//
//   botToken, apiKey, webhookSecret, GITHUB_TOKEN  yes
//   maxTokens, apiKeyEnv, publicKey, tokenFile     no
//
// Judges: OpenClaw's src/config/sensitive-paths.ts (2026.3.13 … 2026.9.6), whose patterns these
// are, and every key its configuration schemas let be a SecretRef
// (tests/unit/data/credential_keys.txt).
#pragma once

#include <string_view>

namespace clawvigil {

// By the name of a key and that of the object it stands in ("" if it has none). OpenClaw's patterns
// and, beyond them, names that mean nothing else: authorization, cookie, passphrase, authTag, …
[[nodiscard]] bool is_credential_key(std::string_view parent, std::string_view key);

// The same for an environment variable: SMTP_PASS, SSH_KEY and GITHUB_PAT too.
[[nodiscard]] bool is_credential_variable(std::string_view name);

// A key that names a file which holds a credential: tokenFile, passwordFile, identityFile.
[[nodiscard]] bool is_credential_file_key(std::string_view key);

// False for what only stands where a credential could be: an empty or very short text, a path, a
// placeholder ("none", "changeme", "your-api-key", "xxxx…"), what OpenClaw writes for local models,
// OAuth and redacted values ("ollama-local", "oauth:…", "secretref-managed").
[[nodiscard]] bool is_credential_value(std::string_view value);

// The variable `value` stands for: "$NAME" and OpenClaw's older markers "NAME_API_KEY" and
// "secretref-env:NAME"; "" if it stands for itself.
[[nodiscard]] std::string_view referenced_variable(std::string_view value);

}  // namespace clawvigil
