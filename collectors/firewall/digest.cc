#include "collectors/firewall/digest.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

namespace clawvigil::firewall {

namespace {

// Tables and chains of programs that ban.
bool bans(std::string_view name) {
  constexpr std::array<std::string_view, 4> kBanning{"f2b-", "fail2ban", "crowdsec", "sshguard"};
  return std::ranges::any_of(kBanning,
                             [&](std::string_view prefix) { return name.starts_with(prefix); });
}

std::string text_of(const Number& number) {
  return std::to_string(number.high) + "." + std::to_string(number.low);
}

void add_pattern(const Pattern& pattern, std::string& out) {
  out += ' ';
  if (pattern.kind == Pattern::Kind::number) {
    out += text_of(pattern.range.low) + "-" + text_of(pattern.range.high);
  } else {
    out += pattern.text;
    if (pattern.is_prefix || pattern.kind == Pattern::Kind::anything) out += '*';
  }
}

void add_set(const Elements& elements, std::string& out) {
  for (const NumberRange& range : elements.ranges) {
    out += text_of(range.low) + "-" + text_of(range.high) + "\n";
  }
  for (const Element& element : elements.list) {
    for (const Pattern& pattern : element.patterns) add_pattern(pattern, out);
    out += " : " + std::to_string(static_cast<int>(element.verdict.kind)) + element.verdict.chain;
    out += '\n';
  }
}

class Writer {
 public:
  explicit Writer(const Table& table) : table_(table) {}

  void write(std::string& out) {
    for (const auto& [name, chain] : table_.chains) {
      if (!chain.base || chain.base->hook == Hook::forward || chain.base->translates) continue;
      out += "base " + name + " " + std::to_string(static_cast<int>(chain.base->hook)) + " " +
             std::to_string(chain.base->priority) + (chain.base->drops ? " drop\n" : " accept\n");
      pending_.insert(name);
    }
    while (!pending_.empty()) {
      const std::string name = *pending_.begin();
      pending_.erase(pending_.begin());
      if (!written_.insert(name).second) continue;
      const auto chain = table_.chains.find(name);
      if (chain != table_.chains.end()) write_chain(name, chain->second, out);
    }
    if (written_.empty()) return;
    for (const auto& [name, set] : table_.sets) {
      if (set.changing || bans(name)) continue;
      out += "set " + name + "\n";
      add_set(*set.elements, out);
    }
  }

 private:
  void write_chain(const std::string& name, const Chain& chain, std::string& out) {
    out += "chain " + name + "\n";
    for (const Rule& rule : chain.rules) {
      if (bans(rule.verdict.chain)) continue;
      out += rule.text + "\n";
      if (!rule.verdict.chain.empty()) pending_.insert(rule.verdict.chain);
      if (!rule.verdict_map) continue;
      for (const Element& element : rule.verdict_map->elements->list) {
        if (!element.verdict.chain.empty()) pending_.insert(element.verdict.chain);
      }
    }
  }

  const Table& table_;
  std::set<std::string> pending_;
  std::set<std::string> written_;
};

}  // namespace

std::string rules_text(const Ruleset& ruleset) {
  std::set<std::string> texts;  // tables have no order of their own
  for (const Table& table : ruleset.tables) {
    if (bans(table.name)) continue;
    std::string text = "table " + table.name + (table.ipv4 ? " 4" : "") + (table.ipv6 ? " 6" : "");
    const std::size_t empty = (text += "\n").size();
    Writer(table).write(text);
    if (text.size() != empty) texts.insert(std::move(text));
  }
  std::string out;
  for (const std::string& text : texts) out += text;
  return out;
}

}  // namespace clawvigil::firewall
