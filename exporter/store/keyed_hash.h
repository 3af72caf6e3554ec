// HMAC-SHA-256 under a key that is made at first use and never leaves the state database. What is
// kept about senders, addresses and credentials is such a hash: whoever gets a list of likely
// values but not the key learns nothing, and hashes of two hosts, or of two purposes, never match.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "exporter/base/hmac.h"
#include "exporter/base/result.h"
#include "exporter/base/secret.h"
#include "exporter/store/store.h"

namespace clawvigil::store {

class KeyedHash {
 public:
  static constexpr std::size_t kBytes = 32;

  // The key of this state database; all callers get the same one. Errors of the database, io when
  // the system gives no random bytes. A database set aside takes its key along: every hash is new
  // then.
  [[nodiscard]] static Result<KeyedHash> open(Store& store);

  // `purpose` keeps hashes of different kinds apart ("sender", "address") and holds no NUL; `value`
  // is any bytes.
  [[nodiscard]] HmacDigest digest(std::string_view purpose, std::string_view value) const;
  // The first eight bytes, for sets that need no more.
  [[nodiscard]] std::uint64_t short_digest(std::string_view purpose, std::string_view value) const;
  // The first `bytes` bytes as lower-case hex; for stable ids that must not say what they stand
  // for.
  [[nodiscard]] std::string hex_digest(std::string_view purpose, std::string_view value,
                                       std::size_t bytes = kBytes) const;

 private:
  explicit KeyedHash(Secret key) : key_(std::move(key)) {}
  Secret key_;
};

}  // namespace clawvigil::store
