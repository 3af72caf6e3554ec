// apt's package lists (/var/lib/apt/lists): what its archives offered at the last update.
//
//   deb.debian.org_debian-security_dists_bookworm-security_InRelease
//   deb.debian.org_debian-security_dists_bookworm-security_main_binary-amd64_Packages[.lz4]
//
// Written by root alone; still bounded, and read in pieces: they are tens of megabytes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "collectors/parse/apt_preferences.h"
#include "collectors/parse/package_index.h"
#include "exporter/base/result.h"
#include "exporter/collect/collector.h"
#include "exporter/host/file.h"

namespace clawvigil::updates {

struct PackageList {
  std::string file;  // in the directory
  parse::AptArchive archive;
};

class PackageLists {
 public:
  static constexpr std::size_t kMaxFiles = 4'096;
  static constexpr std::uint64_t kMaxUnpacked = 2UL * 1024 * 1024 * 1024;  // all lists together

  // Lists the directory, reads the Release files. not_found: apt was never asked for lists.
  [[nodiscard]] static Result<PackageLists> open(const host::Root& root);

  [[nodiscard]] const std::vector<PackageList>& lists() const { return lists_; }
  // When an archive made the newest of them; nullopt if none says.
  [[nodiscard]] std::optional<SystemTime> newest_release() const { return newest_release_; }
  // How many archives of security updates are among them.
  [[nodiscard]] std::size_t security_archives() const { return security_archives_; }

  // Reads list number `index` through `scanner`. Errors say which list.
  [[nodiscard]] Result<> read(const Context& context, std::size_t index,
                              parse::PackageIndexScanner& scanner, std::uint64_t& unpacked) const;

 private:
  explicit PackageLists(host::Dir directory) : directory_(std::move(directory)) {}
  [[nodiscard]] Result<> read_names();

  host::Dir directory_;
  std::vector<PackageList> lists_;
  std::optional<SystemTime> newest_release_;
  std::size_t security_archives_ = 0;
};

}  // namespace clawvigil::updates
