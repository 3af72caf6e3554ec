// The readers of rulesets and the arithmetic below them; what they mean is judged by real packets
// in tests/collectors/firewall_truth_test.cc.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "collectors/firewall/digest.h"
#include "collectors/firewall/port_set.h"
#include "collectors/firewall/reach.h"
#include "collectors/firewall/representatives.h"
#include "collectors/firewall/rows.h"
#include "collectors/parse/iptables_save.h"
#include "collectors/parse/iptables_words.h"
#include "collectors/parse/network_state.h"
#include "collectors/parse/nft_ruleset.h"
#include "collectors/parse/ruleset_values.h"
#include "collectors/parse/ufw_files.h"

namespace clawvigil::firewall {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Against the plainest of all sets.
TEST(FirewallPortSet, AgreesWithASetOfBits) {
  std::mt19937 random(7);
  const auto some = [&](std::vector<bool>& bits) {
    PortSet out;
    for (int i = 0; i < 12; ++i) {
      const auto low = static_cast<std::uint16_t>(random() % 200);
      const auto high = static_cast<std::uint16_t>(low + random() % 20);
      out.add(PortRange{low, high});
      for (std::uint32_t port = low; port <= high; ++port) bits[port] = true;
    }
    return out;
  };
  for (int round = 0; round < 300; ++round) {
    std::vector<bool> a_bits(256);
    std::vector<bool> b_bits(256);
    const PortSet a = some(a_bits);
    const PortSet b = some(b_bits);
    PortSet both = a;
    both.add(b);
    for (std::uint16_t port = 0; port < 256; ++port) {
      ASSERT_EQ(a.contains(port), a_bits[port]);
      ASSERT_EQ(both.contains(port), a_bits[port] || b_bits[port]);
      ASSERT_EQ(a.common(b).contains(port), a_bits[port] && b_bits[port]);
      ASSERT_EQ(a.without(b).contains(port), a_bits[port] && !b_bits[port]);
    }
  }
  PortSet edges = PortSet::all();
  edges.remove(PortSet(0, 0));
  edges.remove(PortSet(65535, 65535));
  EXPECT_EQ(edges, PortSet(1, 65534));
  edges.add(PortRange{65535, 65535});
  edges.add(PortRange{0, 0});
  EXPECT_EQ(edges, PortSet::all());
}

TEST(FirewallValues, Addresses) {
  EXPECT_EQ(parse_address("10.0.0.1")->number, (Number{0, 0x0a000001}));
  EXPECT_EQ(parse_address("2001:db8::1")->number, (Number{0x20010db800000000, 1}));
  for (const char* bad : {"", "10.0.0", "10.0.0.256", "::1::", "10.0.0.0/8", "host"}) {
    EXPECT_FALSE(parse_address(bad)) << bad;
  }
  EXPECT_EQ(parse_address_range("10.1.2.3/8")->range,
            (NumberRange{{0, 0x0a000000}, {0, 0x0affffff}}));
  EXPECT_EQ(parse_address_range("10.1.2.3/255.255.0.0")->range,
            (NumberRange{{0, 0x0a010000}, {0, 0x0a01ffff}}));
  EXPECT_EQ(parse_address_range("fe80::/10")->range,
            (NumberRange{{0xfe80000000000000, 0}, {0xfebfffffffffffff, ~std::uint64_t{0}}}));
  EXPECT_EQ(parse_address_range("::/0")->range, whole_range(IpFamily::ipv6));
  for (const char* bad : {"10.0.0.0/33", "10.0.0.0/255.0.255.0", "10.0.0.9-10.0.0.1",
                          "10.0.0.1-::1", "::/129", "10.0.0.0/"}) {
    EXPECT_FALSE(parse_address_range(bad)) << bad;
  }
}

TEST(FirewallIptables, WordsAsIptablesSaveQuotesThem) {
  EXPECT_THAT(
      iptables_words(R"(-m comment --comment "a \"b\" c"  -j   LOG --log-prefix 'x y')"),
      ElementsAre("-m", "comment", "--comment", "a \"b\" c", "-j", "LOG", "--log-prefix", "x y"));
  EXPECT_TRUE(iptables_words("  ").empty());
}

TEST(FirewallIptables, SectionsAddUp) {
  const auto tables = parse_iptables_save(
      "*filter\n:INPUT DROP [0:0]\n:mine - [0:0]\n-A mine -j DROP\n-A INPUT -j mine\nCOMMIT\n"
      "# a comment\n*filter\n:mine - [0:0]\n-A mine -j ACCEPT\n-I INPUT 1 -i lo -j ACCEPT\n"
      "[12:34] -A INPUT -p tcp -j RETURN\nCOMMIT\n",
      IpFamily::ipv4);
  ASSERT_TRUE(tables) << tables.error().message;
  ASSERT_EQ(tables->size(), 1U);
  const auto& chains = (*tables)[0].chains;
  EXPECT_TRUE(chains.at("INPUT").base->drops);
  ASSERT_EQ(chains.at("INPUT").rules.size(), 3U);
  EXPECT_EQ(chains.at("INPUT").rules[0].verdict.kind, Verdict::Kind::accept);
  ASSERT_EQ(chains.at("mine").rules.size(), 1U);
  EXPECT_EQ(chains.at("mine").rules[0].verdict.kind, Verdict::Kind::accept);
}

TEST(FirewallIptables, Malformed) {
  for (const char* bad : {"-A INPUT -j DROP\n", "*filter\n-X INPUT\n", "*filter\n:INPUT\n",
                          "*filter\n-A\n", "hello\n"}) {
    const auto tables = parse_iptables_save(bad, IpFamily::ipv4);
    ASSERT_FALSE(tables) << bad;
    EXPECT_EQ(tables.error().code, Errc::parse) << bad;
  }
  std::string many = "*filter\n";
  for (std::size_t i = 0; i <= kMaxRules; ++i) many += "-A INPUT\n";
  EXPECT_EQ(parse_iptables_save(many, IpFamily::ipv4).error().code, Errc::too_large);
}

TEST(FirewallNft, Malformed) {
  for (const char* bad : {"", "[]", "{}", "{\"nftables\": {}}", "{\"nftables\": [1]}", "{",
                          R"({"nftables": [{"table": {"family": "ip", "name": "t"}},
                              {"rule": {"family": "ip", "table": "t", "chain": "c"}}]})"}) {
    const auto ruleset = parse_nft_ruleset(bad);
    ASSERT_FALSE(ruleset) << bad;
    EXPECT_EQ(ruleset.error().code, Errc::parse) << bad;
  }
  const auto newer =
      parse_nft_ruleset(R"({"nftables": [{"metainfo": {"json_schema_version": 2}}]})");
  EXPECT_EQ(newer.error().code, Errc::unsupported);
  EXPECT_FALSE(parse_nft_ruleset(std::string(100'000, '[')));
}

// Rules with one port each, `statement` before the verdict.
std::string one_rule(const std::string& statement) {
  return R"({"nftables": [{"table": {"family": "inet", "name": "t", "handle": 1}},
    {"chain": {"family": "inet", "table": "t", "name": "in", "type": "filter", "hook": "input",
               "prio": 0, "policy": "drop"}},
    {"rule": {"family": "inet", "table": "t", "chain": "in", "expr": [)" +
         statement +
         R"({"match": {"op": "==", "left": {"payload": {"protocol": "tcp", "field": "dport"}},
                       "right": 22}}, {"accept": null}]}}]})";
}

Reach reach_of(const std::string& json) {
  const auto ruleset = parse_nft_ruleset(json);
  EXPECT_TRUE(ruleset) << ruleset.error().message;
  Network network;
  network.interfaces = {"lo", "eth0"};
  network.ipv4_addresses = {{0, 0xcb007101}};
  network.ipv6_known = true;
  const auto reach = evaluate(*ruleset, network);
  EXPECT_TRUE(reach) << reach.error().message;
  return *reach;
}

// What a newer nft may print is never guessed at.
TEST(FirewallNft, TheUnknownIsUnclear) {
  EXPECT_TRUE(reach_of(one_rule("")).reasons.empty());
  for (const char* statement :
       {R"({"shiny": {"new": 1}},)", R"({"match": {"op": "~", "left": {"meta": {"key": "l4proto"}},
           "right": "tcp"}},)",
        R"({"match": {"op": "==", "left": {"meta": {"key": "moon"}},
           "right": 3}},)",
        R"({"match": {"op": "==", "left": {"payload": {"protocol": "ip",
           "field": "saddr"}}, "right": "@nowhere"}},)",
        R"({"vmap": {"key": {"meta": {"key": "mark"}}, "data": "@nowhere"}},)",
        R"({"jump": {"target": "nowhere"}},)", R"({"xt": null},)", R"({"match": {}},)"}) {
    const Reach reach = reach_of(one_rule(statement));
    const Ports& anyone = reach.ipv4.ports[0][0];
    EXPECT_TRUE(!anyone.unclear.empty() || anyone.open == PortSet(22, 22)) << statement;
    EXPECT_FALSE(reach.reasons.empty()) << statement;
  }
}

TEST(FirewallNft, TooManyElements) {
  std::string elements = "1";
  for (std::size_t i = 0; i <= kMaxElements; ++i) elements += ",1";
  const std::string json = R"({"nftables": [{"table": {"family": "ip", "name": "t"}},
    {"set": {"family": "ip", "table": "t", "name": "s", "type": "inet_service", "elem": [)" +
                           elements + "]}}]}";
  EXPECT_EQ(parse_nft_ruleset(json).error().code, Errc::too_large);
}

TEST(FirewallNft, ChainsThatCallEachOtherEnd) {
  std::string json = R"({"nftables": [{"table": {"family": "ip", "name": "t"}},
    {"chain": {"family": "ip", "table": "t", "name": "c0", "type": "filter", "hook": "input",
               "prio": 0, "policy": "accept"}})";
  // Without a bound 100 to the power of 16 rules would be looked at.
  for (int chain = 0; chain < 16; ++chain) {
    for (int i = 0; i < 100; ++i) {
      json += R"(,{"rule": {"family": "ip", "table": "t", "chain": "c)" + std::to_string(chain) +
              R"(", "expr": [{"jump": {"target": "c)" + std::to_string((chain + 1) % 16) +
              R"("}}]}})";
    }
  }
  const auto ruleset = parse_nft_ruleset(json + "]}");
  ASSERT_TRUE(ruleset);
  EXPECT_EQ(evaluate(*ruleset, {}).error().code, Errc::too_large);
}

TEST(FirewallSources, BansAreNoGroupsOfTheirOwn) {
  std::string save = "*filter\n:INPUT DROP [0:0]\n";
  for (int i = 0; i < 1000; ++i) {
    save += "-A INPUT -s 198.51." + std::to_string(i / 250) + "." + std::to_string(i % 250) +
            " -j DROP\n";
  }
  save += "-A INPUT -s 203.0.113.0/24 -p tcp --dport 22 -j ACCEPT\nCOMMIT\n";
  const Ruleset ruleset{*parse_iptables_save(save, IpFamily::ipv4)};
  const auto found = sources(ruleset, IpFamily::ipv4);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->size(), 4U);  // anyone, the listed network, private ones, the tailnet
}

TEST(FirewallSources, TooManyGroups) {
  std::string save = "*filter\n";
  for (std::size_t i = 0; i <= kMaxSources; ++i) {
    save += "-A INPUT -s 198.51." + std::to_string(i / 250) + "." + std::to_string(i % 250) +
            " -j ACCEPT\n";
  }
  const Ruleset ruleset{*parse_iptables_save(save + "COMMIT\n", IpFamily::ipv4)};
  EXPECT_EQ(sources(ruleset, IpFamily::ipv4).error().code, Errc::too_large);
}

TEST(FirewallRows, RangesAndSingles) {
  Reach reach;
  for (FamilyReach* family : {&reach.ipv4, &reach.ipv6}) family->denies_by_default = {true, true};
  Ports& anyone = reach.ipv4.ports[0][0];
  anyone.open.add(PortRange{22, 23});
  anyone.open.add(PortRange{6000, 6100});
  reach.ipv6.ports[0][0].open.add(PortRange{24, 24});
  reach.ipv4.ports[0][static_cast<std::size_t>(Audience::tailnet)].open = PortSet(1, 65535);
  reach.ipv4.ports[1][static_cast<std::size_t>(Audience::private_net)].open = PortSet(1, 65535);
  const auto rows =
      allowed_ports(reach, [](std::string_view, std::uint16_t port) { return port < 6100; });
  std::vector<std::string> shown;
  for (const PortRow& row : rows) {
    shown.push_back(std::string(row.protocol) + " " + row.port + " " +
                    std::string(to_string(row.audience)) + (row.expected ? " yes" : " no"));
  }
  EXPECT_THAT(shown,
              ElementsAre("tcp 22 any yes", "tcp 23 any yes", "tcp 24 any yes",
                          "tcp 6000-6100 any no", "udp all private no", "tcp 1-21 tailnet yes",
                          "tcp 25-5999 tailnet yes", "tcp 6101-65535 tailnet no"));
}

TEST(FirewallNetwork, WhatProcSays) {
  const auto routes = parse_ipv4_routes(
      "Iface\tDestination\tGateway\tFlags\nnonsense\n"
      "eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
      "docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\n"
      "bad\t000011AC\t00000000\t0200\t0\t0\t0\t0000FFFF\t0\t0\t0\n");
  ASSERT_EQ(routes.size(), 2U);
  EXPECT_EQ(routes[0].length, 0U);
  EXPECT_EQ(routes[1].interface, "docker0");
  EXPECT_EQ(routes[1].destination, parse_address_range("172.17.0.0/16")->range);
  const auto routes6 = parse_ipv6_routes(
      "20010db8000000000000000000000000 40 00000000000000000000000000000000 00 "
      "00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0\n"
      "00000000000000000000000000000000 00 00000000000000000000000000000000 00 "
      "00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo\n");
  ASSERT_EQ(routes6.size(), 1U);
  EXPECT_EQ(routes6[0].destination, parse_address_range("2001:db8::/64")->range);
  EXPECT_THAT(parse_interfaces("Inter-| x\n face |y\n  lo: 1 2\nbr-1a2b:3\n"),
              ElementsAre("lo", "br-1a2b"));
  EXPECT_TRUE(parse_ipv4_addresses("/32 host LOCAL\n|-- x\n/32 host LOCAL\n").empty());
}

TEST(FirewallUfw, Settings) {
  EXPECT_TRUE(ufw_enabled("# ENABLED=no\nENABLED=yes\n"));
  EXPECT_TRUE(ufw_enabled("ENABLED=\"yes\" # on\n"));
  EXPECT_FALSE(ufw_enabled("ENABLED=no\n"));
  EXPECT_FALSE(ufw_enabled("XENABLED=yes\nENABLED_TOO=yes\n"));
  EXPECT_FALSE(ufw_enabled(""));
  EXPECT_TRUE(ufw_handles_ipv6("IPV6=yes"));
}

}  // namespace

}  // namespace clawvigil::firewall
