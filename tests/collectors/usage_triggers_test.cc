// Why the model was called, over transcripts of the real 2026.3.13 (jsonl, jsonl_main) and 2026.9.6
// (sqlite) in which a person wrote by CLI, HTTP, web and Telegram, cron jobs, heartbeats, hooks and
// subagents ran (tests/collectors/usage/triggers). Every call used 34 tokens of output, and the
// model's provider was asked 17, 12 and 47 times.
#include <map>

#include "collectors/usage/history.h"
#include "collectors/usage/standing.h"
#include "tests/collectors/usage_fixture.h"

namespace clawvigil::test {
namespace {

using Calls = std::map<std::string, int>;  // "trigger/channel"

class UsageTriggers : public Usage {
 protected:
  Calls calls() {
    constexpr double kOutput = 34;
    const Batch batch = run();
    const Family* const family = batch.find("clawvigil_trigger_tokens_total");
    Calls found;
    if (family == nullptr) return found;
    for (const auto& [labels, value] : family->samples) {  // home, agent, trigger, channel, type
      if (labels.back() != "output" || value == 0) continue;
      found[labels[2] + "/" + labels[3]] += static_cast<int>(value / kOutput);
    }
    return found;
  }
};

const Calls kOldCalls{{"user/webchat", 5}, {"user/telegram", 2}, {"cron/none", 4},
                      {"hook/none", 1},    {"subagent/none", 2}, {"heartbeat/none", 3}};

TEST_F(UsageTriggers, OfFilesNamedBySessionsJson) {
  lay_out("triggers/jsonl");
  EXPECT_EQ(calls(), kOldCalls);
  // Page, CLI and API are the gateway's own door: how often it is used has a past of its own.
  harness_.with_context([](const Context& context) {
    std::int64_t gateway = 0;
    std::int64_t requests = 0;
    ASSERT_TRUE(usage::each_slot(context.store, 0, [&](const usage::PaceOfUsage& row) {
      gateway += row.pace.gateway;
      requests += row.pace.requests;
    }));
    EXPECT_EQ(requests, 17);
    EXPECT_EQ(gateway, 5);
  });
}

TEST_F(UsageTriggers, OfFilesNobodyNames) {
  lay_out("triggers/jsonl");
  std::filesystem::remove(sessions_ / "sessions.json");
  Calls expected = kOldCalls;
  expected.erase("user/telegram");
  expected["user/other"] = 2;
  EXPECT_EQ(calls(), expected);
}

TEST_F(UsageTriggers, OfAMainSessionMessageByMessage) {
  lay_out("triggers/jsonl_main");
  EXPECT_EQ(
      calls(),
      (Calls{{"user/webchat", 5}, {"cron/none", 1}, {"heartbeat/none", 4}, {"subagent/none", 1}}));
}

TEST_F(UsageTriggers, OfADatabase) {
  lay_out("triggers/sqlite");
  EXPECT_EQ(calls(), (Calls{{"user/webchat", 23},
                            {"user/telegram", 4},
                            {"cron/none", 5},
                            {"cron/telegram", 1},
                            {"hook/none", 4},
                            {"subagent/none", 4},
                            {"heartbeat/none", 6}}));
}

TEST_F(UsageTriggers, OfADatabaseWithoutWindows) {
  lay_out("triggers/sqlite");
  execute(database(), "DROP TABLE session_windows");
  const Calls found = calls();
  EXPECT_EQ(found.at("heartbeat/none"), 6);
  EXPECT_EQ(found.at("hook/none"), 4);
  EXPECT_EQ(found.at("subagent/none"), 4);
  EXPECT_EQ(found.at("user/telegram"), 4);
}

// A turn that is cut by the end of what was there, by a restart, and at every line.
TEST_F(UsageTriggers, ReadingGoesOnInTheMidstOfATurn) {
  lay_out("triggers/jsonl_main");
  const Calls whole = calls();
  restart();
  std::filesystem::path file;
  for (const auto& entry : std::filesystem::directory_iterator(sessions_)) {
    if (entry.path().extension() == ".jsonl") file = entry.path();
  }
  const std::string content = read_all(file);
  std::filesystem::remove_all(harness_.home_path());
  harness_.directory().write("other/openclaw.json", "{}");
  harness_.add_home("other");
  const std::string path = "other/agents/main/sessions/" + file.filename().string();
  Calls pieces;
  for (std::size_t at = 0; at < content.size();) {
    const std::size_t end = content.find('\n', at) + 1;
    harness_.directory().append(path, content.substr(at, end - at));
    pieces = calls();
    if (end % 2 == 0) restart();
    at = end;
  }
  EXPECT_EQ(pieces, whole);
}

TEST_F(UsageTriggers, ImportedFilesAreNamedByTheirName) {
  harness_.directory().write(
      "claw/agents/main/session-sqlite-import-archive/"
      "agent_main_cron_32cf_run_5e1b.33e19ddf-3771-4a60-bebc-65e82cfaa22a.jsonl.imported-1795305",
      R"({"type":"message","id":"u","message":{"role":"user","content":"words"}})"
      "\n"
      R"({"type":"message","id":"a","message":{"role":"assistant","provider":"p","model":"m",)"
      R"("usage":{"input":1,"output":34}}})"
      "\n");
  EXPECT_EQ(calls(), (Calls{{"cron/none", 1}}));
}

TEST_F(UsageTriggers, WithoutAPromptNobodyKnows) {
  harness_.directory().write("claw/agents/main/sessions/s.jsonl",
                             R"({"type":"message","id":"a","message":{"role":"assistant",)"
                             R"("provider":"p","model":"m","usage":{"output":34}}})"
                             "\n");
  EXPECT_EQ(calls(), (Calls{{"unknown/other", 1}}));
}

// Whatever lies in the place of sessions.json is told of; what was used is counted all the same.
TEST_F(UsageTriggers, ASessionsFileThatCannotBeReadIsTold) {
  lay_out("triggers/jsonl");
  const auto sessions_json = sessions_ / "sessions.json";
  const std::string deep(100'000, '[');
  int round = 0;
  for (const std::string& content : {std::string("[]"), std::string(), deep, std::string("link")}) {
    SCOPED_TRACE(content.substr(0, 10));
    std::filesystem::remove(sessions_json);
    if (content == "link") {
      std::filesystem::create_symlink("/etc/passwd", sessions_json);
    } else {
      harness_.directory().write("claw/agents/main/sessions/sessions.json", content);
    }
    harness_.directory().write("claw/agents/main/sessions/new.jsonl",
                               one_more(std::to_string(++round)));
    const Batch batch = run();
    ASSERT_EQ(batch.unknowns().size(), 1U);
    EXPECT_NE(batch.unknowns().front().detail.find("sessions.json"), std::string::npos);
    const double requests =
        value(batch, "clawvigil_model_requests_total", {"claw", "fakeai", "fake-large", "main"});
    EXPECT_EQ(requests, 17 + round);
  }
}

// A transcript it does not name is asked about again whenever it grows.
TEST_F(UsageTriggers, ASessionsFileIsReadAgainWhenItHasChanged) {
  const auto grow = [&](const std::string& id) {
    harness_.directory().append("claw/agents/main/sessions/s.jsonl", one_more(id));
    return run();
  };
  const auto write = [&](const std::string& text) {
    harness_.directory().write("claw/agents/main/sessions/sessions.json", text);
  };
  const auto calls_of_cron = [](const Batch& batch) {
    return value(batch, "clawvigil_trigger_tokens_total",
                 {"claw", "main", "cron", "none", "output"});
  };
  write("broken");
  EXPECT_EQ(grow("1").unknowns().size(), 1U);
  EXPECT_EQ(grow("2").unknowns().size(), 0U);
  write("broken, too");
  EXPECT_EQ(grow("3").unknowns().size(), 1U);
  write(R"({"agent:main:cron:nightly":{"sessionId":"s"}})");
  EXPECT_EQ(calls_of_cron(grow("4")), 10);
  // Once named it is not asked about any more.
  write("broken again");
  const Batch batch = grow("5");
  EXPECT_EQ(batch.unknowns().size(), 0U);
  EXPECT_EQ(calls_of_cron(batch), 20);
}

TEST(UsageStanding, SurvivesBeingWritten) {
  usage::Standing standing;
  standing.set_session({parse::Trigger::unknown, "webchat", "telegram", true});
  parse::PromptRecord prompt;
  prompt.origin = parse::Trigger::heartbeat;
  standing.take(prompt);
  EXPECT_EQ(standing.to_text(), "unknown webchat telegram named heartbeat none");
  EXPECT_EQ(usage::Standing::from_text(standing.to_text()).to_text(), standing.to_text());
  EXPECT_EQ(usage::Standing::from_text("").to_text(), "unknown - - - unknown -");
  EXPECT_EQ(usage::Standing::from_text("a b c d e f").to_text(),
            "unknown other other - unknown other");
}

}  // namespace
}  // namespace clawvigil::test
