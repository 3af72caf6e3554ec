#include "collectors/parse/access_log.h"

#include <gtest/gtest.h>

#include <string>

#include "collectors/parse/log_name.h"

namespace clawvigil {
namespace {

// "status client host port", or "none".
std::string parsed(std::string_view line) {
  const auto record = AccessLogParser().parse(line);
  if (!record) return "none";
  return std::to_string(record->status) + " " + record->client + " " + record->host + " " +
         std::to_string(record->upstream_port);
}

TEST(AccessLog, CommonAndCombined) {
  EXPECT_EQ(parsed(R"(198.51.100.7 - - [22/Nov/2026:08:02:24 +0000] "GET / HTTP/1.1" 401 179)"),
            "401 198.51.100.7  0");
  EXPECT_EQ(parsed(R"(2001:db8::7 - eve [22/Nov/2026:08:02:24 +0000] "GET / HTTP/1.1" 429 - )"
                   R"("-" "curl/7.88.1" rt=0.3)"),
            "429 2001:db8::7  0");
  EXPECT_EQ(parsed(R"(Claw.example.org:443 198.51.100.7 - - [22/Nov/2026:08:02:24 +0000] )"
                   R"("POST /tools/invoke HTTP/2.0" 401 179 "-" "x")"),
            "401 198.51.100.7 claw.example.org 0");
  EXPECT_EQ(parsed(R"(127.0.0.1 198.51.100.7 - - [22/Nov/2026:08:02:24 +0000] "" 403 0 "-" "-")"),
            "403 198.51.100.7 127.0.0.1 0");
  EXPECT_EQ(parsed(R"(host.example - - [22/Nov/2026:08:02:24 +0000] "GET / HTTP/1.1" 200 1)"),
            "200 host.example  0");
}

// Captured from nginx 1.22 and shaped as Apache writes it: what a stranger sent cannot end a field.
TEST(AccessLog, AStrangersTextStaysInItsField) {
  EXPECT_EQ(parsed(R"(127.0.0.1 - ev\x22il\x5Cx [22/Nov/2026 [22/Nov/2026:08:02:24 +0000] )"
                   R"("GET /tools/invoke?x=\x22 HTTP/1.1" 401 179 "-" "a\x22b\x5Cc\x09d")"),
            "401 127.0.0.1  0");
  EXPECT_EQ(parsed(R"(198.51.100.7 - x\" [22/Nov/2026:08:02:24 +0000] \"GET / HTTP/1.1\" 200 5 )"
                   R"([22/Nov/2026:08:02:24 +0000] "GET /\" 200 5 \" HTTP/1.1" 401 179 "-" "-")"),
            "401 198.51.100.7  0");
  EXPECT_EQ(parsed(R"(198.51.100.7 - - [22/Nov/2026:08:02:24 +0000] "GET / HTTP/1.1" 200 5 "-" )"
                   R"("\" 401 179 \"-\"")"),
            "200 198.51.100.7  0");
}

TEST(AccessLog, TraefikCommonIsReadFromItsEnd) {
  const std::string tail =
      R"( "-" "curl \" 200 5 \"" 7 "openclaw@file" "http://127.0.0.1:18789" 3ms)";
  EXPECT_EQ(
      parsed(R"(198.51.100.7 - - [22/Nov/2026:08:02:24 +0000] "POST /x HTTP/2.0" 401 19)" + tail),
      "401 198.51.100.7  18789");
  // The user name stands there as it came.
  EXPECT_EQ(parsed(R"(198.51.100.7 - e [22/Nov/2026:08:02:24 +0000] "GET / HTTP/1.1" 200 5 )"
                   R"("-" [22/Nov/2026:08:02:24 +0000] "GET /?a=" HTTP/1.1" 401 19)" +
                   tail),
            "401 198.51.100.7  18789");
  EXPECT_EQ(parsed(R"(198.51.100.7 - - [22/Nov/2026:08:02:24 +0000] "GET / HTTP/2.0" 401 17 )"
                   R"("-" "-" 8 "openclaw@file" "-" 0ms)"),
            "401 198.51.100.7  0");
}

TEST(AccessLog, Json) {
  EXPECT_EQ(parsed(R"({"level":"error","logger":"http.log.access.log0","msg":"handled request",)"
                   R"("request":{"remote_ip":"198.51.100.7","host":"claw.example.org:8443",)"
                   R"("uri":"/","headers":{"X":["\"status\":200"]}},"size":2,"status":401})"),
            "401 198.51.100.7 claw.example.org 0");
  EXPECT_EQ(parsed(R"({"ClientHost":"198.51.100.7","DownstreamStatus":429,"OriginStatus":401,)"
                   R"("RequestHost":"claw.example.org","ServiceAddr":"127.0.0.1:18789","msg":""})"),
            "429 198.51.100.7 claw.example.org 18789");
  EXPECT_EQ(
      parsed(R"({"remote_addr":"198.51.100.7","host":"evil","server_name":"claw.example.org",)"
             R"("request":"GET / HTTP/1.1","status":"403"})"),
      "403 198.51.100.7 claw.example.org 0");
  EXPECT_EQ(parsed("{\"status\":401,\"remote_addr\":\"::1\",\"ua\":\"\xff\xfe\"}"), "401 ::1  0");
}

TEST(AccessLog, MessagesOfTheProxyAreNoRequests) {
  EXPECT_EQ(parsed(R"({"level":"error","logger":"http.log.error","msg":"dial tcp: refused",)"
                   R"("request":{"host":"claw.example.org"},"status":502})"),
            "0   0");
  EXPECT_EQ(parsed(R"({"level":"info","ts":1795334401.1,"msg":"serving initial configuration"})"),
            "0   0");
}

TEST(AccessLog, WhatIsOfNoKnownFormat) {
  for (const char* const line :
       {"", "\"", "{", "[]", "null", R"({"code":401})", R"({"status":4010})", R"({"status":"x"})",
        R"(a - - [22/Nov/2026:08:02:24 +0000] "GET / HTTP/1.1" 4011 5)",
        R"(a - - [22/Nov/2026:08:02:24 +0000] "GET / HTTP/1.1" 401)",
        R"(a - - [yesterday] "GET / HTTP/1.1" 401 5)", "401 403 429"}) {
    EXPECT_EQ(parsed(line), "none") << line;
  }
}

TEST(AccessLog, CandidatesAreWholeLinesOnce) {
  std::string_view lines = "a 200\nb 401 401\nc 4\nd429\n\ne 403\n";
  EXPECT_EQ(next_refused_candidate(lines), "b 401 401\n");
  EXPECT_EQ(next_refused_candidate(lines), "d429\n");
  EXPECT_EQ(next_refused_candidate(lines), "e 403\n");
  EXPECT_EQ(next_refused_candidate(lines), "");
  std::string_view none = "a 200\nb 404\n4";
  EXPECT_EQ(next_refused_candidate(none), "");
}

TEST(AccessLog, BareHost) {
  EXPECT_EQ(bare_host("https://Claw.Example.org:8443/path?x"), "claw.example.org");
  EXPECT_EQ(bare_host("claw.example.org."), "claw.example.org");
  EXPECT_EQ(bare_host("[::1]:80"), "::1");
  EXPECT_EQ(bare_host("2001:db8::7"), "2001:db8::7");
  EXPECT_EQ(bare_host("["), "");
  EXPECT_EQ(bare_host(""), "");
}

TEST(AccessLog, NamesOfRotatedLogs) {
  for (const char* const name : {"access.log", "access.log.1", "access.log-20261122",
                                 "access-2026-11-22T08-02-24.000.log"}) {
    EXPECT_TRUE(is_log_file_name(name, "access.log")) << name;
  }
  for (const char* const name : {"access.log.2.gz", "error.log", "other_access.log", "access.log.",
                                 "access-old.log", "access.logs", "access"}) {
    EXPECT_FALSE(is_log_file_name(name, "access.log")) << name;
  }
}

}  // namespace
}  // namespace clawvigil
