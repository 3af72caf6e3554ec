#include "exporter/web/auth.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <chrono>

#include "exporter/base/strings.h"
#include "tests/support/manual_clock.h"

namespace clawvigil::web {
namespace {

using test::ManualClock;

// htpasswd -nbBC 4 alice secret; htpasswd -nbBC 5 bob 'pass:word'
constexpr std::string_view kUsers = R"(basic_auth_users:
  alice: $2y$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW
  bob: $2y$05$ABCDEFGHIJKLMNOPQRSTUOpG3daKXRtAeMBUMCmve328gjOaC8jwi
)";

std::string basic(std::string_view credential) {
  std::string encoded(credential.size() * 2 + 4, '\0');
  const int length = ::EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()),
                                       reinterpret_cast<const unsigned char*>(credential.data()),
                                       static_cast<int>(credential.size()));
  encoded.resize(static_cast<std::size_t>(length));
  return "Basic " + encoded;
}

class Auth : public ::testing::Test {
 protected:
  void SetUp() override {
    auto parsed = BasicAuth::parse(kUsers, clock_);
    ASSERT_TRUE(parsed) << parsed.error().message;
    auth_ = std::move(*parsed);
  }
  ManualClock clock_;
  std::unique_ptr<BasicAuth> auth_;
};

TEST_F(Auth, KnowsItsUsers) {
  EXPECT_EQ(auth_->check(basic("alice:secret")), AuthVerdict::accepted);
  EXPECT_EQ(auth_->check(basic("bob:pass:word")), AuthVerdict::accepted);
  EXPECT_EQ(auth_->check("bAsIc " + basic("alice:secret").substr(6)), AuthVerdict::accepted);
}

TEST_F(Auth, RefusesEveryoneElse) {
  for (const char* wrong : {"alice:Secret", "alice:", "alice:secret ", "bob:secret",
                            "mallory:secret", ":secret", ":"}) {
    EXPECT_EQ(auth_->check(basic(wrong)), AuthVerdict::refused) << wrong;
    clock_.advance(BasicAuth::kRefill);
  }
  for (const char* malformed : {"", "Basic", "Basic ", "Basic !!!!", "Basic YWxpY2U=", "Bearer x",
                                "Basic YWxpY2U6c2VjcmV0AA==", "YWxpY2U6c2VjcmV0"}) {
    EXPECT_EQ(auth_->check(malformed), AuthVerdict::refused) << malformed;
  }
  EXPECT_EQ(auth_->check("Basic " + std::string(100'000, 'A')), AuthVerdict::refused);
}

TEST_F(Auth, AFloodOfGuessesIsPutOffAndLocksNobodyOut) {
  EXPECT_EQ(auth_->check(basic("alice:secret")), AuthVerdict::accepted);
  int verified = 0;
  for (int i = 0; i < 100; ++i) {
    const AuthVerdict verdict = auth_->check(basic("alice:guess" + std::to_string(i)));
    EXPECT_NE(verdict, AuthVerdict::accepted);
    if (verdict == AuthVerdict::refused) ++verified;
  }
  EXPECT_EQ(verified, BasicAuth::kBurst - 1);
  EXPECT_EQ(auth_->check(basic("alice:secret")), AuthVerdict::accepted);
  EXPECT_EQ(auth_->check(basic("bob:pass:word")), AuthVerdict::busy);
  clock_.advance(BasicAuth::kRefill);
  EXPECT_EQ(auth_->check(basic("bob:pass:word")), AuthVerdict::accepted);
}

TEST_F(Auth, UnknownUsersCostAsMuchAsWrongPasswords) {
  const auto cost = [&](const char* credential) {
    Duration best = Duration::max();
    for (int i = 0; i < 3; ++i) {
      clock_.advance(BasicAuth::kRefill);
      const auto begin = std::chrono::steady_clock::now();
      EXPECT_EQ(auth_->check(basic(credential)), AuthVerdict::refused);
      best = std::min<Duration>(best, std::chrono::steady_clock::now() - begin);
    }
    return best;
  };
  const Duration known = cost("bob:wrong");
  const Duration unknown = cost("nobody:wrong");
  EXPECT_LT(unknown, known * 3);
  EXPECT_LT(known, unknown * 3);
}

TEST(AuthFile, ErrorsNamePlaceAndNeverAHash) {
  const ManualClock clock;
  const auto error = [&](std::string_view yaml) {
    const auto result = BasicAuth::parse(yaml, clock);
    EXPECT_FALSE(result) << yaml;
    return result ? std::string() : result.error().message;
  };
  EXPECT_EQ(error("basic_auth_users:\n  alice: hunter2\n").find("hunter2"), std::string::npos);
  EXPECT_TRUE(error("basic_auth_users:\n  alice: hunter2\n").starts_with("line 2, column 10: "));
  EXPECT_NE(error("tls_server_config: {}\n").find("reverse proxy"), std::string::npos);
  EXPECT_NE(error("basic_auth_user: {}\n").find("unknown key"), std::string::npos);
  EXPECT_NE(error("basic_auth_users: {}\n").find("empty"), std::string::npos);
  EXPECT_NE(error("basic_auth_users: [a]\n").find("must map"), std::string::npos);
  EXPECT_NE(error("{}\n").find("missing"), std::string::npos);
  EXPECT_FALSE(error("").empty());
  EXPECT_TRUE(is_valid_utf8(error("basic_auth_users: *none\xFF\x80\n")));
  EXPECT_TRUE(error("a: b: c\n").starts_with("line 1, column "));
  EXPECT_NE(error("basic_auth_users:\n  a: $2y$31$EYxs8IOG46m9CtpB/XlPxO1ei7E4BjAen0SUv6di7mD4keR/"
                  "8JO6m\n")
                .find("cost"),
            std::string::npos);
}

}  // namespace
}  // namespace clawvigil::web
