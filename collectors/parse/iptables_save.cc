#include "collectors/parse/iptables_save.h"

#include <algorithm>
#include <array>
#include <string>

#include "collectors/parse/iptables_rule.h"
#include "collectors/parse/iptables_words.h"
#include "collectors/parse/ruleset_values.h"
#include "exporter/base/digits.h"
#include "exporter/base/strings.h"

namespace clawvigil::firewall {

namespace {

// Where the kernel calls a chain of its own (ip_tables: priorities of netfilter_ipv4.h).
std::optional<BaseChain> base_of(std::string_view table, std::string_view chain) {
  constexpr std::array<std::pair<std::string_view, int>, 5> kPriorities{
      {{"raw", -300}, {"mangle", -150}, {"nat", -100}, {"filter", 0}, {"security", 50}}};
  constexpr std::array<std::pair<std::string_view, Hook>, 3> kHooks{
      {{"PREROUTING", Hook::prerouting}, {"INPUT", Hook::input}, {"FORWARD", Hook::forward}}};
  BaseChain base;
  const auto* const hook =
      std::ranges::find(kHooks, chain, [](const auto& entry) { return entry.first; });
  if (hook == kHooks.end()) return std::nullopt;
  base.hook = hook->second;
  base.translates = table == "nat";
  for (const auto& [name, priority] : kPriorities) {
    if (name == table) base.priority = priority;
  }
  if (base.translates && base.hook == Hook::input) base.priority = 100;
  return base;
}

class SaveReader {
 public:
  explicit SaveReader(IpFamily family) : family_(family) {}

  Result<std::vector<Table>> read(std::string_view text) {
    std::size_t number = 0;
    for (std::string_view line : split(text, '\n')) {
      ++number;
      line = trim(line);
      if (line.empty() || line.starts_with('#')) continue;
      if (const auto result = read_line(line); !result) {
        return prefixed(result.error(), "line " + std::to_string(number));
      }
    }
    return std::move(tables_);
  }

 private:
  Result<> read_line(std::string_view line) {
    if (line.starts_with('*')) return begin_table(line.substr(1));
    if (line == "COMMIT") {
      table_ = nullptr;
      return {};
    }
    if (table_ == nullptr) return fail(Errc::parse, "outside of a table");
    if (line.starts_with(':')) return declare_chain(line.substr(1));
    if (line.starts_with('[')) {  // counters of iptables-save -c
      const std::size_t end = std::min(line.find(']'), line.size() - 1);
      line = trim(line.substr(end + 1));
    }
    return read_rule(line);
  }

  Result<> begin_table(std::string_view name) {
    const auto found = std::ranges::find(tables_, name, &Table::name);
    if (found != tables_.end()) {
      table_ = &*found;
      return {};
    }
    constexpr std::size_t kMaxTables = 16;
    if (tables_.size() >= kMaxTables) return fail(Errc::too_large, "too many tables");
    Table table;
    table.name = name;
    table.ipv4 = family_ == IpFamily::ipv4;
    table.ipv6 = !table.ipv4;
    tables_.push_back(std::move(table));
    table_ = &tables_.back();
    return {};
  }

  Result<> declare_chain(std::string_view rest) {
    const std::vector<std::string> words = iptables_words(rest);
    if (words.size() < 2) return fail(Errc::parse, "a chain without a policy");
    if (table_->chains.size() >= kMaxRules) return fail(Errc::too_large, "too many chains");
    Chain& chain = table_->chains[words[0]];
    if (words[1] == "-") {
      chain = Chain();
      return {};
    }
    chain.base = base_of(table_->name, words[0]);
    if (chain.base) chain.base->drops = words[1] == "DROP";
    return {};
  }

  // -A CHAIN …, -I CHAIN …, -I CHAIN 3 …
  Result<> read_rule(std::string_view line) {
    std::vector<std::string> words = iptables_words(line);
    const bool insert = !words.empty() && words[0] == "-I";
    if (words.size() < 2 || (!insert && words[0] != "-A")) {
      return fail(Errc::parse, "neither a chain nor a rule");
    }
    if (++rules_ > kMaxRules) {
      return fail(Errc::too_large, "more than " + std::to_string(kMaxRules) + " rules");
    }
    Chain& chain = table_->chains[words[1]];
    if (!chain.base) chain.base = base_of(table_->name, words[1]);
    std::size_t place = insert ? 0 : chain.rules.size();
    words.erase(words.begin(), words.begin() + 2);
    if (insert && !words.empty()) {
      if (const auto index = parse_integer<std::uint32_t>(words[0])) {
        place = std::min<std::size_t>(std::max(*index, 1U) - 1, chain.rules.size());
        words.erase(words.begin());
      }
    }
    Rule rule = parse_iptables_rule(words, family_);
    rule.text = line;
    chain.rules.insert(chain.rules.begin() + static_cast<std::ptrdiff_t>(place), std::move(rule));
    return {};
  }

  IpFamily family_;
  std::vector<Table> tables_;
  Table* table_ = nullptr;
  std::size_t rules_ = 0;
};

}  // namespace

Result<std::vector<Table>> parse_iptables_save(std::string_view text, IpFamily family) {
  return SaveReader(family).read(text);
}

}  // namespace clawvigil::firewall
