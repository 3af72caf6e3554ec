#include "exporter/store/keyed_hash.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <span>

#include "exporter/base/hex.h"

namespace clawvigil::store {

namespace {

constexpr std::string_view kSchema =
    "CREATE TABLE IF NOT EXISTS keyed_hash_key("
    "id INTEGER PRIMARY KEY CHECK (id = 1), key BLOB NOT NULL) STRICT";

Result<> make_key(Store& store) {
  std::array<char, KeyedHash::kBytes> bytes{};
  if (::getentropy(bytes.data(), bytes.size()) != 0) {
    return std::unexpected(error_from_errno(errno, "getentropy"));
  }
  const Secret key(std::string(bytes.data(), bytes.size()));
  ::explicit_bzero(bytes.data(), bytes.size());
  // Another thread may have made one meanwhile: the first one stays.
  TRY_ASSIGN(auto insert, store.prepare("INSERT OR IGNORE INTO keyed_hash_key VALUES (1, ?1)"));
  return insert.bind_blob(1, key.reveal()).run();
}

}  // namespace

Result<KeyedHash> KeyedHash::open(Store& store) {
  TRY(store.ensure_schema(kSchema));
  for (const bool may_make : {true, false}) {
    TRY_ASSIGN(auto select, store.prepare("SELECT key FROM keyed_hash_key WHERE length(key) = ?1"));
    TRY_ASSIGN(const bool found, select.bind(1, std::int64_t{kBytes}).step());
    if (found) return KeyedHash(Secret(std::string(select.blob(0))));
    select.reset();
    if (may_make) TRY(make_key(store));
  }
  return fail(Errc::parse, "the key of the state database has a wrong length");
}

HmacDigest KeyedHash::digest(std::string_view purpose, std::string_view value) const {
  return hmac_sha256(key_.reveal(), {purpose, std::string_view("\0", 1), value});
}

std::uint64_t KeyedHash::short_digest(std::string_view purpose, std::string_view value) const {
  const HmacDigest bytes = digest(purpose, value);
  std::uint64_t result = 0;
  std::memcpy(&result, bytes.data(), sizeof result);
  return result;
}

std::string KeyedHash::hex_digest(std::string_view purpose, std::string_view value,
                                  std::size_t bytes) const {
  const HmacDigest whole = digest(purpose, value);
  return to_hex(std::span(whole).first(std::min(bytes, whole.size())));
}

}  // namespace clawvigil::store
