// What the owner reads about the agents' repositories: settings, page, digest.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "alerts/notify/document.h"
#include "collectors/workspace.h"
#include "collectors/workspace_families.h"
#include "exporter/cli/status_document.h"
#include "exporter/cli/workspace_day.h"
#include "exporter/config/loader.h"
#include "exporter/web/page.h"

namespace clawvigil {
namespace {

using namespace workspace_families;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr SystemTime kNow{std::chrono::sys_days{std::chrono::year{2026} / 11 / 22}};

class WorkspaceShown : public testing::Test {
 protected:
  void publish(Batch batch) {
    hub_.publish_success(kWorkspaceInfo, std::make_shared<const Batch>(std::move(batch)),
                         {kNow, SteadyTime{}}, std::chrono::milliseconds(1));
  }
  [[nodiscard]] std::string page() {
    const auto snapshot = hub_.snapshot({kNow, SteadyTime{}});
    web::Html html;
    web::page::workspace(html, web::View(*snapshot, "claw"), 0);
    return html.take();
  }

  Hub hub_{{&kWorkspaceInfo}};
};

TEST_F(WorkspaceShown, RepositoriesAreOnThePage) {
  Batch batch;
  batch.set(kPresent, 1, "claw", "workspace");
  batch.set(kPresent, 0, "claw", "workspace-notes");
  batch.set(kPresent, 1, "claw", "config");
  batch.set(kPresent, 1, "other", "elsewhere");
  batch.set(kCommits, 12, "claw", "workspace", "agent");
  batch.set(kCommits, 0, "claw", "workspace", "unknown");
  batch.set(kChanges, 2, "claw", "workspace", "ssh", "agent");
  batch.set(kUncommitted, 3, "claw", "workspace", "modified");
  batch.set(kUncommitted, 40, "claw", "workspace", "untracked");
  batch.set(kRemotes, 1, "claw", "workspace", "github");
  batch.set(kRemotes, 0, "claw", "workspace", "other");
  batch.unknown({Errc::timeout, "repository config: took too long"}, {kUncommitted.name()});
  publish(std::move(batch));
  const std::string shown = page();
  EXPECT_THAT(shown, HasSubstr("agent 12"));
  EXPECT_THAT(shown, HasSubstr("ssh 2"));
  EXPECT_THAT(shown, HasSubstr("<td class=\"n\">3</td><td class=\"n\">40</td><td>github 1</td>"));
  EXPECT_THAT(shown, HasSubstr("not under git"));
  EXPECT_THAT(shown, HasSubstr("took too long"));
  EXPECT_THAT(shown, Not(HasSubstr("elsewhere")));
}

TEST_F(WorkspaceShown, NothingIsSaidWhereThereIsNothing) {
  EXPECT_THAT(page(), HasSubstr("has not ended its first run"));
  publish(Batch());
  EXPECT_EQ(page(), "");
}

TEST_F(WorkspaceShown, TheDigestAddsUpTheRepositoriesOfTheHost) {
  Batch batch;
  batch.set(kDayCommits, 3, "claw", "workspace", "agent");
  batch.set(kDayCommits, 2, "other", "workspace", "agent");
  batch.set(kDayCommits, 0, "claw", "workspace", "unknown");
  batch.set(kDayChanges, 1, "claw", "workspace", "env");
  batch.finding(kDayChanges, "3f2a91c07d4e .env (agent)", 0, "claw", "workspace", "env");
  publish(std::move(batch));
  const auto snapshot = hub_.snapshot({kNow, SteadyTime{}});
  const notify::WorkspaceDay day = cli::workspace_day(*snapshot);
  EXPECT_THAT(day.commits, ElementsAre(std::pair("agent", 5)));
  EXPECT_THAT(notify::workspace_lines(day, "en"),
              ElementsAre("In the agents' repositories, last 24 hours:", "Commits: 5 by the agent",
                          "Files that matter: 1 environment file"));
  EXPECT_THAT(
      notify::workspace_lines(day, "fr"),
      ElementsAre("Dans les dépôts des agents, dernières 24 heures :", "Commits : 5 de l'agent",
                  "Fichiers importants : 1 fichier d'environnement"));
  EXPECT_THAT(notify::workspace_lines({}, "en"), IsEmpty());
  EXPECT_THAT(notify::workspace_lines({{{"a later class", 3}}, {}}, "en"), IsEmpty());
  const nlohmann::json document = cli::status_document({}, *snapshot);
  EXPECT_EQ(document["workspace"]["commits"]["agent"], 5);
  EXPECT_EQ(document["findings"][0]["file"], "3f2a91c07d4e .env (agent)");
}

TEST(WorkspaceDay, SurvivesTheOutbox) {
  notify::Notification digest;
  digest.kind = notify::Notification::Kind::digest;
  digest.facts.workspace = {{{"owner", 2}}, {{"ssh", 1}}};
  const auto read = notify::notification_from_json(to_json(digest));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->facts.workspace.commits.at("owner"), 2);
  EXPECT_EQ(read->facts.workspace.changes.at("ssh"), 1);
  // One an older version wrote.
  nlohmann::json old = nlohmann::json::parse(to_json(digest));
  old.erase("commits");
  old.erase("changes");
  EXPECT_TRUE(notify::notification_from_json(old.dump())->facts.workspace.empty());
}

TEST(WorkspaceConfig, IsRead) {
  const auto config = config::load(R"(
owner:
  time-zone: Europe/Paris
  emails: [me@example.org]
workspace:
  agent-emails: [claw@example.org, bot@example.org]
  day-begins: "06:30"
  day-ends: "01:00"
)",
                                   {});
  ASSERT_TRUE(config);
  EXPECT_EQ(config->owner.time_zone, "Europe/Paris");
  EXPECT_THAT(config->owner.emails, ElementsAre("me@example.org"));
  EXPECT_THAT(config->workspace.agent_emails, ElementsAre("claw@example.org", "bot@example.org"));
  EXPECT_EQ(config->workspace.day_begins, std::chrono::minutes(390));
  EXPECT_EQ(config->workspace.day_ends, std::chrono::hours(1));
  for (const char* const wrong :
       {"owner: {time-zone: ../etc/passwd x}", "owner: {emails: [nobody]}",
        "workspace: {day-begins: \"25:00\"}", "workspace: {agent-email: [a@b.c]}"}) {
    EXPECT_FALSE(config::load(wrong, {})) << wrong;
  }
}

}  // namespace
}  // namespace clawvigil
