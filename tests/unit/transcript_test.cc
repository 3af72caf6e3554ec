#include "collectors/parse/transcript.h"

#include <gtest/gtest.h>

#include "collectors/parse/transcript_stream.h"

namespace clawvigil::parse {
namespace {

// Keeps the bytes alive and padded, as the contract of parse() asks.
struct Padded {
  explicit Padded(std::string entry) : text(std::move(entry)), size(text.size()) {
    text.append(TranscriptParser::kPadding, ' ');
  }
  [[nodiscard]] std::string_view view() const { return std::string_view(text).substr(0, size); }
  std::string text;
  std::size_t size;
};

Result<TranscriptEntry> parse(TranscriptParser& parser, const std::string& entry) {
  const Padded padded(entry);
  return parser.parse(padded.view());
}

// As written by 2026.3.13 and, byte for byte, by 2026.9.6.
constexpr char kAssistant[] =
    R"({"type":"message","id":"1cbead17","parentId":"39d43b05","timestamp":"2026-11-21T23:03:34.923Z","message":{"role":"assistant","content":[{"type":"text","text":"fake reply 14"}],"api":"openai-completions","provider":"fakeai","model":"fake-large","usage":{"input":500,"output":41,"cacheRead":1000,"cacheWrite":7,"totalTokens":1541,"cost":{"input":0.0015,"output":0.000615,"cacheRead":0.0003,"cacheWrite":0,"total":0.002415}},"stopReason":"stop","timestamp":1795302214819}})";

UsageRecord usage_of(TranscriptParser& parser, const std::string& entry) {
  const auto parsed = parse(parser, entry);
  if (!parsed || !std::holds_alternative<UsageRecord>(*parsed)) {
    ADD_FAILURE() << "no usage in " << entry;
    return {};
  }
  return std::get<UsageRecord>(*parsed);
}

std::string with_usage(const std::string& usage) {
  return R"({"type":"message","id":"a","timestamp":"2026-11-21T23:03:34.923Z","message":{"role":"assistant","provider":"p","model":"m","usage":)" +
         usage + "}}";
}

TEST(Transcript, ReadsARealAssistantMessage) {
  TranscriptParser parser;
  const Padded entry(kAssistant);
  const auto parsed = parser.parse(entry.view());
  ASSERT_TRUE(parsed && std::holds_alternative<UsageRecord>(*parsed));
  const auto& record = std::get<UsageRecord>(*parsed);
  EXPECT_EQ(record.provider, "fakeai");
  EXPECT_EQ(record.model, "fake-large");
  EXPECT_EQ(record.tokens.input, 500);
  EXPECT_EQ(record.tokens.output, 41);
  EXPECT_EQ(record.tokens.cache_read, 1000);
  EXPECT_EQ(record.tokens.cache_write, 7);
  EXPECT_DOUBLE_EQ(record.cost_usd.value_or(-1), 0.002415);
  EXPECT_EQ(record.time_ms, 1795302214819);
  EXPECT_FALSE(record.failed);
}

TEST(Transcript, IdentityIsIdAndTimeWhateverElseChanges) {
  TranscriptParser parser;
  std::string rewritten = kAssistant;  // compaction cuts the link to the parent
  rewritten.replace(rewritten.find("\"39d43b05\""), 10, "null");
  std::string later = kAssistant;
  later.replace(later.find("23:03:34"), 8, "23:03:35");
  const auto key = usage_of(parser, kAssistant).key;
  EXPECT_EQ(key, usage_of(parser, rewritten).key);
  EXPECT_NE(key, usage_of(parser, later).key);
}

TEST(Transcript, UsageMayHaveTheNamesOfOtherInterfaces) {
  TranscriptParser parser;
  const auto check = [&](const std::string& usage, std::int64_t input, std::int64_t output,
                         std::int64_t read, std::int64_t write) {
    const auto record = usage_of(parser, with_usage(usage));
    EXPECT_EQ(record.tokens.input, input) << usage;
    EXPECT_EQ(record.tokens.output, output) << usage;
    EXPECT_EQ(record.tokens.cache_read, read) << usage;
    EXPECT_EQ(record.tokens.cache_write, write) << usage;
  };
  check(
      R"({"input_tokens":1,"output_tokens":2,"cache_read_input_tokens":3,"cache_creation_input_tokens":4})",
      1, 2, 3, 4);
  check(R"({"promptTokens":5,"completionTokens":6,"prompt_tokens_details":{"cached_tokens":7}})", 5,
        6, 7, 0);
  check(R"({"input":-5,"output":1.0})", 0, 1, 0, 0);
  check(R"({"input":"12","output":null,"cost":3})", 0, 0, 0, 0);
}

TEST(Transcript, CostIsRecordedOnlyAsATotal) {
  TranscriptParser parser;
  EXPECT_FALSE(usage_of(parser, with_usage(R"({"input":1,"cost":0.5})")).cost_usd);
  EXPECT_FALSE(usage_of(parser, with_usage(R"({"input":1,"cost":{"total":-1}})")).cost_usd);
  EXPECT_FALSE(usage_of(parser, with_usage(R"({"input":1,"cost":{"input":1}})")).cost_usd);
  EXPECT_EQ(usage_of(parser, with_usage(R"({"input":1,"cost":{"total":0}})")).cost_usd, 0.0);
}

TEST(Transcript, FailedCallsCountTheirTokens) {
  TranscriptParser parser;
  const auto record = usage_of(
      parser,
      R"({"type":"message","id":"a","message":{"role":"assistant","usage":{"input":3},"stopReason":"error"}})");
  EXPECT_TRUE(record.failed);
  EXPECT_EQ(record.tokens.input, 3);
}

TEST(Transcript, OtherEntriesCarryNoUsage) {
  TranscriptParser parser;
  for (
      const char* entry :
      {R"({"type":"message","id":"a","message":{"role":"user","content":"x","usage":{"input":1}}})",
       R"({"type":"model_change","id":"7a57a3c1","provider":"fakeai","modelId":"fake-large"})",
       R"({"type":"message","id":"a","message":{"role":"assistant","provider":"openclaw","model":"delivery-mirror","usage":{"input":0}}})",
       R"({"type":"message","id":"a","message":"text"})", R"({})"}) {
    const auto parsed = parse(parser, entry);
    ASSERT_TRUE(parsed) << entry;
    EXPECT_FALSE(std::holds_alternative<UsageRecord>(*parsed)) << entry;
  }
}

TEST(Transcript, HeaderNamesTheSessionItWasForkedFrom) {
  TranscriptParser parser;
  const auto parsed = parse(
      parser,
      R"({"type":"session","version":3,"id":"fd229308-cdf6-418c-8e3c-de7683e705f7","timestamp":"2026-11-22T00:02:27.058Z","parentSession":"/home/claw/.openclaw/agents/main/sessions/33e19ddf-3771-4a60-bebc-65e82cfaa22a.jsonl"})");
  ASSERT_TRUE(parsed && std::holds_alternative<SessionHeader>(*parsed));
  EXPECT_EQ(std::get<SessionHeader>(*parsed).id, "fd229308-cdf6-418c-8e3c-de7683e705f7");
  EXPECT_EQ(std::get<SessionHeader>(*parsed).parent, "33e19ddf-3771-4a60-bebc-65e82cfaa22a");
}

TEST(Transcript, MalformedEntriesAreErrors) {
  TranscriptParser parser;
  std::string torn = kAssistant;
  torn.resize(torn.size() - 20);
  for (const std::string& entry :
       {torn, std::string("null"), std::string("[]"), std::string("{}{}"), std::string(""),
        with_usage(R"({"input":1e300})"), std::string("{\"type\":\"message\",")}) {
    EXPECT_FALSE(parse(parser, entry)) << entry;
  }
}

TEST(Transcript, BytesThatAreNotUtf8LoseNoTokens) {
  TranscriptParser parser;
  std::string entry = kAssistant;
  entry.replace(entry.find("fake reply"), 4, "\xFF\xFE\xC0\x80");
  EXPECT_EQ(usage_of(parser, entry).tokens.input, 500);
}

// Rows of 2026.3.13 and 2026.9.6.
TEST(Transcript, PromptsSayWhoBeganTheTurn) {
  TranscriptParser parser;
  const auto prompt_of = [&](const std::string& message) {
    const auto parsed = parse(
        parser, R"({"type":"message","id":"u","timestamp":"2026-11-22T15:31:08.304Z","message":)" +
                    message + "}");
    const bool is_prompt = parsed && std::holds_alternative<PromptRecord>(*parsed);
    EXPECT_TRUE(is_prompt) << message;
    return is_prompt ? std::get<PromptRecord>(*parsed) : PromptRecord();
  };
  const PromptRecord heartbeat = prompt_of(
      R"({"role":"user","content":"[OpenClaw heartbeat poll]","timestamp":1795360713666,"provenance":{"kind":"internal_system","sourceTool":"heartbeat"},"idempotencyKey":"a5:user","__openclaw":{"senderIsOwner":false}})");
  EXPECT_EQ(heartbeat.origin, Trigger::heartbeat);
  EXPECT_EQ(heartbeat.time_ms, 1795360713666);
  const PromptRecord direct = prompt_of(
      R"({"role":"user","content":"hello dm","__openclaw":{"senderIsOwner":false,"senderId":"777","senderIdentity":{"id":"777"},"transport":{"channel":"telegram","messageId":"1000"}}})");
  EXPECT_EQ(direct.origin, Trigger::user);
  EXPECT_EQ(direct.channel, "telegram");
  EXPECT_FALSE(direct.plain);
  const PromptRecord by_cli =
      prompt_of(R"({"role":"user","content":"from the cli","__openclaw":{"senderIsOwner":true}})");
  EXPECT_EQ(by_cli.channel, "webchat");
  const PromptRecord task = prompt_of(
      R"({"role":"user","content":"[Subagent Context] You are","__openclaw":{"senderIsOwner":false}})");
  EXPECT_EQ(task.origin, Trigger::subagent);
  const PromptRecord old = prompt_of(
      R"({"role":"user","content":[{"type":"text","text":"[Sun 2026-11-22 15:21 UTC] from the cli"}]})");
  EXPECT_TRUE(old.plain);
  EXPECT_EQ(old.text, by_cli.text);
  const std::string picture(100'000, 'A');
  const PromptRecord long_one = prompt_of(
      R"({"role":"user","content":[{"type":"text","text":"from the cli"},{"type":"image","data":")" +
      picture + R"("}],"provenance":{"kind":"internal_system","sourceTool":"cron"}})");
  EXPECT_EQ(long_one.origin, Trigger::cron);
  EXPECT_EQ(long_one.text, by_cli.text);
}

TEST(Transcript, ResultsInAUsersMessageAreNoPrompt) {
  TranscriptParser parser;
  const auto parsed = parse(
      parser,
      R"({"type":"message","id":"u","message":{"role":"user","content":[{"type":"toolResult"}]}})");
  EXPECT_TRUE(parsed && std::holds_alternative<std::monostate>(*parsed));
}

TEST(Transcript, CallsAreTheSameWhateverTheirIds) {
  TranscriptParser parser;
  const auto calls_of = [&](const std::string& content) {
    return usage_of(parser,
                    R"({"type":"message","id":"a","message":{"role":"assistant","content":[)" +
                        content + R"(],"usage":{"input":1}}})")
        .calls;
  };
  const auto call = [](const std::string& id, const std::string& command) {
    return R"({"type":"toolCall","id":")" + id + R"(","name":"exec","arguments":{"command":")" +
           command + R"("}})";
  };
  EXPECT_EQ(calls_of(R"({"type":"text","text":"x"})"), 0U);
  EXPECT_NE(calls_of(call("1", "ls")), 0U);
  EXPECT_EQ(calls_of(call("1", "ls")),
            calls_of(R"({"type":"text","text":"x"},)" + call("2", "ls")));
  EXPECT_NE(calls_of(call("1", "ls")), calls_of(call("1", "pwd")));
  EXPECT_NE(calls_of(call("1", "ls")), calls_of(call("1", "ls") + "," + call("2", "ls")));
}

TEST(Transcript, ASubagentsReportIsAnsweredWithoutAMessage) {
  TranscriptParser parser;
  const UsageRecord record = usage_of(
      parser,
      R"({"type":"message","id":"a","message":{"role":"assistant","usage":{"input":1},"__openclaw":{"runId":"announce:v1:agent:main:subagent:6c45:a9d2"}}})");
  EXPECT_EQ(record.origin, Trigger::subagent);
}

TEST(Transcript, CheapTestFindsToolResultsOnly) {
  EXPECT_FALSE(is_surely_tool_result(kAssistant));
  EXPECT_FALSE(is_surely_tool_result(
      R"({"type":"message","id":"39d43b05","parentId":"a1b0a29f","timestamp":"2026-11-21T23:03:34.825Z","message":{"role":"user","content":[]}})"));
  EXPECT_TRUE(is_surely_tool_result(
      R"({"type":"message","id":"39d43b05","parentId":"a1b0a29f","timestamp":"2026-11-21T23:03:34.825Z","message":{"role":"toolResult","content":[]}})"));
  // An id that imitates a result.
  EXPECT_FALSE(is_surely_tool_result(
      R"({"type":"message","id":"\",\"message\":{\"role\":\"toolResult\"","message":{"role":"assistant"}})"));
  // An object that imitates one.
  EXPECT_FALSE(is_surely_tool_result(
      R"({"type":"message","id":"a","x":{"y":1,"message":{"role":"toolResult"}},"message":{"role":"assistant"}})"));
}

TEST(Transcript, SessionIdsFromNames) {
  const std::string id = "33e19ddf-3771-4a60-bebc-65e82cfaa22a";
  EXPECT_EQ(session_id_of(id + ".jsonl"), id);
  EXPECT_EQ(session_id_of(id + ".jsonl.reset.2026-11-22T00-00-45.852Z"), id);
  EXPECT_EQ(session_id_of("/x/y/" + id + ".jsonl"), id);
  EXPECT_EQ(session_id_of("2026-11-22T00-02-27-058Z_" + id + ".jsonl"), id);
  EXPECT_EQ(session_id_of("agent_main_main." + id + ".jsonl.imported-1795305776927"), id);
  EXPECT_EQ(session_id_of("sqlite:main:" + id + ":/home/claw/.openclaw/x.sqlite"), id);
  EXPECT_EQ(session_id_of("s-exec.jsonl"), "s-exec");
  EXPECT_EQ(session_id_of(""), "");
}

// All lines of `text`, fed in pieces of `piece` bytes.
std::vector<std::string> lines_of(const std::string& text, std::size_t piece) {
  LineSplitter splitter;
  std::vector<std::string> lines;
  std::size_t at = 0;
  while (at < text.size()) {
    const auto space = splitter.space();
    const std::size_t count = std::min({piece, space.size(), text.size() - at});
    text.copy(space.data(), count, at);
    at += count;
    splitter.advance(count, [&](std::string_view line, bool too_long) {
      lines.emplace_back(too_long ? "<too long>" : line);
    });
    EXPECT_LE(splitter.consumed(), at);
  }
  return lines;
}

TEST(LineSplitter, EmitsCompleteLinesWhateverThePieces) {
  const std::string text = "one\n\ntwo\nthree\ntorn";
  for (const std::size_t piece : {1U, 2U, 5U, 100U}) {
    EXPECT_EQ(lines_of(text, piece), (std::vector<std::string>{"one", "two", "three"}));
  }
}

TEST(LineSplitter, ConsumedNeverPassesATornLine) {
  LineSplitter splitter;
  splitter.restart(100);
  const std::string text = "abc\ndef";
  text.copy(splitter.space().data(), text.size());
  splitter.advance(text.size(), [](std::string_view, bool) {});
  EXPECT_EQ(splitter.consumed(), 104U);
}

TEST(LineSplitter, LongLinesKeepTheirUsage) {
  TranscriptParser parser;
  std::string entry = kAssistant;
  std::string text;
  while (text.size() < 3 * LineSplitter::kBufferSize) text += "x\\u00e9\\\\\\\"\xC3\xA9";
  entry.replace(entry.find("fake reply 14"), 13, text);
  const auto lines = lines_of(std::string("{}\n") + entry + "\n{}\n", 100'000);
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_LT(lines[1].size(), StringElider::kMaxOutput);
  EXPECT_EQ(usage_of(parser, lines[1]).tokens.input, 500);
  EXPECT_EQ(usage_of(parser, lines[1]).key, usage_of(parser, kAssistant).key);
}

TEST(LineSplitter, EndlessLineWithoutStringsIsRefusedAndTheNextRead) {
  const std::string endless(3 * LineSplitter::kBufferSize, '[');
  EXPECT_EQ(lines_of(endless + "\n{}\n", 65'536), (std::vector<std::string>{"<too long>", "{}"}));
}

}  // namespace
}  // namespace clawvigil::parse
