// apt's configuration against the real `apt-config dump`, and the order of versions against the
// real `dpkg --compare-versions`. CLAWVIGIL_APT_CONFIGS=5000 in the environment tries more of them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <sstream>

#include "collectors/parse/debian_version.h"
#include "collectors/updates/apt_settings.h"
#include "tests/support/apt_host.h"
#include "tests/support/program.h"

namespace clawvigil {
namespace {

using Words = std::vector<std::string>;

unsigned wanted(unsigned quick) {
  const char* const more = std::getenv("CLAWVIGIL_APT_CONFIGS");
  return more == nullptr ? quick : static_cast<unsigned>(std::atoi(more));
}

// Settings below names apt has none of its own for: "T1", "T2".
class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  void fill(test::AptHost& host) {
    for (unsigned i = 1 + below(3); i > 0; --i) {
      const std::string name = any({"10a", "20auto-upgrades", "50x.conf", "99local", "55y.bak",
                                    "60z.dpkg-old", "70-a_b", "80:c", ".hidden", "90%d"});
      host.write("/etc/apt/apt.conf.d/" + name, file());
    }
    if (one_in(2)) host.write("/etc/apt/apt.conf", file());
  }

 private:
  unsigned below(unsigned bound) { return static_cast<unsigned>(random_() % bound); }
  bool one_in(unsigned count) { return below(count) == 0; }
  std::string any(const Words& words) { return words[below(static_cast<unsigned>(words.size()))]; }

  std::string file() {
    std::string text;
    for (unsigned i = 1 + below(6); i > 0; --i) text += statement(3, true);
    if (one_in(20))
      text += any({"T1::x", "};", "{ };", "T1 \"a\" \"b\" c;", "\"", "T1 { T2 \"1\";"});
    return text;
  }
  std::string top() { return any({"T1", "t1", "T2", "T1::Periodic", "T2::A::B", "T2::A::b::"}); }
  std::string tag() { return any({"Update-Package-Lists", "Enable", "A", "b", "A::C", "x::", ""}); }
  std::string value() {
    return any(
        {"1", "0", "always", "a b", "", "7d", "//no", "a;b", "#x", "/*no*/", "{x}", "%41%zz"});
  }
  std::string blank() { return any({"", " ", "\n", "  \t", " /* c */ ", " // c\n", " # c\n"}); }
  std::string quoted() {
    const std::string word = value();
    const bool plain = word.find_first_of(" ;#/{}%") == std::string::npos && !word.empty();
    return plain && one_in(4) ? word : "\"" + word + "\"";
  }
  std::string statement(unsigned depth, bool at_top) {
    const std::string name = at_top ? top() : tag();
    if (at_top && one_in(8)) return "#clear " + top() + ";" + blank();
    if (depth > 0 && !name.empty() && one_in(3)) {
      std::string text = name + blank() + "{" + blank();
      for (unsigned i = below(4); i > 0; --i) text += statement(depth - 1, false);
      return text + any({"};", "}", "} ;"}) + blank();
    }
    if (!at_top && one_in(3)) return "\"" + value() + "\";" + blank();
    if (name.empty()) return blank();
    return name + any({" ", "  ", "\t", "\n"}) + quoted() + blank() + ";" + blank();
  }

  std::mt19937 random_;
};

std::string only_ours(const std::string& dump) {
  std::istringstream lines(dump);
  std::string kept;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("T") || line.starts_with("t")) kept += line + "\n";
  }
  return kept;
}

TEST(UpdatesAptConfig, AgreesWithAptConfigDump) {
  if (!test::has_program("apt-config")) GTEST_SKIP() << "SKIPPED: apt is not installed";
  std::size_t settings = 0;
  for (unsigned seed = 0; seed < wanted(150); ++seed) {
    test::AptHost host;
    Generator(seed).fill(host);
    const auto config = updates::read_apt_config(host.host().root());
    const std::string theirs = host.config_dump();
    EXPECT_EQ(config.has_value(), !theirs.empty()) << "seed " << seed;
    if (config && !theirs.empty()) {
      EXPECT_EQ(only_ours(config->dump()), only_ours(theirs)) << "seed " << seed;
    }
    settings += static_cast<std::size_t>(std::ranges::count(only_ours(theirs), '\n'));
    if (HasFailure()) break;
  }
  EXPECT_GT(settings, wanted(150));
}

TEST(UpdatesAptConfig, OrdersVersionsAsDpkgDoes) {
  if (!test::has_program("dpkg")) GTEST_SKIP() << "SKIPPED: dpkg is not installed";
  std::mt19937 random(7);
  const auto below = [&](unsigned bound) { return static_cast<unsigned>(random() % bound); };
  const auto version = [&] {
    std::string text = below(4) == 0 ? std::to_string(below(3)) + ":" : "";
    text += std::to_string(below(3));
    const std::string alphabet = "0019..+~~azAZ-";
    for (unsigned i = below(8); i > 0; --i) text += alphabet[below(14)];
    return text.ends_with('-') ? text + "1" : text;
  };
  // One shell asks for many pairs: a process for each comparison is slow enough.
  std::string script;
  Words expected;
  for (unsigned i = 0; i < wanted(400); ++i) {
    const std::string a = version();
    const std::string b = below(5) == 0 ? a + "~" : version();
    const int order = parse::compare_debian_versions(a, b);
    const std::string word = order < 0 ? "lt" : (order > 0 ? "gt" : "eq");
    script += "dpkg --compare-versions '" + a + "' " + word + " '" + b + "' || echo '" + a + " " +
              word + " " + b + "'\n";
  }
  const test::TempDir directory;
  directory.write("script", script);
  test::start_program({"/bin/sh", directory / "script"}, directory / "log")->wait();
  EXPECT_EQ(test::read_all(directory / "log"), "");
}

}  // namespace
}  // namespace clawvigil
