#include "tests/support/apt_host.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "tests/support/program.h"

namespace clawvigil::test {

namespace {

// As apt names the files of an archive: the address without its scheme, '/' as '_'.
std::string list_prefix(const AptArchiveFiles& files) {
  const std::size_t scheme = files.uri.find(':');
  std::string name = files.uri.substr(scheme + 1);
  if (name.starts_with("//")) name.erase(0, 2);
  name += "/dists/" + files.suite + "/";
  std::ranges::replace(name, '/', '_');
  return "/var/lib/apt/lists/" + name;
}

std::string run(std::vector<std::string> arguments, bool& success) {
  const TempDir directory;
  const std::string log = directory / "log";
  success = start_program(std::move(arguments), log)->wait() == 0;
  return read_all(log);
}

}  // namespace

AptHost::AptHost() {
  for (const char* directory :
       {"/etc/apt/apt.conf.d", "/etc/apt/preferences.d", "/etc/apt/sources.list.d",
        "/var/lib/apt/lists/partial", "/var/lib/dpkg", "/var/cache/apt/archives/partial"}) {
    host_.mkdir(directory);
  }
  set_architectures("amd64\n");
}

void AptHost::archive(const AptArchiveFiles& files) {
  sources_ += "deb [trusted=yes arch=" + files.architecture + "] " + files.uri + " " + files.suite +
              " " + files.component + "\n";
  host_.write("/etc/apt/sources.list", sources_);
  const std::string prefix = list_prefix(files);
  host_.write(prefix + "Release", files.release);
  host_.write(prefix + files.component + "_binary-" + files.architecture + "_Packages",
              files.packages);
}

void AptHost::foreign_architecture(const std::string& name) const {
  set_architectures("amd64\n" + name + "\n");
}

// Read before everything else: nothing of this machine's own configuration is.
void AptHost::set_architectures(const std::string& architectures) const {
  host_.write("/var/lib/dpkg/arch", architectures);
  std::string text = "Dir \"" + host_.real("/") + "\";\n";
  text += "Dir::State::status \"" + host_.real("/var/lib/dpkg/status") + "\";\n";
  text += "Dir::Cache::pkgcache \"\";\nDir::Cache::srcpkgcache \"\";\n";
  text += "APT::Sandbox::User \"root\";\nAPT::Architecture \"amd64\";\n";
  std::istringstream names(architectures);
  for (std::string name; names >> name;) text += "APT::Architectures:: \"" + name + "\";\n";
  host_.write("/judge.conf", text);
}

std::vector<std::string> AptHost::command(std::vector<std::string> arguments) const {
  std::vector<std::string> whole = {"/usr/bin/env", "-i", "LC_ALL=C.UTF-8",
                                    "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
                                    "APT_CONFIG=" + host_.real("/judge.conf")};
  whole.insert(whole.end(), arguments.begin(), arguments.end());
  return whole;
}

std::optional<std::vector<std::string>> AptHost::upgradable() const {
  bool success = false;
  const std::string text = run(command({"/usr/bin/apt", "list", "--upgradable"}), success);
  if (!success) return std::nullopt;
  std::vector<std::string> found;
  std::istringstream lines(text);
  // foo/stable,stable 1.1 amd64 [upgradable from: 1.0]
  for (std::string line; std::getline(lines, line);) {
    if (line.find("[upgradable from: ") == std::string::npos) continue;
    std::istringstream words(line);
    std::string name;
    std::string version;
    words >> name >> version;
    const bool rebuilt = line.ends_with("[upgradable from: " + version + "]");
    if (rebuilt) continue;
    found.push_back(name.substr(0, name.find('/')) + " " + version);
  }
  std::ranges::sort(found);
  return found;
}

std::string AptHost::config_dump() const {
  bool success = false;
  const std::string text = run(command({"/usr/bin/apt-config", "dump"}), success);
  return success ? text : "";
}

bool AptHost::update() const {
  bool success = false;
  (void)run(command({"/usr/bin/apt-get", "update"}), success);
  return success;
}

}  // namespace clawvigil::test
