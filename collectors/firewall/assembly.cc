#include "collectors/firewall/assembly.h"

#include <algorithm>
#include <vector>

#include "collectors/parse/iptables_save.h"
#include "collectors/parse/nft_ruleset.h"

namespace clawvigil::firewall {

namespace {

const std::string* output(const std::map<std::string, std::string>& outputs,
                          std::string_view reading) {
  const auto found = outputs.find(std::string(reading));
  return found == outputs.end() ? nullptr : &found->second;
}

Result<std::vector<Table>> saved_tables(const std::map<std::string, std::string>& outputs,
                                        std::string_view reading, IpFamily family) {
  const std::string* const text = output(outputs, reading);
  if (text == nullptr) return std::vector<Table>();
  auto tables = parse_iptables_save(*text, family);
  if (!tables) return prefixed(std::move(tables).error(), reading);
  return tables;
}

void reveal(Ruleset& ruleset, std::vector<Table> saved, IpFamily family) {
  const bool ipv4 = family == IpFamily::ipv4;
  for (Table& table : ruleset.tables) {
    if (!table.has_hidden_rules || table.ipv4 != ipv4 || table.ipv6 == ipv4) continue;
    const auto found = std::ranges::find(saved, table.name, &Table::name);
    if (found != saved.end()) table = std::move(*found);
  }
}

}  // namespace

Result<Ruleset> assemble(const std::map<std::string, std::string>& outputs) {
  const std::string* const json = output(outputs, kRulesetReading);
  if (json == nullptr) return fail(Errc::not_found, "no reading of the ruleset");
  auto ruleset = parse_nft_ruleset(*json);
  if (!ruleset) return prefixed(std::move(ruleset).error(), kRulesetReading);
  TRY_ASSIGN(auto ipv4, saved_tables(outputs, kIptablesReading, IpFamily::ipv4));
  TRY_ASSIGN(auto ipv6, saved_tables(outputs, kIp6tablesReading, IpFamily::ipv6));
  reveal(*ruleset, std::move(ipv4), IpFamily::ipv4);
  reveal(*ruleset, std::move(ipv6), IpFamily::ipv6);
  TRY_ASSIGN(auto legacy, saved_tables(outputs, kLegacyReading, IpFamily::ipv4));
  TRY_ASSIGN(auto legacy6, saved_tables(outputs, kLegacy6Reading, IpFamily::ipv6));
  std::ranges::move(legacy, std::back_inserter(ruleset->tables));
  std::ranges::move(legacy6, std::back_inserter(ruleset->tables));
  return ruleset;
}

}  // namespace clawvigil::firewall
