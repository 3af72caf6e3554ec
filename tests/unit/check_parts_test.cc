// What the texts of `clawvigil check` are made of: actions, lines, sections of the runbook.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "alerts/engine/action.h"
#include "exporter/cli/runbook.h"
#include "exporter/cli/wrap.h"

namespace clawvigil::cli {
namespace {

using alerts::ActionPart;
using testing::ElementsAre;
using Values = std::vector<std::string>;

TEST(Action, IsWordsAndCommands) {
  EXPECT_THAT(alerts::action_parts("As a: `b c`. Then `d`", Values{}),
              ElementsAre(ActionPart{false, "As a: "}, ActionPart{true, "b c"},
                          ActionPart{false, ". Then "}, ActionPart{true, "d"}));
  EXPECT_THAT(alerts::action_parts("systemctl restart x", Values{"x"}),
              ElementsAre(ActionPart{true, "systemctl restart x"}));
  EXPECT_THAT(alerts::action_parts("Nothing to do.", Values{}),
              ElementsAre(ActionPart{false, "Nothing to do."}));
  for (const char* const value : {"a b", "$(id)", "-rf", "a`b", "c\\", "'"}) {
    const std::string text = "Look: `rm " + std::string(value) + "`";
    EXPECT_THAT(alerts::action_parts(text, Values{value}), ElementsAre(ActionPart{false, text}));
  }
  EXPECT_THAT(alerts::action_parts("odd `", Values{}), ElementsAre(ActionPart{false, "odd `"}));
  EXPECT_TRUE(alerts::action_parts("", Values{}).empty());
}

TEST(Wrap, KnowsHowWideCharactersAre) {
  EXPECT_THAT(wrap("one two  three", 7), ElementsAre("one two", "three"));
  EXPECT_THAT(wrap("", 7), ElementsAre(""));
  EXPECT_THAT(wrap("/a/long/path x", 4), ElementsAre("/a/long/path", "x"));
  // Two columns each, and no spaces.
  EXPECT_THAT(wrap("日本語の文", 6), ElementsAre("日本語", "の文"));
  // Combining marks take none.
  EXPECT_THAT(wrap("e\u0301e\u0301e\u0301 x", 5), ElementsAre("e\u0301e\u0301e\u0301 x"));
}

TEST(Runbook, IsShownForATerminal) {
  constexpr std::string_view kRunbook = R"(# area

## First

**Means.** Nothing answers at [the port](#second), **ever**:
`a b` says so. More.

**Check.** Look:

| what | how |
|---|---|
| port | `ss -tlnp` |

- one item that is
  long

```yaml
a:
  b: 1
```

## Second

**Means.** Other.
)";
  const std::string_view section = runbook_section(kRunbook, "First");
  EXPECT_EQ(runbook_meaning(section), "Nothing answers at the port, ever: `a b` says so. More.");
  EXPECT_EQ(runbook_text(section, {.margin = 2, .columns = 60}), R"(  Means
    Nothing answers at the port, ever: `a b` says so. More.

  Check
    Look:
    - port:
        ss -tlnp
    - one item that is long
      a:
        b: 1
)");
  EXPECT_EQ(runbook_section(kRunbook, "Second"), "**Means.** Other.");
  EXPECT_EQ(runbook_section(kRunbook, "Fir"), "");
}

}  // namespace
}  // namespace clawvigil::cli
