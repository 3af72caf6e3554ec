#include "collectors/parse/sudoers.h"

#include <gtest/gtest.h>

#include "collectors/parse/sudo_rights.h"

namespace clawvigil::parse::sudoers {

namespace {

const Subject kClaw{.name = "claw",
                    .uid = 1000,
                    .groups = {"claw", "ops"},
                    .gids = {1000, 1001},
                    .host = "box.example.org"};

// "all", "some", "all free", "some free", "all + some free", "" …
std::string rights(std::string_view text) {
  const File file = parse_file(text);
  for (const Error& problem : file.problems) ADD_FAILURE() << text << ": " << problem.message;
  const SudoRights found = rights_of(kClaw, file.entries);
  std::string out;
  if (found.all) out += found.all_without_password ? "all free" : "all";
  if (found.all && found.some) out += " + ";
  if (found.some) out += found.some_without_password ? "some free" : "some";
  return out;
}

struct Case {
  std::string_view text;
  std::string_view rights;
};

TEST(Sudoers, WhoMayDoWhat) {
  for (const Case& test : std::initializer_list<Case>{
           {"", ""},
           {"claw ALL=(ALL:ALL) ALL\n", "all"},
           {"%ops\tALL=(ALL) NOPASSWD:ALL", "all free"},
           {"#1000 ALL=ALL", "all"},
           {"%#1001 ALL = ALL", "all"},
           {"alice ALL=ALL", ""},
           {"#claw ALL=ALL", ""},  // a comment
           {"claw box=ALL", "all"},
           {"claw BOX.example.org = ALL", "all"},
           {"claw b*=ALL", "all"},
           {"claw other=ALL", ""},
           {"claw other=ALL : box = /bin/ls", "some"},
           {"claw ALL=(www-data) ALL", ""},
           {"claw ALL=(:docker) ALL", ""},
           {"claw ALL=(ALL, !root) ALL", ""},
           {"claw ALL=() ALL", ""},
           {"ALL ALL=NOPASSWD: /usr/bin/apt update, PASSWD: /usr/bin/dpkg", "some free"},
           {"claw ALL=ALL, !/bin/su", "all"},
           {"claw ALL=ALL\nclaw ALL=!ALL", ""},
           {"claw ALL=ALL, NOPASSWD: /bin/ls", "all + some free"},
           {"ALL, !claw ALL=ALL", ""},
           {"Defaults !authenticate\nclaw ALL=ALL", "all free"},
           {"Defaults:claw !authenticate\nclaw ALL=PASSWD: ALL", "all"},
           {"Defaults env_reset, secure_path=\"/a:/b\", !lecture\nclaw ALL=ALL", "all"},
           {"Defaults runas_default=nobody\nclaw ALL=ALL", ""},
           {"User_Alias A = bob, !claw : B = %ops\nB, A ALL=ALL", ""},
           {"User_Alias A = bob, !claw : B = %ops\nA, B ALL=ALL", "all"},
           {"Cmnd_Alias SAFE = !ALL, /bin/ls\nclaw ALL=ALL, SAFE", "some"},
           {"Runas_Alias ADM = root, bin\nclaw ALL=(ADM) /bin/ls", "some"},
           {"Host_Alias HERE = ALL, !box\nclaw HERE=ALL", ""},
           {"claw ALL=(root) \\\n  NOPASSWD: SETENV: /bin/a b\\,c, \\\n ALL # all", "all free"},
           {"claw ALL=sha256:YWJj= /bin/ls", "some"},
           {"claw ALL=CWD=/tmp NOTAFTER=20300101000000Z /bin/ls", "some"},
           {"claw ALL=/bin/ls ^a,b:c$, list", "some"},
           {"claw ALL=list", ""},
           {"claw ALL=sudoedit /etc/hosts", "some"},
           {"\"claw\" ALL=ALL", "all"},
           {"User_Alias A = B : B = A\nA ALL=ALL", ""},
       }) {
    EXPECT_EQ(rights(test.text), test.rights) << test.text;
  }
}

TEST(Sudoers, Includes) {
  const File file = parse_file(
      "#include /etc/a\n@include b\\ c\n@includedir /etc/sudoers.d # local\n#includes are fine\n");
  EXPECT_TRUE(file.problems.empty());
  ASSERT_EQ(file.entries.size(), 3U);
  EXPECT_EQ(std::get<Include>(file.entries[1]).path, "b c");
  EXPECT_TRUE(std::get<Include>(file.entries[2]).directory);
  EXPECT_TRUE(is_drop_in("10-claw"));
  for (const char* name : {"", "claw.bak", "claw~", ".hidden"}) EXPECT_FALSE(is_drop_in(name));
}

TEST(Sudoers, ABrokenLineIsLeftOutAndTold) {
  const File file = parse_file("claw ALL=ALL\nclaw ALL ALL\nclaw = ALL\nclaw ALL=NOPASSWD:\n");
  EXPECT_EQ(file.problems.size(), 3U);
  EXPECT_EQ(file.problems.front().message, "line 2: not understood");
  EXPECT_TRUE(rights_of(kClaw, file.entries).all);
}

TEST(Sudoers, AliasesThatMultiplyEnd) {
  std::string text;
  for (char c = 'A'; c < 'Z'; ++c) {
    const std::string next(1, static_cast<char>(c + 1));
    for (const char* kind : {"Cmnd_Alias ", "User_Alias "}) {
      text += kind + std::string(1, c) + " = " + next + "," + next + "," + next + "," + next + "\n";
    }
  }
  const File file = parse_file(text + "A ALL=ALL\nclaw ALL=A\n");
  EXPECT_FALSE(rights_of(kClaw, file.entries).all);
}

}  // namespace

}  // namespace clawvigil::parse::sudoers
