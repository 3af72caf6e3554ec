// A Packages index (tens of megabytes), read in pieces for the few packages one asks for, and the
// packages installed, from dpkg's status file:
//
//   Package: curl                          Package: curl
//   Architecture: amd64                    Status: install ok installed
//   Version: 7.88.1-10+deb12u14            Architecture: amd64
//   Source: curl (7.88.1-10)               Version: 7.88.1-10+deb12u12
//   Phased-Update-Percentage: 20
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/result.h"

namespace clawvigil::parse {

// Views into what is being read.
struct IndexedPackage {
  std::string_view name;
  std::string_view architecture = {};
  std::string_view version = {};
  std::string_view source = {};  // the source package's name; the package's own if it is not said
  std::optional<std::uint32_t> phased_percent =
      {};  // Ubuntu: of how many hosts it is meant for yet
};

class PackageIndexScanner {
 public:
  static constexpr std::size_t kMaxParagraph = 1024UL * 1024;
  using IsWanted = std::function<bool(std::string_view name)>;
  using OnPackage = std::function<void(const IndexedPackage&)>;

  // Both are called while feeding; what they are handed lives for the call.
  PackageIndexScanner(IsWanted is_wanted, OnPackage on_package)
      : is_wanted_(std::move(is_wanted)), on_package_(std::move(on_package)) {}

  // The next bytes, in pieces of any size. Errc::too_large for a paragraph beyond kMaxParagraph;
  // Errc::parse for one without a name.
  [[nodiscard]] Result<> feed(std::string_view bytes);
  // After the last byte: what remains is the last paragraph.
  [[nodiscard]] Result<> finish();

 private:
  [[nodiscard]] Result<std::size_t> take_paragraphs(std::string_view text);
  [[nodiscard]] Result<> paragraph(std::string_view text);

  IsWanted is_wanted_;
  OnPackage on_package_;
  std::string pending_;  // an incomplete paragraph
};

struct InstalledPackage {
  std::string name;
  std::string architecture;
  std::string version;
  std::string source;
  bool held = false;
};

// The packages whose files are there, wholly or half configured. Errc::parse when it holds a
// paragraph that is no package, or none at all: then it is not dpkg's.
[[nodiscard]] Result<std::vector<InstalledPackage>> parse_dpkg_status(std::string_view text);

}  // namespace clawvigil::parse
