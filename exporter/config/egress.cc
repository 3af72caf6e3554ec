#include <algorithm>

#include "exporter/config/schema.h"
#include "exporter/config/structures.h"
#include "exporter/config/values.h"

namespace clawvigil::config {

namespace {

void add_port(Reader& reader, const yaml::Node& item, std::string_view where, Config& config) {
  const bool scalar = item.kind == yaml::Node::Kind::scalar;
  const auto port = scalar ? parse_port(item.text, 1) : std::nullopt;
  if (!port) return reader.wrong(item, where, "a port from 1 to 65535");
  auto& ports = config.egress.ports;
  const std::string path(where);
  if (std::ranges::find(ports, *port) != ports.end()) {
    return reader.problem(item, path + ": " + item.text + " is given twice");
  }
  if (ports.size() == kMaxItems) return reader.problem(item, path + ": more than 256 items");
  ports.push_back(*port);
}

}  // namespace

void read_egress_ports(Reader& reader, const yaml::Node& node, Config& config) {
  constexpr std::string_view kWhere = "egress.ports";
  if (node.kind == yaml::Node::Kind::null) return;
  if (node.kind != yaml::Node::Kind::list) return reader.wrong(node, kWhere, "a list of ports");
  for (const yaml::Node& item : node.children) add_port(reader, item, kWhere, config);
}

std::string egress_ports_sample() {
  return "  # Example: ports: [6697, 993]\n"
         "  ports: []\n";
}

}  // namespace clawvigil::config
