// Basic authentication from the file of --web.config.file, in the format of Prometheus'
// exporter-toolkit:
//
//   basic_auth_users:
//     prometheus: $2y$10$EYxs8IOG46m9CtpB/XlPxO1ei7E4BjAen0SUv6di7mD4keR/8JO6m
//
// bcrypt is slow on purpose, so it must not become a lever against the watcher: a credential that
// was verified once is recognised by a keyed hash afterwards, one verification runs at a time with
// a few waiting, and a budget bounds how many run per second. When it is spent, unknown credentials
// are put off while the known ones keep working.
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "exporter/base/clock.h"
#include "exporter/base/hmac.h"
#include "exporter/base/mutex.h"
#include "exporter/base/result.h"
#include "exporter/base/secret.h"

struct crypt_data;  // NOLINT(readability-identifier-naming): libcrypt's

namespace clawvigil::web {

enum class AuthVerdict { accepted, refused, busy };

class BasicAuth {
 public:
  static constexpr int kBurst = 10;                         // verifications at once ...
  static constexpr std::chrono::milliseconds kRefill{500};  // ... and one more each half second
  static constexpr int kMaxPending = 4;  // running and waiting; each occupies a thread
  static constexpr std::size_t kMaxUsers = 64;
  static constexpr int kMinCost = 4;
  static constexpr int kMaxCost = 14;  // about a second; more would block every scrape

  // `yaml` is the content of the file. Errors name line and column and never show a hash. TLS
  // settings are refused: this server has none.
  [[nodiscard]] static Result<std::unique_ptr<BasicAuth>> parse(std::string_view yaml,
                                                                const Clock& clock);
  // Reads and parses the file; at most 64 KiB.
  [[nodiscard]] static Result<std::unique_ptr<BasicAuth>> load(const std::string& path,
                                                               const Clock& clock);
  ~BasicAuth();
  BasicAuth(const BasicAuth&) = delete;
  BasicAuth& operator=(const BasicAuth&) = delete;

  // `authorization` is the header's value ("Basic dXNlcjpwYXNz"), empty when there was none. An
  // unknown user costs the same work as a wrong password. Any thread; may take as long as one
  // bcrypt.
  [[nodiscard]] AuthVerdict check(std::string_view authorization);

 private:
  BasicAuth(std::map<std::string, std::string, std::less<>> hashes, const Clock& clock);
  [[nodiscard]] HmacDigest keyed(std::string_view credential) const;  // HMAC
  [[nodiscard]] bool known(const HmacDigest& digest);
  [[nodiscard]] bool admit();
  void leave();
  [[nodiscard]] bool verify(std::string_view user, const Secret& password);

  const std::map<std::string, std::string, std::less<>> hashes_;  // user to bcrypt hash
  const Clock& clock_;
  std::string dummy_hash_;  // of the highest cost among hashes_; matches nothing
  HmacDigest key_{};        // random, for this process
  Mutex turn_;              // held during a verification
  std::unique_ptr<crypt_data> scratch_ GUARDED_BY(turn_);
  Mutex mutex_;
  std::map<std::string, HmacDigest, std::less<>> known_
      GUARDED_BY(mutex_);  // last good one of a user
  int pending_ GUARDED_BY(mutex_) = 0;
  int budget_ GUARDED_BY(mutex_) = kBurst;
  SteadyTime refilled_ GUARDED_BY(mutex_);
};

}  // namespace clawvigil::web
