// The rules of a packet filter as far as they can decide over a packet, whatever program wrote
// them: what nft_ruleset.h and iptables_save.h read, and collectors/firewall evaluates. Plain data.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace clawvigil::firewall {

enum class IpFamily : std::uint8_t { ipv4, ipv6 };

inline constexpr std::uint8_t kTcp = 6;
inline constexpr std::uint8_t kUdp = 17;

// A number of up to 128 bits: an address (IPv4 in the low 32 bits), port, protocol, mark.
struct Number {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  auto operator<=>(const Number&) const = default;
};

struct NumberRange {
  Number low;
  Number high;  // included
  bool operator==(const NumberRange&) const = default;
};

// What a rule looks at. `absent`: something no TCP or UDP packet to this host has (an ICMP type, a
// routing header); `opaque`: something that is not understood or not known here.
enum class Field : std::uint8_t {
  source,
  destination,
  source_port,
  destination_port,
  transport,  // protocol number
  family,     // 2: IPv4, 10: IPv6
  in_interface,
  out_interface,
  state,  // of connection tracking, as flags: kNew ...
  status,
  direction,  // 0: as the first packet of the connection
  mark,       // of packet or connection
  tcp_flags,
  packet_type,
  source_type,  // unicast, local, multicast ... by the routing table
  destination_type,
  return_route,  // 1: there is one
  fragment,      // offset of a fragment, 0 for a whole packet
  one,           // 1, always
  zero,          // 0, always
  absent,
  opaque
};

inline constexpr std::uint64_t kInvalid = 1;
inline constexpr std::uint64_t kEstablished = 2;
inline constexpr std::uint64_t kRelated = 4;
inline constexpr std::uint64_t kNew = 8;
inline constexpr std::uint64_t kUntracked = 64;
inline constexpr std::uint64_t kSyn = 2;
inline constexpr std::uint64_t kDnatted = 32;

struct Key {
  Field field = Field::opaque;
  std::optional<IpFamily> family{};         // packets of the other one do not match
  std::optional<std::uint8_t> transport{};  // the same for protocols
  std::uint64_t mask = ~std::uint64_t{0};   // applied to the packet's value first
  std::string name{};                       // for people, of what is opaque
};

// What the value of one key may be.
struct Pattern {
  enum class Kind : std::uint8_t { number, text, anything, opaque };
  Kind kind = Kind::opaque;
  NumberRange range{};
  std::string text{};      // interface or type
  bool is_prefix = false;  // any text beginning so
};

struct Verdict {
  enum class Kind : std::uint8_t {
    proceed,  // with the next rule
    accept,   // ends this base chain
    drop,     // ends everything
    leave,    // back to the calling chain
    jump,
    go_to,
    translate,  // to another port or destination
    opaque      // nobody knows
  };
  Kind kind = Kind::proceed;
  std::string chain{};                  // jump, go_to
  std::optional<Number> address{};      // translate; nullopt: this host
  std::optional<std::uint16_t> port{};  // translate; nullopt: unchanged
  std::string name{};                   // of what is opaque
};

struct Element {
  std::vector<Pattern> patterns;  // one for each key
  Verdict verdict{};              // of a verdict map
};

struct Elements {
  std::vector<Element> list;
  // Instead of `list`, of a single key and without verdicts: ascending, neither touching nor
  // overlapping.
  std::vector<NumberRange> ranges;
};

enum class Compare : std::uint8_t { equal, not_equal, any_bit, no_bit };

// "The keys of the packet are (not) among the elements."
struct Lookup {
  std::vector<Key> keys;
  Compare compare = Compare::equal;
  std::shared_ptr<const Elements> elements;
};

struct Rule {
  std::vector<Lookup> conditions;  // all of them
  Verdict verdict{};
  std::optional<Lookup> verdict_map{};  // decides instead of `verdict`
  bool changes_mark = false;
  bool untracks = false;  // the connection's state is then not "new"
  std::string text{};     // the same rule has the same text; without counters
};

enum class Hook : std::uint8_t { ingress, prerouting, input, forward };

struct BaseChain {
  Hook hook = Hook::input;
  std::int64_t priority = 0;
  bool drops = false;  // policy
  bool translates = false;
  std::optional<std::vector<std::string>> devices{};  // of ingress; nullopt: not said
};

struct Chain {
  std::optional<BaseChain> base{};  // nullopt: only reached by a jump, or not of interest
  std::vector<Rule> rules;
};

struct NamedSet {
  std::shared_ptr<const Elements> elements;
  bool changing = false;  // filled by rules or with timeouts: bans rather than policy
};

struct Table {
  std::string name;
  bool ipv4 = false;
  bool ipv6 = false;
  std::map<std::string, Chain, std::less<>> chains;
  std::map<std::string, NamedSet, std::less<>> sets;
  bool perhaps_asleep = false;    // it has flags, and it is not known whether one is "dormant"
  bool has_hidden_rules = false;  // of iptables, which `nft -j` shows in part only
};

struct Ruleset {
  std::vector<Table> tables;
};

inline constexpr std::size_t kMaxRules = 50'000;
inline constexpr std::size_t kMaxElements = 200'000;  // of all sets together

}  // namespace clawvigil::firewall
