#include "exporter/base/digits.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace clawvigil {
namespace {

TEST(Digits, TakeAllOfTheTextOrNothing) {
  EXPECT_EQ(parse_integer<int>("-42"), -42);
  EXPECT_EQ(parse_integer<std::uint8_t>("255"), 255);
  for (const char* text : {"", " 1", "1 ", "+1", "-1", "256", "1a", "0x1"}) {
    EXPECT_FALSE(parse_integer<std::uint8_t>(text)) << text;
  }
}

TEST(Digits, OfAnotherBase) {
  EXPECT_EQ(parse_integer<std::uint8_t>("fF", 16), 255);
  EXPECT_EQ(parse_integer<std::uint64_t>("fe80000000000000", 16), 0xfe80000000000000U);
  for (const char* text : {"", "100", "g", "-1", "0x1", " f"}) {
    EXPECT_FALSE(parse_integer<std::uint8_t>(text, 16)) << text;
  }
}

TEST(Digits, LowerHex) {
  for (const char c : {'0', '9', 'a', 'f'}) EXPECT_TRUE(is_lower_hex(c)) << c;
  for (const char c : {'A', 'g', '/', ':', '\0', '\xff'}) EXPECT_FALSE(is_lower_hex(c)) << c;
}

}  // namespace
}  // namespace clawvigil
