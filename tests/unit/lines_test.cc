#include "collectors/parse/lines.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace clawvigil {
namespace {

TEST(Lines, AreTakenOneByOne) {
  std::string_view text = "a\r\n\nb";
  std::vector<std::string> lines;
  while (!text.empty()) lines.emplace_back(parse::take_line(text));
  EXPECT_EQ(lines, (std::vector<std::string>{"a", "", "b"}));
  EXPECT_EQ(parse::take_line(text), "");
}

TEST(Lines, WhatFollowsAPrefix) {
  constexpr std::string_view kText = "Names: x\nName:\t y \nName: z";
  EXPECT_EQ(parse::line_after(kText, "Name:"), "y");
  EXPECT_EQ(parse::line_after("Name:", "Name:"), "");
  EXPECT_FALSE(parse::line_after(kText, "ame:"));
  EXPECT_FALSE(parse::line_after("", "Name:"));
}

}  // namespace
}  // namespace clawvigil
