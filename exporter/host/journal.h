// Reads the systemd journal, by cursor, through libsystemd.
//
// The files of this machine's journal are written by journald alone, so that mapping them (as
// libsystemd does) is safe here: nobody we distrust can truncate one. Journals of containers and
// of other machines, which lie beside them, are left alone. The content is hostile all the same: a
// field sent over journald's own protocol may be 768 MB long, which libsystemd unpacks whole, so
// entries sent that way by anyone but root are skipped (what comes over syslog or from a unit's
// output is bounded by journald).
//
// CAP_DAC_READ_SEARCH suffices: files are opened, never asked about with access(2). Each journal
// file costs a descriptor, and the windows mapped of it (8 MiB each) are page cache, not heap.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "exporter/base/clock.h"
#include "exporter/base/fd.h"
#include "exporter/base/result.h"

struct sd_journal;

namespace clawvigil::host {

// One thread. After an error of seek or next() open it again, and go on after the last cursor.
class Journal {
 public:
  static constexpr std::size_t kMaxFieldBytes = 64UL * 1024;

  // The journal of the machine mounted at `root` ("/": this one): the files below
  // <root>/var/log/journal/ or, if the journal is kept in memory, <root>/run/log/journal/, in the
  // directory named by <root>/etc/machine-id. not_found: there is none; denied: there is, but not
  // all files written to now can be read; parse: there are only damaged files or of a kind this
  // libsystemd does not know.
  [[nodiscard]] static Result<Journal> open(const std::string& root);
  // All journal files of one directory.
  [[nodiscard]] static Result<Journal> open_directory(const std::string& directory);

  // Before seeking. Only entries with one of these "FIELD=value" texts; the same field twice is
  // "or", two fields are "and". `match_or()` begins an alternative.
  [[nodiscard]] Result<> match(std::string_view field_and_value);
  [[nodiscard]] Result<> match_or();

  // The next entry is the first one after `cursor`. If that entry is gone (vacuumed), the oldest
  // one after its place. parse: not a cursor.
  [[nodiscard]] Result<> seek_after(std::string_view cursor);
  [[nodiscard]] Result<> seek_since(SystemTime since);  // the first entry at or after this time
  [[nodiscard]] Result<> seek_end();                    // entries that come from now on

  // False at the end, until the journal has grown. Takes note of new and rotated files by itself.
  // busy: the journal is kept elsewhere by now (persistent storage was switched on, the directory
  // was made anew).
  [[nodiscard]] Result<bool> next();

  // Of the current entry; valid until the next call. nullopt: it has no such field. A value beyond
  // kMaxFieldBytes is Errc::too_large, damage is parse; either leaves the other entries readable.
  [[nodiscard]] Result<std::optional<std::string_view>> field(const char* name);
  [[nodiscard]] Result<SystemTime> time();
  [[nodiscard]] Result<std::string> cursor();

 private:
  struct Closer {
    void operator()(sd_journal* journal) const;
  };

  explicit Journal(Fd directory) : directory_(std::move(directory)) {}
  [[nodiscard]] static Result<Journal> open_fd(Fd directory);
  [[nodiscard]] Result<bool> advance();
  [[nodiscard]] Result<bool> acceptable();
  [[nodiscard]] Result<> check_place() const;

  std::string root_;  // "" for open_directory
  Fd directory_;      // libsystemd uses it as long as journal_ lives
  std::unique_ptr<sd_journal, Closer> journal_;
  std::string seeked_after_;  // not "": the next entry may be this one, handed out before
};

}  // namespace clawvigil::host
