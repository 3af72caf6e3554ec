#include "exporter/store/keyed_hash.h"

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace clawvigil {

namespace {

using store::KeyedHash;
using store::Store;

std::string hex(const HmacDigest& digest) {
  std::string text;
  for (const unsigned char byte : digest) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 15U];
  }
  return text;
}

TEST(Hmac, AnswersRfc4231) {
  EXPECT_EQ(hex(hmac_sha256(std::string(20, '\x0b'), {"Hi There"})),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(hex(hmac_sha256("Jefe", {"what do ya want ", "for nothing?"})),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(hex(hmac_sha256(std::string(131, '\xaa'),
                            {"Test Using Larger Than Block-Size Key - Hash Key First"})),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(KeyedHash, KeepsItsKeyAcrossConnectionsAndRestarts) {
  const test::TempDir directory;
  const auto open = [&] { return Store::open(directory.path(), SystemTime{}); };
  Store one = open();
  Store other = open();
  const auto first = *KeyedHash::open(one);
  const auto second = *KeyedHash::open(other);
  EXPECT_EQ(first.digest("sender", "4711"), second.digest("sender", "4711"));
  Store later = open();
  EXPECT_EQ(first.digest("sender", "4711"), KeyedHash::open(later)->digest("sender", "4711"));
}

TEST(KeyedHash, DiffersByHostPurposeAndValue) {
  Store one = Store::in_memory();
  Store two = Store::in_memory();
  const auto here = *KeyedHash::open(one);
  const auto there = *KeyedHash::open(two);
  EXPECT_NE(here.digest("sender", "4711"), there.digest("sender", "4711"));
  EXPECT_NE(here.digest("sender", "4711"), here.digest("address", "4711"));
  EXPECT_NE(here.digest("sender", "4711"), here.digest("sender", "4712"));
  EXPECT_NE(here.digest("sender", "x"), here.digest("senderx", ""));
}

TEST(KeyedHash, ShortFormsAreItsFirstBytes) {
  Store store = Store::in_memory();
  const auto hash = *KeyedHash::open(store);
  const std::string all = hex(hash.digest("id", "value"));
  EXPECT_EQ(hash.hex_digest("id", "value"), all);
  EXPECT_EQ(hash.hex_digest("id", "value", 4), all.substr(0, 8));
  EXPECT_EQ(hash.short_digest("id", "value"), hash.short_digest("id", "value"));
  EXPECT_NE(hash.short_digest("id", "value"), hash.short_digest("id", "other"));
}

TEST(KeyedHash, RefusesAKeyOfAWrongLength) {
  Store store = Store::in_memory();
  ASSERT_TRUE(
      store.execute("CREATE TABLE keyed_hash_key(id INTEGER PRIMARY KEY CHECK (id = 1), "
                    "key BLOB NOT NULL) STRICT"));
  ASSERT_TRUE(store.execute("INSERT INTO keyed_hash_key VALUES (1, x'00')"));
  const auto hash = KeyedHash::open(store);
  ASSERT_FALSE(hash);
  EXPECT_EQ(hash.error().code, Errc::parse);
}

}  // namespace

}  // namespace clawvigil
