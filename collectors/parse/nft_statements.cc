#include "collectors/parse/nft_statements.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <utility>

#include "collectors/parse/nft_keys.h"
#include "collectors/parse/nft_values.h"
#include "collectors/parse/ruleset_values.h"

namespace clawvigil::firewall {

namespace {

using simdjson::dom::element;

bool is_one_of(std::string_view word, std::span<const std::string_view> words) {
  return std::ranges::find(words, word) != words.end();
}

bool is_inverted(element value) {
  bool inverted = false;
  return value["inv"].get(inverted) == simdjson::SUCCESS && inverted;
}

Verdict opaque(std::string name) {
  return {.kind = Verdict::Kind::opaque, .name = std::move(name)};
}

// {"addr": "172.17.0.2", "port": 80}; a map or a range instead of either is opaque.
Verdict translation(element value) {
  Verdict out{.kind = Verdict::Kind::translate};
  element part;
  if (value["addr"].get(part) == simdjson::SUCCESS) {
    std::string_view text;
    const auto address = part.get(text) == simdjson::SUCCESS ? parse_address(text) : std::nullopt;
    if (!address) return opaque("translation by a map");
    out.address = address->number;
  }
  if (value["port"].get(part) == simdjson::SUCCESS) {
    std::uint64_t port = 0;
    if (part.get(port) != simdjson::SUCCESS || port > 65535) return opaque("translation by a map");
    out.port = static_cast<std::uint16_t>(port);
  }
  return out;
}

class StatementReader {
 public:
  explicit StatementReader(const FindElements& find) : find_(find) {}

  // The verdict has been read; nothing behind it counts, nor behind what is not understood.
  [[nodiscard]] bool done() const {
    return rule.verdict.kind != Verdict::Kind::proceed || rule.verdict_map.has_value();
  }

  void read(std::string_view kind, element value) {
    constexpr std::array<std::string_view, 11> kWithoutEffect{
        "counter",        "log",     "flow",    "last", "dup", "ct helper", "ct timeout",
        "ct expectation", "secmark", "comment", "snat"};
    if (const auto verdict = read_verdict(kind, value)) {
      rule.verdict = *verdict;
    } else if (kind == "match") {
      match(value);
    } else if (kind == "vmap") {
      verdict_map(value);
    } else if (kind == "limit" || kind == "ct count") {
      limit(value);
    } else if (kind == "set" || kind == "map" || kind == "meter") {
      update(value);
    } else if (kind == "mangle") {
      mangle(value);
    } else if (kind == "notrack") {
      rule.untracks = true;
    } else if (kind == "xt") {
      hidden(value);
    } else if (kind == "quota") {
      rule.conditions.push_back(perhaps("quota"));
    } else if (!is_one_of(kind, kWithoutEffect)) {
      rule.verdict = opaque("statement " + std::string(kind));
    }
  }

  Rule rule;

 private:
  [[nodiscard]] std::shared_ptr<const Elements> elements_of(element right,
                                                            const std::vector<Key>& keys) const {
    std::string_view text;
    if (right.get(text) == simdjson::SUCCESS && text.starts_with('@')) return find_(text.substr(1));
    std::vector<Element> list;
    simdjson::dom::array members;
    if (right["set"].get(members) == simdjson::SUCCESS) {
      if (members.size() > kMaxElements) return nullptr;
      for (const element member : members) list.push_back(read_element(member, keys));
    } else {
      list.push_back(read_element(right, keys));
    }
    return std::make_shared<const Elements>(compacted(std::move(list)));
  }

  void match(element value) {
    element left;
    element right;
    const std::string_view op = text_of(value, "op");
    if (value["left"].get(left) != simdjson::SUCCESS ||
        value["right"].get(right) != simdjson::SUCCESS) {
      rule.conditions.push_back(perhaps("match"));
      return;
    }
    Lookup lookup;
    lookup.keys = read_keys(left);
    lookup.elements = elements_of(right, lookup.keys);
    if (!compare(op, right, lookup)) lookup.elements = nullptr;
    if (!lookup.elements) {
      rule.conditions.push_back(perhaps("comparison " + std::string(op)));
    } else {
      rule.conditions.push_back(std::move(lookup));
    }
  }

  // False for what is not understood. `<` and the like become ranges.
  static bool compare(std::string_view op, element right, Lookup& lookup) {
    const Field field = lookup.keys[0].field;
    const bool flags = field == Field::state || field == Field::status || field == Field::tcp_flags;
    if (op == "==") return true;
    if (op == "!=") {
      lookup.compare = Compare::not_equal;
      // Of several flags together nft itself means "none of them" in places.
      return !(flags && right.is_array());
    }
    if (op == "in" || op == "!") {
      lookup.compare = op == "in" ? Compare::any_bit : Compare::no_bit;
      return flags || field == Field::opaque;
    }
    if (!lookup.elements || lookup.elements->ranges.size() != 1) return false;
    NumberRange range = lookup.elements->ranges[0];
    constexpr std::uint64_t kLast = ~std::uint64_t{0};
    if (op == "<" || op == ">=") {
      lookup.compare = op == "<" ? Compare::not_equal : Compare::equal;
      range.high = {kLast, kLast};
    } else if (op == "<=" || op == ">") {
      lookup.compare = op == ">" ? Compare::not_equal : Compare::equal;
      range.low = {};
    } else {
      return false;
    }
    Elements elements;
    elements.ranges.push_back(range);
    lookup.elements = std::make_shared<const Elements>(std::move(elements));
    return true;
  }

  void verdict_map(element value) {
    element key;
    element data;
    if (value["key"].get(key) != simdjson::SUCCESS ||
        value["data"].get(data) != simdjson::SUCCESS) {
      rule.verdict = opaque("verdict map");
      return;
    }
    Lookup lookup;
    lookup.keys = read_keys(key);
    std::string_view text;
    simdjson::dom::array members;
    if (data.get(text) == simdjson::SUCCESS && text.starts_with('@')) {
      lookup.elements = find_(text.substr(1));
    } else if (data["set"].get(members) == simdjson::SUCCESS) {
      lookup.elements = std::make_shared<const Elements>(read_map(members, lookup.keys));
    }
    if (!lookup.elements) {
      rule.verdict = opaque("verdict map");
    } else {
      rule.verdict_map = std::move(lookup);
    }
  }

  // What the first packets of somebody meet: limits not yet reached.
  void limit(element value) {
    if (!value.is_object()) {
      rule.conditions.push_back(perhaps("named limit"));
    } else {
      rule.conditions.push_back(is_inverted(value) ? never() : always());
    }
  }

  // add @set { ip saddr limit rate over 5/minute }
  void update(element value) {
    element inner;
    if (value["key"].get(inner) == simdjson::SUCCESS ||
        value["elem"]["elem"]["val"].get(inner) == simdjson::SUCCESS ||
        value["elem"].get(inner) == simdjson::SUCCESS) {
      has(inner);
    }
    if (value["stmt"].get(inner) != simdjson::SUCCESS) return;
    simdjson::dom::array several;
    if (inner.get(several) != simdjson::SUCCESS) return statement(inner);
    for (const element part : several) statement(part);
  }

  // Only packets that have these keys get any further.
  void has(element expression) {
    Lookup lookup;
    lookup.keys = read_keys(expression);
    Pattern anything;
    anything.kind = Pattern::Kind::anything;
    Elements elements;
    elements.list.emplace_back();
    elements.list.back().patterns.assign(lookup.keys.size(), anything);
    lookup.elements = std::make_shared<const Elements>(std::move(elements));
    rule.conditions.push_back(std::move(lookup));
  }

  void statement(element value) {
    simdjson::dom::object object;
    if (value.get(object) != simdjson::SUCCESS) return;
    for (const auto [kind, inner] : object) {
      if (kind == "limit" || kind == "ct count") {
        limit(inner);
      } else if (kind != "counter") {
        rule.conditions.push_back(perhaps(kind));
      }
    }
  }

  void mangle(element value) {
    element target;
    if (value["key"].get(target) != simdjson::SUCCESS) return;
    const std::vector<Key> keys = read_keys(target);
    const Field field = keys[0].field;
    if (field == Field::mark) {
      rule.changes_mark = true;
    } else if (field != Field::opaque) {
      rule.verdict = opaque("statement that changes packets");
    }
  }

  // Of iptables-nft: only the name is shown.
  void hidden(element value) {
    constexpr std::array<std::string_view, 2> kAlways{"comment", "limit"};
    constexpr std::array<std::string_view, 4> kNever{"icmp", "icmp6", "rt", "ah"};
    constexpr std::array<std::string_view, 4> kProceeding{"LOG", "NFLOG", "CHECKSUM", "TCPMSS"};
    const std::string_view name = text_of(value, "name");
    if (text_of(value, "type") == "target") {
      if (name == "REJECT") {
        rule.verdict.kind = Verdict::Kind::drop;
      } else if (!is_one_of(name, kProceeding)) {
        rule.verdict = opaque("iptables target " + std::string(name));
      }
    } else if (is_one_of(name, kNever)) {
      rule.conditions.push_back(never());
    } else if (!is_one_of(name, kAlways)) {
      rule.conditions.push_back(perhaps("iptables match " + std::string(name)));
    }
  }

  const FindElements& find_;
};

}  // namespace

std::optional<Verdict> read_verdict(std::string_view name, element value) {
  using Kind = Verdict::Kind;
  if (name == "accept" || name == "masquerade") return Verdict{.kind = Kind::accept};
  if (name == "drop" || name == "reject") return Verdict{.kind = Kind::drop};
  if (name == "return") return Verdict{.kind = Kind::leave};
  if (name == "continue") return Verdict{.kind = Kind::proceed};
  if (name == "jump" || name == "goto") {
    return Verdict{.kind = name == "jump" ? Kind::jump : Kind::go_to,
                   .chain = std::string(text_of(value, "target"))};
  }
  if (name == "dnat") return translation(value);
  if (name == "redirect") {
    return value.is_object() ? translation(value) : Verdict{.kind = Kind::translate};
  }
  return std::nullopt;
}

Elements read_map(simdjson::dom::array members, const std::vector<Key>& keys) {
  Elements out;
  for (const element member : members) {
    simdjson::dom::array pair;
    simdjson::dom::object verdict;
    Element read;
    if (member.get(pair) == simdjson::SUCCESS && pair.size() == 2) {
      read = read_element(pair.at(0), keys);
      read.verdict = opaque("verdict map");
      if (pair.at(1).get(verdict) == simdjson::SUCCESS && verdict.size() == 1) {
        const auto [kind, value] = *verdict.begin();
        if (const auto known = read_verdict(kind, value)) read.verdict = *known;
      }
    } else {
      read.patterns.assign(keys.size(), Pattern());
      read.verdict = opaque("verdict map");
    }
    out.list.push_back(std::move(read));
  }
  return out;
}

Rule read_statements(simdjson::dom::array statements, const FindElements& find) {
  StatementReader reader(find);
  for (const element statement : statements) {
    simdjson::dom::object object;
    if (statement.get(object) != simdjson::SUCCESS) continue;
    for (const auto [kind, value] : object) {
      if (!reader.done()) reader.read(kind, value);
    }
  }
  return std::move(reader.rule);
}

}  // namespace clawvigil::firewall
