#include "exporter/base/result.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <memory>
#include <set>

namespace clawvigil {
namespace {

TEST(Result, EveryCodeHasItsOwnWord) {
  std::set<std::string_view> words;
  for (const Errc code : kAllErrc) words.insert(to_string(code));
  EXPECT_EQ(words.size(), std::size(kAllErrc));
}

TEST(Result, ErrnoIsClassified) {
  EXPECT_EQ(error_from_errno(ENOENT, "x").code, Errc::not_found);
  EXPECT_EQ(error_from_errno(EACCES, "x").code, Errc::denied);
  EXPECT_EQ(error_from_errno(ELOOP, "x").code, Errc::unsafe);
  EXPECT_EQ(error_from_errno(ETIMEDOUT, "x").code, Errc::timeout);
  EXPECT_EQ(error_from_errno(EAGAIN, "x").code, Errc::busy);
  EXPECT_EQ(error_from_errno(ENAMETOOLONG, "x").code, Errc::too_large);
  EXPECT_EQ(error_from_errno(ENOSYS, "x").code, Errc::unsupported);
  EXPECT_EQ(error_from_errno(EIO, "x").code, Errc::io);
  EXPECT_EQ(error_from_errno(ENOENT, "/a").message, "/a: No such file or directory");
}

Result<std::unique_ptr<int>> half(int value) {
  if (value % 2 != 0) return fail(Errc::parse, "odd");
  return std::make_unique<int>(value / 2);
}

Result<int> quarter(int value) {
  TRY_ASSIGN(const auto once, half(value));
  TRY_ASSIGN(const auto twice, half(*once));
  return *twice;
}

Result<> divisible(int value) {
  TRY(quarter(value));
  return {};
}

TEST(Result, MacrosPassErrorsOnAndMoveValues) {
  EXPECT_EQ(quarter(8).value_or(0), 2);
  EXPECT_EQ(quarter(6).error().message, "odd");
  EXPECT_TRUE(divisible(4));
  EXPECT_FALSE(divisible(2));
}

TEST(Result, PrefixKeepsTheCode) {
  const Result<> result = prefixed(Error{Errc::busy, "locked"}, "state.db");
  EXPECT_EQ(result.error().code, Errc::busy);
  EXPECT_EQ(result.error().message, "state.db: locked");
}

}  // namespace
}  // namespace clawvigil
