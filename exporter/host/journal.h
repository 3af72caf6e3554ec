// Reads the systemd journal, by cursor, through libsystemd.
//
// Journal files are written by journald alone, so that mapping them (as libsystemd does) is safe
// here: nobody we distrust can truncate one. Their content is hostile all the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"

struct sd_journal;

namespace clawvigil::host {

// One thread.
class Journal {
 public:
  static constexpr std::size_t kMaxFieldBytes = 64UL * 1024;

  // The journal of the machine mounted at `root` ("/": this one): all files below
  // <root>/var/log/journal and <root>/run/log/journal. not_found: there is none; denied: there is,
  // but none of its files can be read.
  [[nodiscard]] static Result<Journal> open(const std::string& root);
  // All journal files of one directory.
  [[nodiscard]] static Result<Journal> open_directory(const std::string& directory);

  // Only entries with one of these "FIELD=value" texts; the same field twice is "or", two fields
  // are "and". `match_or()` begins an alternative.
  [[nodiscard]] Result<> match(std::string_view field_and_value);
  [[nodiscard]] Result<> match_or();

  // The next entry is the first one after `cursor`. If that entry is gone (vacuumed), the oldest
  // one after its place. parse: not a cursor.
  [[nodiscard]] Result<> seek_after(std::string_view cursor);
  [[nodiscard]] Result<> seek_since(SystemTime since);  // the first entry at or after this time
  [[nodiscard]] Result<> seek_end();                    // entries that come from now on

  // False at the end, until the journal has grown. Takes note of new and rotated files by itself.
  [[nodiscard]] Result<bool> next();

  // Of the current entry; valid until the next call. nullopt: it has no such field. A value beyond
  // kMaxFieldBytes is Errc::too_large.
  [[nodiscard]] Result<std::optional<std::string_view>> field(const char* name);
  [[nodiscard]] Result<SystemTime> time();
  [[nodiscard]] Result<std::string> cursor();

 private:
  struct Closer {
    void operator()(sd_journal* journal) const;
  };
  explicit Journal(sd_journal* journal) : journal_(journal) {}
  std::unique_ptr<sd_journal, Closer> journal_;
  bool seeked_past_ = false;  // the entry at the sought place was handed out before
};

}  // namespace clawvigil::host
