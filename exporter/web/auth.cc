#include "exporter/web/auth.h"

#include <crypt.h>
#include <gpg-error.h>
#include <unistd.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>

#include "exporter/base/strings.h"
#include "exporter/host/file.h"

namespace clawvigil::web {

namespace {

constexpr std::size_t kMaxFileBytes = std::size_t{64} * 1024;
constexpr std::size_t kMaxHeaderBytes = 1024;
constexpr std::size_t kMaxShown = 64;

using Hashes = std::map<std::string, std::string, std::less<>>;

std::unexpected<Error> error_at(const YAML::Mark& mark, std::string_view what) {
  return fail(Errc::parse, "line " + std::to_string(mark.line + 1) + ", column " +
                               std::to_string(mark.column + 1) + ": " + std::string(what));
}

// "$2y$10$" and 53 characters of salt and hash. Returns the cost.
std::optional<int> bcrypt_cost(std::string_view hash) {
  constexpr std::size_t kBytes = 60;
  constexpr std::size_t kPrefixBytes = 7;
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  const bool shape =
      hash.size() == kBytes &&
      (hash.starts_with("$2a$") || hash.starts_with("$2b$") || hash.starts_with("$2y$")) &&
      digit(hash[4]) && digit(hash[5]) && hash[6] == '$';
  if (!shape) return std::nullopt;
  const bool alphabet = std::ranges::all_of(hash.substr(kPrefixBytes), [&](char c) {
    return digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '/';
  });
  if (!alphabet) return std::nullopt;
  return (hash[4] - '0') * 10 + (hash[5] - '0');
}

Result<Hashes> parse_users(const YAML::Node& users) {
  Hashes hashes;
  if (!users.IsMap()) return error_at(users.Mark(), "basic_auth_users must map names to hashes");
  if (users.size() > BasicAuth::kMaxUsers) {
    return error_at(users.Mark(), "more than " + std::to_string(BasicAuth::kMaxUsers) + " users");
  }
  for (const auto& entry : users) {
    if (!entry.first.IsScalar() || !entry.second.IsScalar()) {
      return error_at(entry.first.Mark(), "expected a user name and a bcrypt hash");
    }
    const std::string& user = entry.first.Scalar();
    const std::optional<int> cost = bcrypt_cost(entry.second.Scalar());
    if (user.empty() || user.find(':') != std::string::npos) {
      return error_at(entry.first.Mark(), "a user name is empty or contains a colon");
    }
    if (!cost) {
      return error_at(entry.second.Mark(),
                      "the password of " + sanitize(user, kMaxShown) +
                          " is not a bcrypt hash; make one with: htpasswd -nBC 10 \"\"");
    }
    if (*cost < BasicAuth::kMinCost || *cost > BasicAuth::kMaxCost) {
      return error_at(entry.second.Mark(), "the bcrypt cost must be between " +
                                               std::to_string(BasicAuth::kMinCost) + " and " +
                                               std::to_string(BasicAuth::kMaxCost));
    }
    if (!hashes.emplace(user, entry.second.Scalar()).second) {
      return error_at(entry.first.Mark(), "user " + sanitize(user, kMaxShown) + " appears twice");
    }
  }
  if (hashes.empty()) return error_at(users.Mark(), "basic_auth_users is empty");
  return hashes;
}

Result<Hashes> parse_file(const YAML::Node& root) {
  if (!root.IsMap()) return error_at(root.Mark(), "expected basic_auth_users");
  Result<Hashes> hashes = fail(Errc::parse, "basic_auth_users is missing");
  for (const auto& entry : root) {
    const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : std::string();
    if (key == "basic_auth_users") {
      hashes = parse_users(entry.second);
      if (!hashes) return hashes;
    } else if (key == "tls_server_config") {
      return error_at(entry.first.Mark(),
                      "TLS is not available here: put a reverse proxy or tailscale serve in front");
    } else {
      return error_at(entry.first.Mark(), "unknown key " + sanitize(key, kMaxShown) +
                                              "; only basic_auth_users is supported");
    }
  }
  return hashes;
}

// "Basic " and base64 to "user:password"; empty when malformed or too long.
Secret decode(std::string_view authorization) {
  constexpr std::string_view kScheme = "basic ";
  if (authorization.size() > kMaxHeaderBytes ||
      to_lower_ascii(authorization.substr(0, kScheme.size())) != kScheme) {
    return {};
  }
  std::string text(trim(authorization.substr(kScheme.size())));
  auto* const decoder = ::gpgrt_b64dec_start(nullptr);
  if (decoder == nullptr) return {};
  std::size_t length = 0;
  const gpg_error_t status = ::gpgrt_b64dec_proc(decoder, text.data(), text.size(), &length);
  const gpg_error_t end = ::gpgrt_b64dec_finish(decoder);
  text.resize(length);  // decoded in place
  Secret credential(std::move(text));
  const bool malformed = (status != 0 && ::gpg_err_code(status) != GPG_ERR_EOF) || end != 0;
  if (malformed || credential.reveal().find('\0') != std::string_view::npos) return {};
  return credential;
}

template <std::size_t Size>
std::string_view as_text(const std::array<unsigned char, Size>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), Size};
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) difference |= static_cast<unsigned>(a[i] ^ b[i]);
  return difference == 0;
}

}  // namespace

Result<std::unique_ptr<BasicAuth>> BasicAuth::parse(std::string_view yaml, const Clock& clock) {
  try {
    TRY_ASSIGN(Hashes hashes, parse_file(YAML::Load(std::string(yaml))));
    std::unique_ptr<BasicAuth> auth(new BasicAuth(std::move(hashes), clock));
    if (::getentropy(auth->key_.data(), auth->key_.size()) != 0) {
      return std::unexpected(error_from_errno(errno, "getentropy"));
    }
    return auth;
  } catch (const YAML::Exception& error) {
    return error_at(error.mark, sanitize(error.msg));
  }
}

Result<std::unique_ptr<BasicAuth>> BasicAuth::load(const std::string& path, const Clock& clock) {
  TRY_ASSIGN(const host::Root root, host::Root::open("/"));
  const std::string absolute = std::filesystem::absolute(path).string();
  Result<std::string> text = root.read_system_file(absolute, kMaxFileBytes);
  if (!text) return prefixed(std::move(text).error(), path);
  Result<std::unique_ptr<BasicAuth>> auth = parse(*text, clock);
  if (!auth) return prefixed(std::move(auth).error(), path);
  return auth;
}

BasicAuth::BasicAuth(Hashes hashes, const Clock& clock)
    : hashes_(std::move(hashes)),
      clock_(clock),
      scratch_(std::make_unique<crypt_data>()),
      refilled_(clock.now().steady) {
  const auto costliest = std::ranges::max_element(
      hashes_, {}, [](const auto& entry) { return bcrypt_cost(entry.second).value_or(0); });
  constexpr std::size_t kPrefixAndSalt = 29;
  constexpr std::size_t kHashBytes = 31;
  dummy_hash_ = costliest->second.substr(0, kPrefixAndSalt) + std::string(kHashBytes, '.');
}

BasicAuth::~BasicAuth() { ::explicit_bzero(key_.data(), key_.size()); }

AuthVerdict BasicAuth::check(std::string_view authorization) {
  const Secret credential = decode(authorization);
  const std::size_t colon = credential.reveal().find(':');
  if (colon == std::string_view::npos) return AuthVerdict::refused;
  const std::string user(credential.reveal().substr(0, colon));
  const HmacDigest digest = keyed(credential.reveal());
  if (known(digest)) return AuthVerdict::accepted;
  if (!admit()) return AuthVerdict::busy;
  const Secret password(std::string(credential.reveal().substr(colon + 1)));
  const bool good = verify(user, password);
  leave();
  if (!good) return AuthVerdict::refused;
  const MutexLock lock(mutex_);
  known_[user] = digest;
  return AuthVerdict::accepted;
}

HmacDigest BasicAuth::keyed(std::string_view credential) const {
  return hmac_sha256(as_text(key_), {credential});
}

bool BasicAuth::known(const HmacDigest& digest) {
  const MutexLock lock(mutex_);
  return std::ranges::any_of(known_, [&](const auto& entry) {
    return equal_in_constant_time(as_text(entry.second), as_text(digest));
  });
}

bool BasicAuth::admit() {
  const SteadyTime now = clock_.now().steady;
  const MutexLock lock(mutex_);
  const auto earned = (now - refilled_) / kRefill;
  if (earned > 0) {
    budget_ = static_cast<int>(std::min<decltype(earned)>(kBurst, budget_ + earned));
    refilled_ = now;
  }
  if (pending_ >= kMaxPending || budget_ == 0) return false;
  ++pending_;
  --budget_;
  return true;
}

void BasicAuth::leave() {
  const MutexLock lock(mutex_);
  --pending_;
}

bool BasicAuth::verify(std::string_view user, const Secret& password) {
  const auto entry = hashes_.find(user);
  const std::string& expected = entry == hashes_.end() ? dummy_hash_ : entry->second;
  const MutexLock turn(turn_);
  // A Secret is a whole string, so its view ends in a NUL; a copy would not be wiped.
  const char* const phrase =
      password.reveal().data();  // NOLINT(bugprone-suspicious-stringview-data-usage)
  const char* const actual = ::crypt_r(phrase, expected.c_str(), scratch_.get());
  const bool equal = actual != nullptr && equal_in_constant_time(actual, expected);
  ::explicit_bzero(scratch_.get(), sizeof(crypt_data));
  return equal && entry != hashes_.end();
}

}  // namespace clawvigil::web
