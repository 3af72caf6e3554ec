#include "exporter/host/inet_diag.h"
#include "tests/support/build_paths.h"

#include <gtest/gtest.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <netinet/tcp.h>

#include <cstring>
#include <fstream>
#include <iterator>
#include <string>

namespace clawvigil::host {
namespace {

constexpr std::uint32_t kSequence = 7;  // of the captured answers

// An answer as Linux 6.18 gave it (tests/fuzz/corpus/inet_diag).
std::string captured(const std::string& name) {
  std::ifstream file(std::string(CLAWVIGIL_SOURCE_DIR) + "/tests/fuzz/corpus/inet_diag/" + name,
                     std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

Result<DiagAnswer> parse(const std::string& bytes, std::uint32_t sequence = kSequence) {
  return parse_diag(std::as_bytes(std::span(bytes)), sequence);
}

void patch(std::string& bytes, std::size_t offset, std::uint32_t value) {
  std::memcpy(bytes.data() + offset, &value, sizeof value);
}

TEST(ParseDiag, ReadsACapturedIpv4Dump) {
  const auto answer = parse(captured("tcp4"));
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_TRUE(answer->done);
  EXPECT_FALSE(answer->interrupted);
  EXPECT_EQ(answer->error, 0);
  ASSERT_EQ(answer->sockets.size(), 2U);
  for (const DiagSocket& socket : answer->sockets) {
    EXPECT_EQ(socket.state, TCP_LISTEN);
    EXPECT_FALSE(socket.ipv6);
    EXPECT_TRUE(is_mapped(socket.local));
    EXPECT_EQ(socket.uid, 0U);
    EXPECT_NE(socket.inode, 0U);
    EXPECT_NE(socket.cgroup_id, 0U);
    EXPECT_EQ(classify(socket.local), socket.local_port == 22 ? Scope::any : Scope::loopback);
  }
}

TEST(ParseDiag, TellsDualStackFromIpv6Only) {
  const auto answer = parse(captured("tcp6"));
  ASSERT_TRUE(answer) << answer.error().message;
  ASSERT_EQ(answer->sockets.size(), 3U);
  for (const DiagSocket& socket : answer->sockets) {
    EXPECT_TRUE(socket.ipv6);
    EXPECT_EQ(socket.v6_only, socket.local_port != 80) << socket.local_port;
  }
}

TEST(ParseDiag, ReadsUdpAndTheKernelsError) {
  const auto udp = parse(captured("udp6"));
  ASSERT_TRUE(udp) << udp.error().message;
  ASSERT_EQ(udp->sockets.size(), 1U);
  EXPECT_EQ(udp->sockets[0].local_port, 51820);
  const auto error = parse(captured("error"));
  ASSERT_TRUE(error) << error.error().message;
  EXPECT_TRUE(error->done);
  EXPECT_EQ(error->error, ENOENT);
}

TEST(ParseDiag, LeavesOutAnswersToOtherRequests) {
  const auto answer = parse(captured("tcp4"), kSequence + 1);
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->sockets.empty());
  EXPECT_FALSE(answer->done);
}

TEST(ParseDiag, NoticesAnInterruptedDump) {
  std::string bytes = captured("tcp4");
  bytes[offsetof(nlmsghdr, nlmsg_flags)] |= NLM_F_DUMP_INTR;
  const auto answer = parse(bytes);
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->interrupted);
}

TEST(ParseDiag, RefusesImpossibleLengths) {
  constexpr std::size_t kFirstAttribute = sizeof(nlmsghdr) + sizeof(inet_diag_msg);
  for (const std::uint32_t length : {0U, 15U, 20U, 100'000U, 0xFFFFFFFFU}) {
    std::string bytes = captured("tcp4");
    patch(bytes, 0, length);
    const auto answer = parse(bytes);
    ASSERT_FALSE(answer) << length;
    EXPECT_EQ(answer.error().code, Errc::parse);
  }
  for (const std::uint32_t length : {0U, 3U, 0xFFFFU}) {
    std::string bytes = captured("tcp4");
    patch(bytes, kFirstAttribute, length);
    EXPECT_FALSE(parse(bytes)) << length;
  }
}

TEST(ParseDiag, EveryTruncationIsAnErrorOrFewerSockets) {
  const std::string bytes = captured("tcp6");
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto answer = parse(bytes.substr(0, size));
    if (answer) {
      EXPECT_LE(answer->sockets.size(), 3U);
    } else {
      EXPECT_EQ(answer.error().code, Errc::parse);
    }
  }
}

}  // namespace
}  // namespace clawvigil::host
