// What a running daemon exports over captured homes is what its descriptors declare.
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <thread>

#include "collectors/registry.h"
#include "exporter/collect/hub.h"
#include "tests/support/child_process.h"
#include "tests/support/collector_case.h"
#include "tests/support/http_client.h"

namespace clawvigil {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using Names = std::set<std::string, std::less<>>;

constexpr auto kPatience = std::chrono::seconds(60);

// The program over one home, its standard output in a pipe.
class RunningDaemon {
 public:
  explicit RunningDaemon(const fs::path& home)
      : pipe_(make_pipe()), child_([&] { return become_daemon(home); }) {
    pipe_.write.reset();
  }

  // The port it says it serves on; 0 if it did not start.
  std::uint16_t port() {
    static const std::regex address(R"(http://127\.0\.0\.1:(\d+)/metrics)");
    const auto deadline = Clock::now() + kPatience;
    std::string said;
    std::smatch match;
    while (!std::regex_search(said, match, address)) {
      pollfd wait{pipe_.read.get(), POLLIN, 0};
      std::array<char, 1024> chunk{};
      if (Clock::now() > deadline || ::poll(&wait, 1, 1000) < 0) return 0;
      if (wait.revents == 0) continue;
      const ssize_t got = ::read(pipe_.read.get(), chunk.data(), chunk.size());
      if (got <= 0) return 0;
      said.append(chunk.data(), static_cast<std::size_t>(got));
    }
    return static_cast<std::uint16_t>(std::stoi(match[1]));
  }

 private:
  struct Pipe {
    Fd read;
    Fd write;
  };
  static Pipe make_pipe() {
    std::array<int, 2> ends{-1, -1};
    if (::pipe(ends.data()) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
    return {Fd(ends[0]), Fd(ends[1])};
  }
  int become_daemon(const fs::path& home) const {
    const std::string home_flag = "--openclaw.home=" + home.string();
    const std::string storage_flag = "--storage.path=" + (home.parent_path() / "storage").string();
    ::dup2(pipe_.write.get(), STDOUT_FILENO);
    ::execl(CLAWVIGIL_BINARY, CLAWVIGIL_BINARY, "--web.listen-address=127.0.0.1:0",
            "--web.allow-gateway-user", home_flag.c_str(), storage_flag.c_str(), nullptr);
    return 1;
  }

  Pipe pipe_;
  test::ChildProcess child_;
};

std::map<std::string, Names, std::less<>> declared_labels() {
  std::map<std::string, Names, std::less<>> families;
  const auto add = [&](std::span<const MetricInfo> metrics) {
    for (const MetricInfo& metric : metrics) {
      families[std::string(metric.name)] = {metric.labels.begin(), metric.labels.end()};
    }
  };
  add(Hub::metrics());
  for (const CollectorInfo* const info : collector_infos()) add(info->metrics);
  return families;
}

// The label names of a sample line.
Names labels_of(const std::string& line) {
  static const std::regex label(R"re([{,]([a-z_]+)="(\\.|[^"\\])*")re");
  Names names;
  for (std::sregex_iterator at(line.begin(), line.end(), label), end; at != end; ++at) {
    names.insert((*at)[1]);
  }
  return names;
}

void wait_until_ready(std::uint16_t port) {
  const auto deadline = Clock::now() + kPatience;
  while (test::http(port, "GET", "/-/ready").status != 200) {
    ASSERT_LT(Clock::now(), deadline) << "never ready";
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

TEST(DaemonMetrics, AreThoseTheDescriptorsDeclare) {
  const test::TempDir directory;
  const test::CaseHome home("gateway/onboard-2026.9.6");
  fs::copy(home.path(), directory / "home", fs::copy_options::recursive);
  fs::copy(test::fixture("collectors/usage/jsonl"), directory / "home",
           fs::copy_options::recursive | fs::copy_options::overwrite_existing);
  RunningDaemon daemon(directory / "home");
  const std::uint16_t port = daemon.port();
  ASSERT_NE(port, 0);
  ASSERT_NO_FATAL_FAILURE(wait_until_ready(port));

  const auto declared = declared_labels();
  std::istringstream lines(test::http(port, "GET", "/metrics").body);
  std::size_t samples = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with('#')) continue;
    const std::string name = line.substr(0, line.find_first_of("{ "));
    ASSERT_TRUE(declared.contains(name)) << line;
    EXPECT_EQ(labels_of(line), declared.at(name)) << line;
    ++samples;
  }
  EXPECT_GT(samples, 100U);
}

}  // namespace
}  // namespace clawvigil
