// Transcripts in an agent's SQLite database (OpenClaw since 2026.7.2):
// agents/<id>/agent/openclaw-agent.sqlite, table transcript_events, one row per entry, as text in
// event_json or, since agent schema 23, as a zstd frame in event_zstd.
//
// Row numbers are no cursor: OpenClaw renumbers seq when it compacts a session, reuses rowids,
// moves sessions to cold storage and back. A session is therefore read on from its last seq only if
// the rows up to there still look as they did; otherwise from its beginning, known entries
// recognised.
#pragma once

#include <string>
#include <unordered_map>

#include "collectors/usage/reader.h"
#include "exporter/host/sqlite.h"

namespace clawvigil::usage {

// Remembers, per database file, what it looked like when it was last read to the end.
class DatabaseReading;

class AgentDatabases {
 public:
  // `least_pause` between looks at all sessions, whatever they take.
  explicit AgentDatabases(Duration least_pause = {}) : least_pause_(least_pause) {}

  // Reads what is new in the agent's database; an agent without one is fine. Commits as it goes.
  [[nodiscard]] Result<> read(AgentContext& agent);

 private:
  friend class DatabaseReading;
  struct Appearance {
    std::uint64_t inode = 0;
    std::uint64_t size = 0;
    SystemTime modified;
    std::uint64_t wal_size = 0;
    SystemTime wal_modified;
    bool operator==(const Appearance&) const = default;
  };
  [[nodiscard]] static Result<Appearance> look(const host::Dir& directory);

  // How a database was last looked through for sessions that have changed. Looking at all of them
  // may take a thousandth of the time; in between, new rows name their sessions.
  struct Look {
    std::uint64_t inode = 0;
    SteadyTime last;
    Duration pause{};
    std::int64_t last_row = 0;  // all rows up to it were read
    bool of_all = true;         // the last look was at all sessions
  };

  Duration least_pause_;
  std::unordered_map<std::string, Appearance> read_to_end_;  // key: home and agent
  std::unordered_map<std::string, Look> looks_;              // the same
};

}  // namespace clawvigil::usage
