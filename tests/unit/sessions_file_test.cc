#include "collectors/parse/sessions_file.h"

#include <gtest/gtest.h>

#include <string>

namespace clawvigil::parse {
namespace {

struct Read {
  std::string sessions;  // "key=id;"
  std::string trouble;
};

Read read(std::string_view text, std::size_t piece) {
  Read all;
  SessionsReader reader;
  for (std::size_t at = 0; at < text.size(); at += piece) {
    reader.feed(text.substr(at, piece), [&](const SessionEntry& entry) {
      all.sessions.append(entry.key).append("=").append(entry.session_id).append(";");
    });
  }
  if (const auto done = reader.finish(); !done) all.trouble = to_string(done.error().code);
  return all;
}

TEST(SessionsFile, IsReadInPiecesOfAnySize) {
  const struct {
    std::string text, sessions, trouble;
  } cases[] = {
      {R"({"a":{"sessionId":"1","x":[{"y":"},{"}]},"b":{"sessionId":"2"}})", "a=1;b=2;", ""},
      {" \n{ \"a\" : {\"s\":\"\\\\\\\"}\",\"sessionId\":\"1\"} , \"b\":{} }\n", "a=1;b=;", ""},
      {"{}", "", ""},
      {R"({"a":{"sessionId":"1"},"b":{"sessionId":)", "a=1;", "parse"},
      {R"({"a":{"sessionId":"1"},"b":{"sessionId":},"c":{"sessionId":"3"}})", "a=1;c=3;", "parse"},
      {R"({"a":1,"b":{"sessionId":"2"}})", "a=;b=2;", ""},
      {"", "", "parse"},
      {" [{}]", "", "parse"},
      {"null", "", "parse"},
      {R"({"a":{"sessionId":"1"}}{"b":{"sessionId":"2"}})", "a=1;", ""},
      {R"({"a":)" + std::string(5000, '[') + R"(1,"b":{"sessionId":"2"}})", "", "parse"},
      {R"({"a":{"t":")" + std::string(500'000, 'x') + R"(","sessionId":"1"}})", "a=1;", ""},
      {R"({"a":{"t":[)" + std::string(500'000, '1') + R"(],"sessionId":"1"},"b":{}})", "b=;",
       "too_large"},
  };
  for (const auto& [text, sessions, trouble] : cases) {
    for (const std::size_t piece : {1UL, 2UL, 3UL, 7UL, 64UL, 1UL << 20U}) {
      SCOPED_TRACE(text.substr(0, 60) + " in pieces of " + std::to_string(piece));
      const Read all = read(text, piece);
      EXPECT_EQ(all.sessions, sessions);
      EXPECT_EQ(all.trouble, trouble);
    }
  }
}

}  // namespace
}  // namespace clawvigil::parse
