// Reads a home's openclaw.json, its includes and its .env through the home's anchor, and keeps the
// result while none of these files changes.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "collectors/parse/openclaw_config.h"
#include "exporter/base/result.h"
#include "exporter/collect/homes.h"
#include "exporter/host/file.h"

namespace clawvigil {

// OpenClaw's name for this home: "work" for /home/claw/.openclaw-work, "" for the default one.
[[nodiscard]] std::string_view profile_of(const Home& home);

// One per collector; used by its thread only.
class SettingsLoader {
 public:
  static constexpr std::size_t kMaxConfigBytes = 8UL * 1024 * 1024;
  static constexpr std::size_t kMaxDotenvBytes = 1024UL * 1024;

  // The settings of `home`. Never null. An unchanged home costs one stat per file involved; a
  // failure is remembered the same way. Every file must be a regular one of the home's owner, not a
  // symlink (unsafe). Other errors: those of resolve_document, not_found when there is no
  // openclaw.json. An unreadable .env is in the settings' `problems`.
  [[nodiscard]] Result<std::shared_ptr<const OpenClawSettings>> load(const Home& home);
  // The same for those who need not say why it cannot be read: the defaults then. Never null.
  [[nodiscard]] std::shared_ptr<const OpenClawSettings> load_or_default(const Home& home);

 private:
  // What identifies the content of a file that was looked at; absent files count too.
  struct Seen {
    std::string relative;
    std::optional<host::FileStat> stat;
  };
  struct Entry {
    std::vector<Seen> files;
    Result<std::shared_ptr<const OpenClawSettings>> result;
  };

  static Entry read(const Home& home);
  static bool is_current(const Home& home, const Entry& entry);

  std::map<std::string, Entry> entries_;  // by the home's path
};

}  // namespace clawvigil
