#include "collectors/parse/nft_values.h"

#include <optional>
#include <string_view>

#include "collectors/parse/ruleset_values.h"
#include "exporter/base/digits.h"

namespace clawvigil::firewall {

namespace {

using simdjson::dom::element;

Pattern anything() {
  Pattern out;
  out.kind = Pattern::Kind::anything;
  return out;
}

std::optional<std::uint64_t> word_value(const Key& key, std::string_view text) {
  switch (key.field) {
    case Field::transport:
      return parse_protocol(text);
    case Field::family:
      if (text == "ipv4" || text == "ip") return 2;
      if (text == "ipv6" || text == "ip6") return 10;
      return 0;
    case Field::state:
      return state_flag(text);
    case Field::status:
      return status_flag(text);
    case Field::tcp_flags:
      return tcp_flag(text);
    case Field::direction:
      return text == "original" ? 0 : 1;
    default:
      return parse_integer<std::uint64_t>(text);
  }
}

Pattern pattern_of_text(const Key& key, std::string_view text) {
  if (text == "*") return anything();
  switch (key.field) {
    case Field::source:
    case Field::destination: {
      const auto range = parse_address_range(text);
      return range ? range_pattern(range->range) : Pattern();
    }
    case Field::in_interface:
    case Field::out_interface:
    case Field::source_type:
    case Field::destination_type:
      return text_pattern(text);
    case Field::packet_type:
      return text_pattern(text == "unicast" ? "host" : text);
    case Field::opaque:
    case Field::absent:
      return {};
    default: {
      const auto value = word_value(key, text);
      return value ? number_pattern(*value) : Pattern();
    }
  }
}

// ["fin", "syn"]: flags together.
Pattern flags_pattern(const Key& key, simdjson::dom::array parts) {
  std::uint64_t all = 0;
  for (const element part : parts) {
    const Element value = read_element(part, {key});
    const Pattern& pattern = value.patterns[0];
    if (pattern.kind != Pattern::Kind::number || pattern.range.low != pattern.range.high) return {};
    all |= pattern.range.low.low;
  }
  return number_pattern(all);
}

Pattern prefix_pattern(element prefix) {
  std::string_view text;
  std::uint64_t length = 0;
  if (prefix["addr"].get(text) != simdjson::SUCCESS ||
      prefix["len"].get(length) != simdjson::SUCCESS) {
    return {};
  }
  const auto address = parse_address(text);
  if (!address || length > 128) return {};
  const auto range = prefix_range(*address, static_cast<unsigned>(length));
  return range ? range_pattern(range->range) : Pattern();
}

Pattern pattern_of_range(const Key& key, element ends) {
  simdjson::dom::array pair;
  if (ends.get(pair) != simdjson::SUCCESS || pair.size() != 2) return {};
  const Pattern low = read_element(pair.at(0), {key}).patterns[0];
  const Pattern high = read_element(pair.at(1), {key}).patterns[0];
  if (low.kind != Pattern::Kind::number || high.kind != Pattern::Kind::number ||
      high.range.high < low.range.low) {
    return {};
  }
  return range_pattern({low.range.low, high.range.high});
}

Pattern pattern_of(const Key& key, element value);

Pattern pattern_of_object(const Key& key, simdjson::dom::object object) {
  if (object.size() != 1) return {};
  const auto [kind, value] = *object.begin();
  if (kind == "prefix") return prefix_pattern(value);
  if (kind == "range") return pattern_of_range(key, value);
  if (kind == "elem") {
    element inner;
    return value["val"].get(inner) == simdjson::SUCCESS ? pattern_of(key, inner) : Pattern();
  }
  simdjson::dom::array parts;
  if (kind == "|" && value.get(parts) == simdjson::SUCCESS) return flags_pattern(key, parts);
  return {};
}

Pattern pattern_of(const Key& key, element value) {
  std::uint64_t number = 0;
  bool truth = false;
  std::string_view text;
  simdjson::dom::array parts;
  simdjson::dom::object object;
  if (value.get(number) == simdjson::SUCCESS) return number_pattern(number);
  if (value.get(truth) == simdjson::SUCCESS) return number_pattern(truth ? 1 : 0);
  if (value.get(text) == simdjson::SUCCESS) return pattern_of_text(key, text);
  if (value.get(parts) == simdjson::SUCCESS) return flags_pattern(key, parts);
  if (value.get(object) == simdjson::SUCCESS) return pattern_of_object(key, object);
  return {};
}

// The parts of a concatenation, through {"elem": …} if it has a timeout or counter.
std::optional<simdjson::dom::array> concatenation(element value) {
  element inner = value;
  if (value["elem"]["val"].get(inner) != simdjson::SUCCESS) inner = value;
  simdjson::dom::array parts;
  if (inner["concat"].get(parts) != simdjson::SUCCESS) return std::nullopt;
  return parts;
}

}  // namespace

Element read_element(element value, const std::vector<Key>& keys) {
  Element out;
  if (keys.size() == 1) {
    out.patterns.push_back(pattern_of(keys[0], value));
    return out;
  }
  const auto parts = concatenation(value);
  if (parts && parts->size() == keys.size()) {
    std::size_t i = 0;
    for (const element part : *parts) out.patterns.push_back(pattern_of(keys[i++], part));
    return out;
  }
  std::string_view text;
  const bool is_rest = value.get(text) == simdjson::SUCCESS && text == "*";
  out.patterns.assign(keys.size(), is_rest ? anything() : Pattern());
  return out;
}

}  // namespace clawvigil::firewall
