// Is the answer right? For every ruleset in tests/collectors/firewall/ it is loaded by the real
// nft, iptables or ufw, and each packet that was tried on paper is sent over the wire.
//
// A ruleset whose answer must be "unclear" somewhere says so ("# unclear: why"; "# unclear to
// nft 1.0: why" where newer ones list what it takes).
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>

#include "collectors/firewall/assembly.h"
#include "collectors/firewall/reach.h"
#include "collectors/firewall/walk.h"
#include "collectors/parse/ruleset_values.h"
#include "collectors/parse/ufw_files.h"
#include "tests/support/firewall_lab.h"
#include "tests/support/program.h"

namespace clawvigil::firewall {

namespace {

using test::FirewallLab;
using test::LabPacket;

constexpr std::string_view kReset = "nft flush ruleset";

enum class Answer : std::uint8_t { closed, open, forwarded, unclear };

struct Asked {
  const Ruleset& ruleset;
  const Network& network;
  std::set<std::string> reasons;
};

std::vector<LabPacket> all_packets() {
  std::vector<LabPacket> out;
  for (const test::LabSender& sender : test::kLabSenders) {
    for (const std::uint16_t port : test::kLabPorts) {
      out.push_back({sender, true, port, 0});
      out.push_back({sender, false, port, 0});
    }
    out.push_back({sender, false, 9000, 67});
    out.push_back({sender, false, 443, 53});
  }
  return out;
}

Answer ask(Asked& asked, const LabPacket& packet) {
  const auto from = parse_address(packet.sender.from);
  const auto to = parse_address(packet.sender.to);
  Packet tried{.family = from->family, .source = from->number, .destination = to->number};
  tried.transport = packet.tcp ? kTcp : kUdp;
  tried.source_port = packet.source_port == 0 ? 40'000 : packet.source_port;
  tried.in_interface = packet.sender.interface;
  const FindRoute route = [&](IpFamily family, const Number& address) {
    return asked.network.way_out(family, address);
  };
  const IsOwn own = [&](IpFamily family, const Number& address) {
    return asked.network.is_own(family, address);
  };
  std::size_t budget = Walk::kMaxSteps;
  Walk walk(asked.ruleset, route, own, budget);
  const auto outcome = walk.follow(tried, PortSet(packet.port, packet.port));
  asked.reasons.insert(walk.reasons().begin(), walk.reasons().end());
  if (!outcome) {
    ADD_FAILURE() << outcome.error().message;
    return Answer::unclear;
  }
  const int answers = static_cast<int>(!outcome->received.empty()) +
                      static_cast<int>(!outcome->forwarded.empty()) +
                      static_cast<int>(!outcome->dropped.empty());
  if (answers != 1) return Answer::unclear;
  if (!outcome->received.empty()) return Answer::open;
  return outcome->forwarded.empty() ? Answer::closed : Answer::forwarded;
}

std::string describe(const LabPacket& packet) {
  return std::string(packet.sender.from) + " to " + std::string(packet.sender.to) +
         (packet.tcp ? " tcp " : " udp ") + std::to_string(packet.port) + " from port " +
         std::to_string(packet.source_port);
}

// What is said of whole groups of senders agrees with what each of them found.
void compare_groups(const Reach& reach, const std::vector<LabPacket>& packets,
                    const std::vector<Answer>& answers, const std::vector<bool>& real) {
  for (std::size_t i = 0; i < packets.size(); ++i) {
    const LabPacket& packet = packets[i];
    const bool is_ipv6 = packet.sender.from.find(':') != std::string_view::npos;
    const FamilyReach& family = is_ipv6 ? reach.ipv6 : reach.ipv4;
    const auto& by_audience = family.ports[packet.tcp ? 0 : 1];
    if (answers[i] == Answer::unclear) continue;
    std::vector<Audience> groups;
    if (packet.sender.audience == "any") groups = {Audience::anyone};
    if (packet.sender.audience == "special") groups = {Audience::anyone, Audience::listed};
    if (packet.sender.audience == "private") groups = {Audience::private_net};
    if (packet.sender.audience == "tailnet") groups = {Audience::tailnet};
    bool said = false;
    for (const Audience group : groups) {
      const Ports& ports = by_audience[static_cast<std::size_t>(group)];
      said = said || ports.open.contains(packet.port) || ports.forwarded.contains(packet.port);
    }
    // What gets through is said to be open for its group.
    EXPECT_TRUE(!real[i] || said) << "a group is not said to reach what it does: "
                                  << describe(packet);
    // And the other way round, where the packet stands for its group in every respect.
    if (packet.sender.audience == "any" && said && packet.source_port == 0) {
      const bool by_another_port = std::ranges::any_of(packets, [&](const LabPacket& other) {
        const auto at = static_cast<std::size_t>(&other - packets.data());
        return other.sender.from == packet.sender.from && other.tcp == packet.tcp &&
               other.source_port != 0 && real[at];
      });
      EXPECT_TRUE(real[i] || by_another_port) << "anyone is said to reach: " << describe(packet);
    }
  }
}

// Sends everything and compares. Returns how many answers were unclear.
std::size_t compare(FirewallLab& lab, const Ruleset& ruleset, const Network& network) {
  const std::vector<LabPacket> packets = all_packets();
  Asked asked{ruleset, network, {}};
  std::vector<Answer> answers;
  std::vector<bool> expected;
  for (const LabPacket& packet : packets) {
    answers.push_back(ask(asked, packet));
    expected.push_back(answers.back() == Answer::open || answers.back() == Answer::forwarded);
  }
  const std::vector<bool> real = lab.reached(packets, expected);
  std::size_t unclear = 0;
  for (std::size_t i = 0; i < packets.size(); ++i) {
    if (answers[i] == Answer::unclear) {
      ++unclear;
    } else {
      EXPECT_EQ(real[i], expected[i]) << describe(packets[i]);
    }
  }
  EXPECT_TRUE(unclear == 0 || !asked.reasons.empty()) << "unclear without a reason";
  const auto reach = evaluate(ruleset, network);
  EXPECT_TRUE(reach) << reach.error().message;
  if (reach) compare_groups(*reach, packets, answers, real);
  return unclear;
}

std::map<std::string, std::string> readings(const FirewallLab& lab, bool with_iptables = true) {
  std::map<std::string, std::string> out;
  out[std::string(kRulesetReading)] = lab.output("nft -j list ruleset");
  if (!with_iptables) return out;
  out[std::string(kIptablesReading)] = lab.output("iptables-nft-save");
  out[std::string(kIp6tablesReading)] = lab.output("ip6tables-nft-save");
  return out;
}

std::string load_command(const std::filesystem::path& file) {
  if (file.extension() == ".nft") return "nft -f " + file.string();
  if (file.extension() == ".iptables") return "set -e; . " + file.string();
  return {};
}

// ufw works on copies of its files, which stay in `directory`.
std::string ufw_command(const std::filesystem::path& file, const std::string& directory) {
  return "rm -rf " + directory + "; mkdir " + directory + "; cp -a /etc/ufw " + directory +
         "/ufw; cp -a /usr/share/ufw/iptables/*.rules /usr/share/ufw/ufw.conf " + directory +
         "/ufw/; grep -v ^IPT_ /etc/default/ufw > " + directory +
         "/default; unshare -m sh -ec 'mount --bind " + directory + "/ufw /etc/ufw; mount --bind " +
         directory + "/default /etc/default/ufw; . " + file.string() + "'";
}

UfwFiles ufw_files(const std::string& directory) {
  const auto read = [&](const std::string& name) { return test::read_all(directory + "/" + name); };
  const auto rules = [&](const std::string& suffix) {
    return UfwRules{read("ufw/before" + suffix), read("ufw/user" + suffix),
                    read("ufw/after" + suffix)};
  };
  return {read("ufw/ufw.conf"), read("default"), rules(".rules"), rules("6.rules")};
}

std::vector<std::filesystem::path> cases(const std::string& extension) {
  std::vector<std::filesystem::path> out;
  for (const auto& entry :
       std::filesystem::directory_iterator(test::fixture("collectors/firewall"))) {
    if (entry.path().extension() == extension) out.push_back(entry.path());
  }
  std::ranges::sort(out);
  return out;
}

void check(FirewallLab& lab, const Network& network, const std::filesystem::path& file) {
  SCOPED_TRACE(file.filename().string());
  ASSERT_TRUE(lab.run(std::string(kReset)));
  ASSERT_TRUE(lab.run(load_command(file))) << lab.log();
  const auto ruleset = assemble(readings(lab, file.extension() != ".nft"));
  ASSERT_TRUE(ruleset) << ruleset.error().message;
  const std::size_t unclear = compare(lab, *ruleset, network);
  const std::string text = test::read_all(file);
  const bool old_nft = lab.output("nft --version").starts_with("nftables v1.0.");
  const bool may_be = text.find("# unclear: ") != std::string::npos ||
                      (old_nft && text.find("# unclear to nft 1.0: ") != std::string::npos);
  EXPECT_EQ(unclear != 0, may_be) << unclear << " answers are unclear";
}

class FirewallTruth : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* program : {"nft", "iptables-nft", "ufw", "ip"}) {
      if (!test::has_program(program)) GTEST_SKIP() << "SKIPPED: no " << program;
    }
    lab_ = FirewallLab::create();
    if (!lab_ && HasFailure()) FAIL() << "no lab";
    if (!lab_) GTEST_SKIP() << "SKIPPED: no network namespaces (not root?)";
    network_ = read_network(*host::Root::open(lab_->root()));
  }

  std::unique_ptr<FirewallLab> lab_;
  Network network_;
};

TEST_F(FirewallTruth, WithNft) {
  for (const auto& file : cases(".nft")) check(*lab_, network_, file);
}

TEST_F(FirewallTruth, WithIptables) {
  for (const auto& file : cases(".iptables")) check(*lab_, network_, file);
}

// ufw takes a second for each: all of them only in the long run (tests/e2e).
bool is_asked_for(const std::filesystem::path& file) {
  return file.stem() == "rules" || file.stem() == "ipv4_only" ||
         std::getenv("CLAWVIGIL_ALL_RULESETS") != nullptr;
}

// The kernel's rules and, on their own, ufw's files.
TEST_F(FirewallTruth, WithUfw) {
  const test::TempDir directory;
  for (const auto& file : cases(".ufw")) {
    if (!is_asked_for(file)) continue;
    SCOPED_TRACE(file.filename().string());
    ASSERT_TRUE(lab_->run(std::string(kReset)));
    ASSERT_TRUE(lab_->run(ufw_command(file, directory / "copy"))) << lab_->log();
    const auto ruleset = assemble(readings(*lab_));
    ASSERT_TRUE(ruleset) << ruleset.error().message;
    EXPECT_EQ(compare(*lab_, *ruleset, network_), 0U);
    const UfwFiles files = ufw_files(directory / "copy");
    if (!ufw_enabled(files.configuration)) continue;
    const auto from_files = ufw_ruleset(files);
    ASSERT_TRUE(from_files) << from_files.error().message;
    EXPECT_EQ(compare(*lab_, *from_files, network_), 0U) << "by the files";
  }
}

}  // namespace

}  // namespace clawvigil::firewall
