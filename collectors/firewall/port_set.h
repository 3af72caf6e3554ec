// A set of port numbers, kept as sorted ranges that neither touch nor overlap.
#pragma once

#include <cstdint>
#include <vector>

namespace clawvigil::firewall {

struct PortRange {
  std::uint16_t low = 0;
  std::uint16_t high = 0;  // included
  bool operator==(const PortRange&) const = default;
};

class PortSet {
 public:
  PortSet() = default;
  PortSet(std::uint16_t low, std::uint16_t high) : ranges_{{low, high}} {}
  [[nodiscard]] static PortSet all() { return {0, 65535}; }

  [[nodiscard]] bool empty() const { return ranges_.empty(); }
  [[nodiscard]] bool contains(std::uint16_t port) const;
  [[nodiscard]] const std::vector<PortRange>& ranges() const { return ranges_; }

  void add(PortRange range);
  void add(const PortSet& other);
  void remove(const PortSet& other);
  [[nodiscard]] PortSet common(const PortSet& other) const;
  [[nodiscard]] PortSet without(const PortSet& other) const;

  bool operator==(const PortSet&) const = default;

 private:
  std::vector<PortRange> ranges_;
};

}  // namespace clawvigil::firewall
