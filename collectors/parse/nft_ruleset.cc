#include "collectors/parse/nft_ruleset.h"

#include <simdjson.h>

#include <algorithm>
#include <utility>

#include "collectors/parse/nft_keys.h"
#include "collectors/parse/nft_statements.h"
#include "collectors/parse/nft_values.h"
#include "collectors/parse/ruleset_values.h"

namespace clawvigil::firewall {

namespace {

using simdjson::dom::element;

constexpr std::size_t kMaxDepth = 64;

std::optional<Hook> hook_of(std::string_view name) {
  if (name == "ingress") return Hook::ingress;
  if (name == "prerouting") return Hook::prerouting;
  if (name == "input") return Hook::input;
  if (name == "forward") return Hook::forward;
  return std::nullopt;
}

bool has_flag(element object, std::string_view wanted) {
  std::string_view single;
  if (object["flags"].get(single) == simdjson::SUCCESS) return single == wanted;
  simdjson::dom::array flags;
  if (object["flags"].get(flags) != simdjson::SUCCESS) return false;
  return std::ranges::any_of(flags, [&](element flag) {
    std::string_view name;
    return flag.get(name) == simdjson::SUCCESS && name == wanted;
  });
}

std::optional<std::vector<std::string>> devices_of(element chain) {
  element device;
  if (chain["dev"].get(device) != simdjson::SUCCESS) return std::nullopt;
  std::vector<std::string> out;
  std::string_view name;
  simdjson::dom::array several;
  if (device.get(name) == simdjson::SUCCESS) out.emplace_back(name);
  if (device.get(several) == simdjson::SUCCESS) {
    for (const element part : several) {
      if (part.get(name) == simdjson::SUCCESS) out.emplace_back(name);
    }
  }
  return out;
}

// The rule without what changes by itself.
std::string text_of_rule(simdjson::dom::array statements) {
  std::string text;
  for (const element statement : statements) {
    if (statement["counter"].error() == simdjson::SUCCESS) continue;
    text += simdjson::minify(statement);
  }
  return text;
}

class RulesetReader {
 public:
  Result<Ruleset> read(std::string_view json) {
    simdjson::dom::parser parser;
    if (const auto error = parser.allocate(json.size() + 1, kMaxDepth)) {
      return fail(Errc::too_large, simdjson::error_message(error));
    }
    element root;
    if (const auto error = parser.parse(json.data(), json.size()).get(root)) {
      return fail(Errc::parse, simdjson::error_message(error));
    }
    simdjson::dom::array objects;
    if (root["nftables"].get(objects) != simdjson::SUCCESS) {
      return fail(Errc::parse, "no list \"nftables\"");
    }
    // Rules may come before the sets and chains they name.
    TRY(each(objects, &RulesetReader::read_table));
    TRY(each(objects, &RulesetReader::read_set_or_chain));
    TRY(each(objects, &RulesetReader::read_rule));
    return std::move(out_);
  }

 private:
  using Handler = Result<> (RulesetReader::*)(std::string_view kind, element value);

  Result<> each(simdjson::dom::array objects, Handler handler) {
    for (const element entry : objects) {
      simdjson::dom::object object;
      if (entry.get(object) != simdjson::SUCCESS) return fail(Errc::parse, "not an object");
      for (const auto [kind, value] : object) TRY((this->*handler)(kind, value));
    }
    return {};
  }

  Result<> read_table(std::string_view kind, element value) {
    if (kind == "metainfo") {
      std::uint64_t version = 1;
      if (value["json_schema_version"].get(version) == simdjson::SUCCESS && version != 1) {
        return fail(Errc::unsupported, "libnftables schema " + std::to_string(version));
      }
    }
    if (kind != "table" || has_flag(value, "dormant")) return {};
    const std::string_view family = text_of(value, "family");
    Table table;
    table.name = text_of(value, "name");
    const bool device = family == "netdev";
    // nft 1.0.6 prints any text it finds in memory instead of a flag's name.
    table.perhaps_asleep = value["flags"].error() == simdjson::SUCCESS &&
                           !has_flag(value, "owner") && !has_flag(value, "persist");
    table.ipv4 = family == "ip" || family == "inet" || device;
    table.ipv6 = family == "ip6" || family == "inet" || device;
    if (!table.ipv4 && !table.ipv6) return {};
    if (out_.tables.size() >= kMaxRules) return fail(Errc::too_large, "too many tables");
    places_.try_emplace({std::string(family), table.name}, out_.tables.size());
    out_.tables.push_back(std::move(table));
    return {};
  }

  // The table of a chain, set or rule; nullptr when it is of no interest here.
  Table* table_of(element value) {
    const auto found =
        places_.find({std::string(text_of(value, "family")), std::string(text_of(value, "table"))});
    return found == places_.end() ? nullptr : &out_.tables[found->second];
  }

  Result<> read_set_or_chain(std::string_view kind, element value) {
    Table* const table = table_of(value);
    if (table == nullptr) return {};
    if (kind == "set" || kind == "map") return read_set(*table, value);
    if (kind != "chain") return {};
    if (++chains_ > kMaxRules) return fail(Errc::too_large, "too many chains");
    Chain& chain = table->chains[std::string(text_of(value, "name"))];
    const auto hook = hook_of(text_of(value, "hook"));
    if (!hook) return {};
    BaseChain base;
    base.hook = *hook;
    base.drops = text_of(value, "policy") == "drop";
    base.translates = text_of(value, "type") == "nat";
    if (value["prio"].get(base.priority) != simdjson::SUCCESS) base.priority = 0;
    if (*hook == Hook::ingress) base.devices = devices_of(value);
    chain.base = base;
    return {};
  }

  Result<> read_set(Table& table, element value) {
    simdjson::dom::array members;
    element type;
    Elements elements;
    if (value["type"].get(type) != simdjson::SUCCESS) return {};
    const std::vector<Key> keys = keys_of_type(type);
    if (value["elem"].get(members) == simdjson::SUCCESS) {
      TRY(count(members.size()));
      elements =
          text_of(value, "map").empty() ? read_members(members, keys) : read_map(members, keys);
    }
    NamedSet set;
    set.elements = std::make_shared<const Elements>(std::move(elements));
    set.changing = has_flag(value, "timeout") || has_flag(value, "dynamic");
    table.sets[std::string(text_of(value, "name"))] = std::move(set);
    return {};
  }

  Result<> count(std::size_t members) {
    elements_ += members;
    if (elements_ <= kMaxElements) return {};
    return fail(Errc::too_large, "more than " + std::to_string(kMaxElements) + " elements of sets");
  }

  // What a rule has of its own; what belongs to a named set is counted with that.
  Result<> count_of(const Lookup& lookup) {
    if (lookup.elements.use_count() > 1) return {};
    return count(lookup.elements->list.size() + lookup.elements->ranges.size());
  }

  static Elements read_members(simdjson::dom::array members, const std::vector<Key>& keys) {
    std::vector<Element> list;
    for (const element member : members) list.push_back(read_element(member, keys));
    return compacted(std::move(list));
  }

  Result<> read_rule(std::string_view kind, element value) {
    Table* const table = kind == "rule" ? table_of(value) : nullptr;
    simdjson::dom::array statements;
    if (table == nullptr) return {};
    if (value["expr"].get(statements) != simdjson::SUCCESS) {
      return fail(Errc::parse, "a rule without \"expr\"");
    }
    if (++rules_ > kMaxRules) {
      return fail(Errc::too_large, "more than " + std::to_string(kMaxRules) + " rules");
    }
    const auto find = [table](std::string_view name) -> std::shared_ptr<const Elements> {
      const auto found = table->sets.find(name);
      return found == table->sets.end() ? nullptr : found->second.elements;
    };
    Rule rule = read_statements(statements, find);
    for (const Lookup& lookup : rule.conditions) TRY(count_of(lookup));
    if (rule.verdict_map) TRY(count_of(*rule.verdict_map));
    rule.text = text_of_rule(statements);
    for (const element statement : statements) {
      if (statement["xt"].error() == simdjson::SUCCESS) table->has_hidden_rules = true;
    }
    table->chains[std::string(text_of(value, "chain"))].rules.push_back(std::move(rule));
    return {};
  }

  Ruleset out_;
  std::map<std::pair<std::string, std::string>, std::size_t> places_;
  std::size_t chains_ = 0;
  std::size_t rules_ = 0;
  std::size_t elements_ = 0;
};

}  // namespace

Result<Ruleset> parse_nft_ruleset(std::string_view json) { return RulesetReader().read(json); }

}  // namespace clawvigil::firewall
