#include "collectors/parse/iptables_translation.h"

#include <algorithm>
#include <string>

#include "collectors/parse/ruleset_values.h"
#include "exporter/base/digits.h"

namespace clawvigil::firewall {

Verdict translation_to(std::string_view text, IpFamily family) {
  Verdict unknown{.kind = Verdict::Kind::opaque, .name = "translation to " + std::string(text)};
  Verdict out{.kind = Verdict::Kind::translate};
  std::string_view address = text;
  std::string_view port;
  if (text.starts_with('[')) {
    const std::size_t end = std::min(text.find(']'), text.size() - 1);
    address = text.substr(1, end - 1);
    port = text.substr(end + 1);
  } else if (std::ranges::count(text, ':') == 1) {
    address = text.substr(0, text.find(':'));
    port = text.substr(text.find(':'));
  }
  if (!address.empty()) {
    const auto range = parse_address_range(address);
    if (!range || range->family != family) return unknown;
    out.address = range->range.low;
  }
  if (!port.empty()) {
    out.port = parse_integer<std::uint16_t>(port.substr(1));
    if (!out.port) return unknown;
  }
  return out;
}

}  // namespace clawvigil::firewall
