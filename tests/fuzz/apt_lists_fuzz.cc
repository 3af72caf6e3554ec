// Lists of packages in pieces, Release files, pins, dpkg's status, versions.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/parse/apt_preferences.h"
#include "collectors/parse/apt_release.h"
#include "collectors/parse/debian_version.h"
#include "collectors/parse/package_index.h"

namespace parse = clawvigil::parse;

namespace {

std::vector<std::string> scan(std::string_view text, std::size_t piece) {
  std::vector<std::string> found;
  parse::PackageIndexScanner scanner(
      [](std::string_view) { return true; },
      [&](const parse::IndexedPackage& package) {
        if (package.name.find('\n') != std::string_view::npos) std::abort();
        found.push_back(std::string(package.name) + " " + std::string(package.version));
      });
  for (std::size_t at = 0; at < text.size(); at += piece) {
    if (!scanner.feed(text.substr(at, piece))) return {"refused"};
  }
  if (!scanner.finish()) return {"refused"};
  return found;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (scan(text, size + 1) != scan(text, 1 + size / 7)) std::abort();
  const auto installed = parse::parse_dpkg_status(text);
  for (const auto& package : installed.value_or(std::vector<parse::InstalledPackage>{})) {
    if (package.name.empty() || package.version.empty()) std::abort();
  }
  const parse::AptArchive archive{.release = parse::parse_apt_release(text),
                                  .component = "main",
                                  .architecture = "amd64",
                                  .site = "deb.debian.org"};
  const auto pins = parse::parse_apt_preferences(text);
  for (const auto& pin : pins.value_or(std::vector<parse::AptPin>{})) {
    if (pin.priority == 0) std::abort();
    (void)parse::matches_archive(pin, archive);
    (void)parse::matches_version(pin, "1.0-1");
    (void)parse::matches_package(pin, "curl", "curl", "amd64", "amd64");
  }
  const std::string_view a = text.substr(0, size / 2);
  const std::string_view b = text.substr(size / 2);
  const int order = parse::compare_debian_versions(a, b);
  const int reverse = parse::compare_debian_versions(b, a);
  if ((order < 0) != (reverse > 0) || (order == 0) != (reverse == 0)) std::abort();
  if (parse::compare_debian_versions(text, text) != 0) std::abort();
  return 0;
}
