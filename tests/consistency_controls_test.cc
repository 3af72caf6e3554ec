// Holds the table of controls, docs/controls.md, to what there is: for every control a metric that
// is declared, every alert that names the control, and a place on the page. README has the same
// table, without metrics and alerts.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "alerts/engine/controls.h"
#include "exporter/base/strings.h"
#include "tests/support/build_paths.h"
#include "tests/support/declared_families.h"
#include "tests/support/rule_files.h"
#include "tests/support/source_tree.h"
#include "tests/support/temp_dir.h"

namespace clawvigil {
namespace {

namespace fs = std::filesystem;
using Names = std::set<std::string, std::less<>>;

const fs::path kSource = CLAWVIGIL_SOURCE_DIR;

struct Row {
  std::string control;
  std::string promise;
  Names metrics;  // without "clawvigil_"
  Names alerts;
  std::vector<std::string> places;  // headings of the page
};

Names quoted(const std::string& cell) {
  static const std::regex word("`([^`]+)`");
  Names found;
  for (std::sregex_iterator match(cell.begin(), cell.end(), word), end; match != end; ++match) {
    found.insert((*match)[1]);
  }
  return found;
}

std::vector<std::string> separated(const std::string& cell) {
  static const std::regex item("[^,]+");
  std::vector<std::string> found;
  for (std::sregex_iterator match(cell.begin(), cell.end(), item), end; match != end; ++match) {
    const std::string text = match->str();
    const std::size_t first = text.find_first_not_of(' ');
    found.push_back(text.substr(first, text.find_last_not_of(' ') - first + 1));
  }
  return found;
}

// | X1 | what is promised | `metric` | `Alert`, `Alert` | Heading, Heading |
std::vector<Row> table() {
  static const std::regex row(
      R"(\n\| ([A-Z][0-9]) \|([^|\n]*)\|([^|\n]*)\|([^|\n]*)\|([^|\n]*)\|)");
  const std::string text = test::read_all(kSource / "docs" / "controls.md");
  std::vector<Row> rows;
  for (std::sregex_iterator match(text.begin(), text.end(), row), end; match != end; ++match) {
    const std::string promise = (*match)[2];
    rows.push_back({(*match)[1], std::string(trim(promise)), quoted((*match)[3]),
                    quoted((*match)[4]), separated((*match)[5])});
  }
  return rows;
}

TEST(Controls, EveryOneHasARow) {
  const fs::path path = kSource.parent_path() / "shared" / "CONTROLS.md";
  if (!fs::exists(path))
    GTEST_SKIP() << "SKIPPED: no list of controls beside this checkout: " << path;
  const std::string text = test::read_all(path);
  static const std::regex id(R"(\n\| ([A-Z][0-9]) )");
  Names promised;
  for (std::sregex_iterator match(text.begin(), text.end(), id), end; match != end; ++match) {
    promised.insert((*match)[1]);
  }
  Names kept;
  for (const Row& row : table()) {
    EXPECT_TRUE(kept.insert(row.control).second) << row.control << " has two rows";
  }
  EXPECT_EQ(kept, promised);
}

TEST(Controls, TheReadmeHasTheSameRows) {
  static const std::regex row(R"(\n\| ([A-Z][0-9]) \|([^|\n]*)\|([^|\n]*)\|(?=\n))");
  const std::string text = test::read_all(kSource / "README.md");
  const std::vector<Row> rows = table();
  auto expected = rows.begin();
  for (std::sregex_iterator match(text.begin(), text.end(), row), end; match != end; ++match) {
    ASSERT_TRUE(expected != rows.end()) << (*match)[1] << " is no control";
    EXPECT_EQ((*match)[1], expected->control);
    const std::string promise = (*match)[2];
    EXPECT_EQ(trim(promise), expected->promise) << expected->control;
    EXPECT_EQ(separated((*match)[3]), expected->places) << expected->control;
    ++expected;
  }
  EXPECT_TRUE(expected == rows.end()) << "README has fewer rows";
}

TEST(Controls, TheProgramPromisesTheSame) {
  std::vector<std::pair<std::string, std::string>> told;
  for (const alerts::Control& control : alerts::controls()) {
    told.emplace_back(control.id, control.promise);
  }
  std::vector<std::pair<std::string, std::string>> written;
  for (const Row& row : table()) written.emplace_back(row.control, row.promise);
  EXPECT_EQ(told, written);
  EXPECT_EQ(alerts::promise_of("X0"), "");
}

TEST(Controls, RowsNameDeclaredMetrics) {
  const auto families = test::declared_families();
  for (const Row& row : table()) {
    EXPECT_FALSE(row.metrics.empty()) << row.control;
    for (const std::string& metric : row.metrics) {
      EXPECT_TRUE(families.contains("clawvigil_" + metric)) << row.control << ": " << metric;
    }
  }
}

TEST(Controls, RowsNameExactlyTheAlertsOfTheControl) {
  std::map<std::string, Names> alerts;
  for (const test::RuleText& rule : test::bundled_rules()) {
    const auto control = rule.labels.find("control");
    if (control != rule.labels.end()) alerts[control->second].insert(rule.name);
  }
  for (const Row& row : table()) {
    EXPECT_FALSE(row.alerts.empty()) << row.control;
    EXPECT_EQ(row.alerts, alerts[row.control]) << row.control;
  }
}

TEST(Controls, RowsNameHeadingsOfThePage) {
  std::string pages;
  for (const test::SourceFile& source : test::sources_below("exporter/web")) {
    for (const std::string& line : source.lines) pages += line + "\n";
  }
  for (const Row& row : table()) {
    EXPECT_FALSE(row.places.empty()) << row.control;
    for (const std::string& place : row.places) {
      EXPECT_NE(pages.find(place), std::string::npos) << row.control << ": " << place;
    }
  }
}

}  // namespace
}  // namespace clawvigil
