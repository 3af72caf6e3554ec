// What `nft -j list ruleset` prints (libnftables-json(5)); seen with nft 1.0.6.
//
//   {"nftables": [
//     {"metainfo": {"version": "1.0.6", "json_schema_version": 1}},
//     {"table": {"family": "inet", "name": "filter", "handle": 1}},
//     {"set": {"family": "inet", "table": "filter", "name": "lan", "type": "ipv4_addr",
//              "flags": ["interval"], "elem": [{"prefix": {"addr": "10.0.0.0", "len": 8}}]}},
//     {"chain": {"family": "inet", "table": "filter", "name": "input", "handle": 2,
//                "type": "filter", "hook": "input", "prio": 0, "policy": "drop"}},
//     {"rule": {"family": "inet", "table": "filter", "chain": "input", "handle": 24, "expr": [
//       {"match": {"op": "==", "left": {"payload": {"protocol": "ip", "field": "saddr"}},
//                  "right": "@lan"}},
//       {"match": {"op": "==", "left": {"payload": {"protocol": "tcp", "field": "dport"}},
//                  "right": {"set": [80, {"range": [8000, 8010]}]}}},
//       {"counter": {"packets": 0, "bytes": 0}}, {"accept": null}]}}]}
//
// Expressions and statements that are not understood become opaque conditions and verdicts. Tables
// of iptables-nft are marked (Table::has_hidden_rules): most of their matches show as
// {"xt": {"type": "match", "name": "conntrack"}} here, without what they match.
//
// Pure; any thread.
#pragma once

#include <string_view>

#include "collectors/parse/ruleset.h"
#include "exporter/base/result.h"

namespace clawvigil::firewall {

// The tables of inet, ip, ip6 and netdev that are not dormant. parse: not such a document;
// unsupported: another json_schema_version; too_large: beyond kMaxRules or kMaxElements.
[[nodiscard]] Result<Ruleset> parse_nft_ruleset(std::string_view json);

}  // namespace clawvigil::firewall
