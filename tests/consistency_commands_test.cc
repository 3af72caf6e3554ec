// Holds the commands that rules, their translations and documents name to what their reader may
// run.
#include <gtest/gtest.h>

#include <filesystem>
#include <regex>
#include <string>

#include "tests/support/build_paths.h"
#include "tests/support/rule_files.h"
#include "tests/support/source_tree.h"
#include "tests/support/temp_dir.h"

namespace clawvigil {
namespace {

std::string text_of(const test::Texts& texts, std::string_view key) {
  const auto found = texts.find(key);
  return found == texts.end() ? "" : found->second;
}

// The state of clawvigil and the units are root's: without sudo such a command ends with a refusal.
// In quotes stands what others run, or a comment.
void expect_sudo(const std::string& text, const std::string& where) {
  static const std::regex command(
      R"re((sudo (?:build/release/)?|['"])?\b(clawvigil )re"
      R"re((accept|silence|check|notify|backup-tested|config check)|)re"
      R"re(systemctl (reload|restart|start|stop|enable|disable|edit|mask))\b)re");
  for (std::sregex_iterator found(text.begin(), text.end(), command), end; found != end; ++found) {
    EXPECT_TRUE((*found)[1].matched) << where << ": " << found->str() << " without sudo";
  }
}

TEST(Documents, NameCommandsAnOwnerMayRun) {
  for (const test::RuleText& rule : test::bundled_rules()) {
    expect_sudo(text_of(rule.annotations, "action"), rule.name);
  }
  for (const std::string& area : test::rule_areas()) {
    const yaml::Node french = test::alerts_file("translations/" + area + ".fr.yml");
    for (const yaml::Node& alert : test::value_of(french, "alerts")->children) {
      expect_sudo(text_of(test::texts_of(&alert), "action"), area + ".fr.yml");
    }
  }
  for (const std::string& file : test::owners_documents()) {
    expect_sudo(test::read_all(std::filesystem::path(CLAWVIGIL_SOURCE_DIR) / file), file);
  }
}

}  // namespace
}  // namespace clawvigil
