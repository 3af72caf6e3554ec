// A tree with apt's and dpkg's files that the real apt can be asked about:
//
//   AptHost host;
//   host.archive({.suite = "stable", …});
//   host.install({.name = "curl", .version = "1.0"});
//   host.upgradable();  // what `apt list --upgradable` says of it
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/support/host_fixture.h"

namespace clawvigil::test {

struct AptArchiveFiles {
  std::string uri;  // "http://deb.debian.org/debian" or "copy:/srv/repo"
  std::string suite = "stable";
  std::string release;   // Release without Date
  std::string packages;  // Packages of one component and architecture
  std::string component = "main";
  std::string architecture = "amd64";
};

class AptHost {
 public:
  AptHost();

  // Puts its lists where an update would have put them, and the source into sources.list.
  void archive(const AptArchiveFiles& files);
  void status(const std::string& text) const { host_.write("/var/lib/dpkg/status", text); }
  // Beside amd64.
  void foreign_architecture(const std::string& name) const;
  void write(const std::string& path, const std::string& text) const { host_.write(path, text); }

  // Lines "name version", sorted; without those that offer the version that is installed, built
  // another time. nullopt when apt refuses to tell.
  [[nodiscard]] std::optional<std::vector<std::string>> upgradable() const;
  // `apt-config dump`; "" when apt refuses the configuration.
  [[nodiscard]] std::string config_dump() const;
  // Runs `apt-get update`, for sources that are really there; true if it went well.
  [[nodiscard]] bool update() const;

  [[nodiscard]] const HostFixture& host() const { return host_; }

 private:
  void set_architectures(const std::string& architectures) const;
  [[nodiscard]] std::vector<std::string> command(std::vector<std::string> arguments) const;

  HostFixture host_;
  std::string sources_;
};

}  // namespace clawvigil::test
