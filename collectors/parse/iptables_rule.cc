#include "collectors/parse/iptables_rule.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <utility>

#include "collectors/parse/iptables_translation.h"
#include "collectors/parse/ruleset_values.h"
#include "exporter/base/digits.h"
#include "exporter/base/strings.h"

namespace clawvigil::firewall {

namespace {

bool is_one_of(std::string_view word, std::span<const std::string_view> words) {
  return std::ranges::find(words, word) != words.end();
}

// Options with one argument that change nothing about a first packet at a calm moment.
constexpr std::array<std::string_view, 33> kIgnored{"--comment",
                                                    "--limit",
                                                    "--limit-burst",
                                                    "--log-prefix",
                                                    "--log-level",
                                                    "--seconds",
                                                    "--hitcount",
                                                    "--mask",
                                                    "--name",
                                                    "--reject-with",
                                                    "--nflog-prefix",
                                                    "--nflog-group",
                                                    "--connlimit-mask",
                                                    "--hashlimit-burst",
                                                    "--hashlimit-mode",
                                                    "--hashlimit-name",
                                                    "--hashlimit-srcmask",
                                                    "--hashlimit-dstmask",
                                                    "--hashlimit-htable-size",
                                                    "--hashlimit-htable-max",
                                                    "--hashlimit-htable-expire",
                                                    "--hashlimit-htable-gcinterval",
                                                    "--hashlimit-rate-interval",
                                                    "--set-mark",
                                                    "--set-xmark",
                                                    "--nflog-threshold",
                                                    "--nflog-size",
                                                    "--and-mark",
                                                    "--or-mark",
                                                    "--xor-mark",
                                                    "--nfmask",
                                                    "--ctmask",
                                                    "--dir"};
// The same without an argument.
constexpr std::array<std::string_view, 9> kSilent{
    "--rsource", "--rdest",          "--rttl",   "--reap",      "--connlimit-saddr",
    "--log-uid", "--log-ip-options", "--random", "--persistent"};
// Modules whose match no plain TCP or UDP packet from outside has.
constexpr std::array<std::string_view, 7> kAbsent{"rt",    "ah",     "esp", "icmp",
                                                  "icmp6", "icmpv6", "frag"};
// Modules with options of the protocol only, or handled by their options.
constexpr std::array<std::string_view, 17> kTransparent{
    "tcp",       "udp",      "comment",  "limit",  "conntrack", "state",
    "multiport", "addrtype", "iprange",  "recent", "mark",      "connlimit",
    "hashlimit", "pkttype",  "connmark", "set",    "policy"};
constexpr std::array<std::string_view, 13> kProceeding{
    "LOG",      "NFLOG", "ULOG", "AUDIT", "TRACE",       "CHECKSUM", "TCPMSS",
    "CLASSIFY", "DSCP",  "TEE",  "SET",   "CONNSECMARK", "CT"};

std::string_view canonical(std::string_view option) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 16> kNames{{
      {"--source", "-s"},
      {"--src", "-s"},
      {"--destination", "-d"},
      {"--dst", "-d"},
      {"--in-interface", "-i"},
      {"--out-interface", "-o"},
      {"--protocol", "-p"},
      {"--proto", "-p"},
      {"--jump", "-j"},
      {"--goto", "-g"},
      {"--match", "-m"},
      {"--destination-port", "--dport"},
      {"--source-port", "--sport"},
      {"--destination-ports", "--dports"},
      {"--source-ports", "--sports"},
      {"--fragment", "-f"},
  }};
  for (const auto& [name, shorter] : kNames) {
    if (name == option) return shorter;
  }
  return option;
}

// "22", "6000:6007", ":1023", "1024:".
std::optional<Pattern> port_pattern(std::string_view text) {
  const std::size_t colon = text.find(':');
  const std::string_view first = text.substr(0, colon);
  const std::string_view last = colon == std::string_view::npos ? first : text.substr(colon + 1);
  const auto low = first.empty() ? 0 : parse_integer<std::uint16_t>(first);
  const auto high = last.empty() ? 65535 : parse_integer<std::uint16_t>(last);
  if (!low || !high || *high < *low) return std::nullopt;
  return range_pattern({{0, *low}, {0, *high}});
}

std::optional<std::uint64_t> number(std::string_view text) {
  return text.starts_with("0x") ? parse_integer<std::uint64_t>(text.substr(2), 16)
                                : parse_integer<std::uint64_t>(text);
}

class RuleReader {
 public:
  RuleReader(const std::vector<std::string>& words, IpFamily family)
      : words_(words), family_(family) {}

  Rule read() {
    while (at_ < words_.size()) {
      if (words_[at_] == "!") {
        negated_ = true;
        ++at_;
        continue;
      }
      option(canonical(words_[at_++]));
      negated_ = false;
    }
    return std::move(rule_);
  }

 private:
  std::string_view argument() {
    return at_ < words_.size() ? std::string_view(words_[at_++]) : std::string_view();
  }
  void skip_arguments() {
    while (at_ < words_.size() && !words_[at_].starts_with('-') && words_[at_] != "!") ++at_;
  }
  void add(Lookup condition) { rule_.conditions.push_back(std::move(condition)); }
  void unclear() { add(perhaps("iptables match " + (module_.empty() ? "?" : module_))); }

  void option(std::string_view name) {
    if (basic(name) || port_option(name) || state_option(name) || module_option(name)) return;
    if (name == "-j" || name == "-g") return target(name == "-g");
    if (is_one_of(name, kIgnored)) return static_cast<void>(argument());
    if (is_one_of(name, kSilent)) return;
    if (in_target_) {
      target_option(name);
    } else if (is_one_of(module_, kAbsent)) {
      skip_arguments();
    } else {
      skip_arguments();
      if (!opaque_module_) unclear();
    }
  }

  bool basic(std::string_view name) {
    if (name == "-s" || name == "-d") {
      addresses(name == "-s" ? Field::source : Field::destination, argument());
    } else if (name == "--src-range" || name == "--dst-range") {
      addresses(name == "--src-range" ? Field::source : Field::destination, argument());
    } else if (name == "-i" || name == "-o") {
      std::string interface(argument());
      if (interface.ends_with('+')) interface.back() = '*';
      const Field field = name == "-i" ? Field::in_interface : Field::out_interface;
      add(lookup({.field = field}, {text_pattern(interface)}, negated_));
    } else if (name == "-p") {
      protocol(argument());
    } else if (name == "-f") {
      add(never(negated_));
    } else if (name == "-m") {
      begin_module();
    } else {
      return false;
    }
    return true;
  }

  void addresses(Field field, std::string_view text) {
    std::vector<Pattern> patterns;
    for (const std::string_view part : split(text, ',')) {
      const auto range = parse_address_range(part);
      if (!range || range->family != family_) return unclear();
      patterns.push_back(range_pattern(range->range));
    }
    add(lookup({.field = field, .family = family_}, std::move(patterns), negated_));
  }

  void protocol(std::string_view text) {
    if (text == "all" || text == "0") return;
    const auto value = parse_protocol(text);
    if (!value) return unclear();
    add(lookup({.field = Field::transport}, {number_pattern(*value)}, negated_));
  }

  void begin_module() {
    module_ = argument();
    in_target_ = false;
    opaque_module_ = !is_one_of(module_, kTransparent) && !is_one_of(module_, kAbsent);
    if (is_one_of(module_, kAbsent)) add(never(negated_));
    if (opaque_module_) unclear();
  }

  bool port_option(std::string_view name) {
    if (in_target_) return false;
    const bool destination = name == "--dport" || name == "--dports";
    if (!destination && name != "--sport" && name != "--sports") return false;
    std::vector<Pattern> patterns;
    for (const std::string_view part : split(argument(), ',')) {
      const auto pattern = port_pattern(part);
      if (!pattern) {
        unclear();
        return true;
      }
      patterns.push_back(*pattern);
    }
    const Field field = destination ? Field::destination_port : Field::source_port;
    add(lookup({.field = field}, std::move(patterns), negated_));
    return true;
  }

  bool state_option(std::string_view name) {
    if (name == "--ctstate" || name == "--state") {
      states(argument());
    } else if (name == "--syn") {
      flags(kSyn | 1 | 4 | 16, kSyn);
    } else if (name == "--tcp-flags") {
      const auto mask = flag_list(argument());
      const auto wanted = flag_list(argument());
      if (!mask || !wanted) {
        unclear();
      } else {
        flags(*mask, *wanted);
      }
    } else if (name == "--ctdir") {
      add(lookup({.field = Field::direction},
                 {number_pattern(to_lower_ascii(argument()) == "original" ? 0 : 1)}, negated_));
    } else {
      return false;
    }
    return true;
  }

  static std::optional<std::uint64_t> flag_list(std::string_view text) {
    std::uint64_t all = 0;
    for (const std::string_view part : split(text, ',')) {
      const auto flag = tcp_flag(part);
      if (!flag) return std::nullopt;
      all |= *flag;
    }
    return all;
  }

  void flags(std::uint64_t mask, std::uint64_t wanted) {
    add(lookup({.field = Field::tcp_flags, .transport = kTcp, .mask = mask},
               {number_pattern(wanted)}, negated_));
  }

  // DNAT and SNAT are no states of their own, but may stand among them.
  void states(std::string_view text) {
    std::uint64_t wanted = 0;
    std::uint64_t status = 0;
    for (const std::string_view part : split(text, ',')) {
      const auto state = state_flag(part);
      const auto translated = status_flag(part);
      if (!state && !translated) return unclear();
      wanted |= state.value_or(0);
      status |= translated.value_or(0);
    }
    if (negated_ || status == 0 || (wanted & kNew) != 0) bits(Field::state, wanted);
    if (status != 0 && (negated_ || (wanted & kNew) == 0)) bits(Field::status, status);
  }

  void bits(Field field, std::uint64_t wanted) {
    Lookup condition = lookup({.field = field}, {number_pattern(wanted)});
    condition.compare = negated_ ? Compare::no_bit : Compare::any_bit;
    add(std::move(condition));
  }

  bool module_option(std::string_view name) {
    if (module_ == "recent" &&
        (name == "--set" || name == "--update" || name == "--rcheck" || name == "--remove")) {
      add(name == "--set" ? always(negated_) : never(negated_));
    } else if (name == "--connlimit-above" || name == "--hashlimit-above") {
      argument();
      add(never(negated_));
    } else if (name == "--connlimit-upto" || name == "--hashlimit-upto" || name == "--hashlimit") {
      argument();
      add(always(negated_));
    } else if (name == "--dst-type" || name == "--src-type" || name == "--pkt-type") {
      types(name);
    } else if (name == "--pol") {
      add(argument() == "ipsec" ? never(negated_) : always(negated_));
    } else if (name == "--limit-iface-in") {
      // The destination is then an address of the interface the packet came by.
    } else if (name == "--mark" && !in_target_) {
      mark(argument());
    } else if (name == "--match-set") {
      const std::string set(argument());
      argument();
      add(perhaps("ipset " + set));
    } else {
      return false;
    }
    return true;
  }

  void types(std::string_view name) {
    Field field = Field::packet_type;
    if (name == "--dst-type") field = Field::destination_type;
    if (name == "--src-type") field = Field::source_type;
    std::vector<Pattern> patterns;
    for (const std::string_view part : split(argument(), ',')) {
      const std::string type = to_lower_ascii(part);
      patterns.push_back(
          text_pattern(type == "unicast" && field == Field::packet_type ? "host" : type));
    }
    add(lookup({.field = field}, std::move(patterns), negated_));
  }

  void mark(std::string_view text) {
    const std::size_t slash = text.find('/');
    const auto value = number(text.substr(0, slash));
    const auto mask = slash == std::string_view::npos ? std::optional(~std::uint64_t{0})
                                                      : number(text.substr(slash + 1));
    if (!value || !mask) return unclear();
    add(lookup({.field = Field::mark, .mask = *mask}, {number_pattern(*value)}, negated_));
  }

  void target(bool go_to) {
    const std::string name(argument());
    in_target_ = true;
    Verdict& verdict = rule_.verdict;
    if (name == "ACCEPT" || name == "MASQUERADE" || name == "SNAT") {
      verdict.kind = Verdict::Kind::accept;
    } else if (name == "DROP" || name == "REJECT" || name == "TARPIT") {
      verdict.kind = Verdict::Kind::drop;
    } else if (name == "RETURN") {
      verdict.kind = Verdict::Kind::leave;
    } else if (name == "DNAT" || name == "REDIRECT") {
      verdict.kind = Verdict::Kind::translate;
    } else if (name == "MARK" || name == "CONNMARK") {
      rule_.changes_mark = true;
    } else if (name == "NOTRACK") {
      rule_.untracks = true;
    } else if (name == "QUEUE" || name == "NFQUEUE" || name == "TPROXY" || name == "NETMAP" ||
               name == "SYNPROXY") {
      verdict = {.kind = Verdict::Kind::opaque, .name = "iptables target " + name};
    } else if (!is_one_of(name, kProceeding)) {
      verdict = {.kind = go_to ? Verdict::Kind::go_to : Verdict::Kind::jump, .chain = name};
    }
  }

  void target_option(std::string_view name) {
    Verdict& verdict = rule_.verdict;
    if (name == "--notrack") rule_.untracks = true;
    const bool translates = verdict.kind == Verdict::Kind::translate;
    if (translates && name == "--to-destination") {
      verdict = translation_to(argument(), family_);
      return;
    }
    if (translates && name == "--to-ports") {
      verdict = translation_to(":" + std::string(argument()), family_);
      return;
    }
    skip_arguments();
  }

  const std::vector<std::string>& words_;
  IpFamily family_;
  std::size_t at_ = 0;
  bool negated_ = false;
  bool in_target_ = false;
  bool opaque_module_ = false;
  std::string module_;
  Rule rule_;
};

}  // namespace

Rule parse_iptables_rule(const std::vector<std::string>& words, IpFamily family) {
  return RuleReader(words, family).read();
}

}  // namespace clawvigil::firewall
