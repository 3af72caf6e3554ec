// apt's configuration (apt.conf(5)): a tree of names, nested or joined by "::".
//
//   APT::Periodic::Update-Package-Lists "1";
//   APT { Periodic { Unattended-Upgrade "1"; }; };   // the same place
//   Unattended-Upgrade::Origins-Pattern { "origin=Debian"; };
//   #clear DPkg::Post-Invoke;
//
// `apt-config dump` is the judge of it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/result.h"

namespace clawvigil::parse {

class AptConfig {
 public:
  static constexpr std::size_t kMaxItems = 20'000;

  // Reads one more file into the tree, as apt does: later values replace earlier ones. Errc::parse
  // with the line for what apt refuses; what stood before the fault is set then, as by apt.
  // Errc::unsupported for #include; Errc::too_large beyond kMaxItems.
  [[nodiscard]] Result<> read(std::string_view text);

  // The value at a full name ("APT::Periodic::Enable"; any case), "" if it is not set.
  [[nodiscard]] std::string_view value(std::string_view name) const;

  // As `apt-config dump` prints it: one `Full::Name "value";` a line.
  [[nodiscard]] std::string dump() const;

 private:
  struct Item {
    std::string tag;
    std::string value;
    std::vector<std::unique_ptr<Item>> children;
  };

  static Item* find(const Item& parent, std::string_view tag);
  [[nodiscard]] const Item* lookup(std::string_view name) const;
  [[nodiscard]] Result<> set(std::string_view name, std::string value);
  void clear(std::string_view name);
  [[nodiscard]] Result<> statement(std::string_view text, char end,
                                   std::vector<std::string>& scopes);
  [[nodiscard]] Result<> directive(std::string_view tag, std::string_view word);
  static void print(const Item& item, const std::string& prefix, std::string& out);

  Item root_;
  std::size_t items_ = 0;
};

// Whether apt reads a file of this name in a directory of parts: "20auto-upgrades", "50x.conf" with
// the extension "conf", but not "50x.conf.dpkg-old" or "backup~".
[[nodiscard]] bool is_apt_part_name(std::string_view name, std::string_view extension);

}  // namespace clawvigil::parse
