// Which version apt would install, by the rules of apt_preferences(5). Pure.
//
// `apt list --upgradable` is the judge of it. One difference on purpose: a version that differs
// from the installed one in nothing but its dependencies is no update here.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/parse/apt_preferences.h"
#include "collectors/parse/package_index.h"

namespace clawvigil::updates {

struct Offer {
  std::string version;
  std::string source;       // the source package it was built from
  std::size_t archive = 0;  // index into AptPolicy's archives
  bool phased = false;      // Ubuntu: not for every host yet
};

struct PendingUpdate {
  std::string name;
  std::string architecture;
  std::string version;    // that apt would install
  bool security = false;  // it has a security fix the installed one lacks
  bool held = false;      // put on hold by the owner
  bool phased = false;    // not for every host yet
};

// A package of dpkg's and what the archives have of it.
struct Candidates {
  const parse::InstalledPackage* package = nullptr;
  std::vector<Offer> offers;
};

class AptPolicy {
 public:
  // Pins in the order apt reads them. `native`: dpkg's architecture.
  AptPolicy(std::vector<parse::AptArchive> archives, std::vector<parse::AptPin> pins,
            std::string native);

  // The version apt would install, "" for none; the installed one if there is none better.
  [[nodiscard]] std::string_view candidate(const Candidates& package) const;
  // What `apt list --upgradable` would show of it.
  [[nodiscard]] std::optional<PendingUpdate> pending(const Candidates& package) const;

 private:
  struct Version {
    std::string_view text;
    std::string_view source;
    std::vector<std::size_t> archives;
    bool installed = false;
  };
  [[nodiscard]] static std::vector<Version> versions_of(const Candidates& package);
  [[nodiscard]] int priority_of(const Version& version, std::string_view name,
                                std::string_view architecture) const;
  [[nodiscard]] bool applies(const parse::AptPin& pin, const Version& version) const;

  std::vector<parse::AptArchive> archives_;
  std::vector<parse::AptPin> pins_;
  std::string native_;
  std::vector<int> priorities_;  // of the archives
  int installed_priority_ = 0;   // of dpkg's status file
};

}  // namespace clawvigil::updates
