#include "collectors/parse/secret_strength.h"

#include <gtest/gtest.h>

namespace clawvigil {
namespace {

TEST(SecretStrength, WeakSecrets) {
  for (const char* text : {"", "short", "twenty-three-characters", "changeme-changeme-changeme-1x",
                           "CHANGE_ME_please_now_1234567", "undefinedundefinedundefinedundefined",
                           "your-gateway-token-goes-here-123", "<your-token-1234567890abcdefgh>",
                           "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                           "abcdefghijklabcdefghijklabcdefghijkl", "0101010101010101010101010101",
                           "password-password-4711-xyz-abc", "   padded-to-be-long      "}) {
    const bool weak = is_weak_secret(Secret(text));
    EXPECT_TRUE(weak) << text;
  }
}

TEST(SecretStrength, GoodSecrets) {
  for (const char* text :
       {"labtoken-0123456789abcdef0123456789", "3f786850e387550fdab836ed7e6dc881",
        "correct horse battery staple", "k3Jd83hfk2Lq9Xz7Vb5Nm1Pw"}) {
    EXPECT_FALSE(is_weak_secret(Secret(text))) << text;
  }
}

TEST(SecretStrength, SameSecretIgnoresBlanksAndEmptiness) {
  EXPECT_TRUE(same_secret(Secret("a "), Secret(" a")));
  EXPECT_FALSE(same_secret(Secret("a"), Secret("b")));
  EXPECT_FALSE(same_secret(Secret(" "), Secret("")));
}

}  // namespace
}  // namespace clawvigil
