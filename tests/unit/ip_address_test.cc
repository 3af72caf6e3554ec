#include "exporter/base/ip_address.h"

#include <gtest/gtest.h>

#include <string>

namespace clawvigil {
namespace {

using namespace std::string_view_literals;

TEST(IsIpAddress, KnowsBothFamiliesAndNothingElse) {
  for (const std::string_view address :
       {"192.0.2.1"sv, "0.0.0.0"sv, "::"sv, "2001:db8::1"sv, "::ffff:192.0.2.1"sv,
        "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255"sv}) {
    EXPECT_TRUE(is_ip_address(address)) << address;
  }
  for (const std::string_view other :
       {""sv, "example.org"sv, "1"sv, "1.2.3"sv, "192.0.2.256"sv, "1.2.3.4.5"sv, "192.0.2.1 "sv,
        "192.0.2.1\0"sv, "[::1]"sv, "fe80::1%lo"sv, "192.0.2.1:80"sv, "a:b"sv}) {
    EXPECT_FALSE(is_ip_address(other)) << other;
  }
  EXPECT_FALSE(is_ip_address(std::string(100, '1')));
}

}  // namespace
}  // namespace clawvigil
