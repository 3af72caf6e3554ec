#include "collectors/usage/session_index.h"

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>

#include "collectors/parse/sessions_file.h"

namespace clawvigil::usage {

namespace {

constexpr std::string_view kSessions = "sessions";
constexpr std::string_view kCurrent = "sessions.json";
// What a migration leaves: legacy-store.sessions.json.imported-1795305776927
constexpr std::string_view kImported = "legacy-store.sessions.json.imported-";
constexpr std::string_view kImports = "session-sqlite-import-archive";
constexpr std::size_t kMaxImports = 100'000;  // transcripts lie there too

constexpr int kShare = 1'000;  // of the time may go into reading again
constexpr std::size_t kBlock = 64UL * 1024;

std::string directory_of(std::string_view agent, std::string_view name) {
  return "agents/" + std::string(agent) + "/" + std::string(name);
}

std::uint64_t hash(std::string_view id) { return XXH3_64bits(id.data(), id.size()); }

}  // namespace

void SessionIndex::expect(std::string_view file_name) {
  expected_.push_back(hash(parse::session_id_of(file_name)));
}

void SessionIndex::forget() {
  expected_ = {};
  by_id_ = {};
  loaded_ = false;
  trouble_.reset();
}

Result<> SessionIndex::read(const host::Dir& directory, std::string_view name, const Home& home) {
  TRY_ASSIGN(const host::File file, directory.open_file(name, {.owner = home.uid}));
  // The first to name a session is right: what an id belongs to now goes before where its file is
  // said to lie, and the file of today before that of before the migration.
  const auto note = [this](std::string_view id, const SessionOrigin& origin) {
    const std::uint64_t key = hash(id);
    if (std::ranges::binary_search(expected_, key)) by_id_.try_emplace(key, origin);
  };
  const auto take = [&](const parse::SessionEntry& entry) {
    const parse::SessionKey key = parse::parse_session_key(entry.key);
    if (key.agent.empty()) return;
    const SessionOrigin origin = origin_of(key, entry.channel, entry.spawned, false);
    note(entry.session_id, origin);
    if (!entry.session_file.empty()) note(parse::session_id_of(entry.session_file), origin);
  };
  parse::SessionsReader reader;
  const auto block = std::make_unique_for_overwrite<std::array<char, kBlock>>();
  for (std::uint64_t position = 0; position < kMaxBytes;) {
    TRY_ASSIGN(const std::size_t got, file.read_at(position, *block));
    if (got == 0) return reader.finish();
    reader.feed({block->data(), got}, take);
    position += got;
  }
  return fail(Errc::too_large, "more than 256 MiB");
}

void SessionIndex::load(const Context& run, const Home& home, std::string_view agent) {
  const SteadyTime begin = run.clock.now().steady;
  appearance_ = look(home, agent);
  std::ranges::sort(expected_);
  const auto read_one = [&](const host::Dir& directory, std::string_view name) {
    const auto done = read(directory, name, home);
    if (!done && done.error().code != Errc::not_found) trouble_ = done.error();
  };
  if (const auto sessions = home.dir->open_dir(directory_of(agent, kSessions))) {
    read_one(*sessions, kCurrent);
  }
  if (const auto imports = home.dir->open_dir(directory_of(agent, kImports))) {
    const auto entries = imports->list(".", kMaxImports);  // failing: told by whoever reads them
    for (const host::DirEntry& entry : entries.value_or(std::vector<host::DirEntry>())) {
      if (entry.name.starts_with(kImported)) read_one(*imports, entry.name);
    }
  }
  last_ = run.clock.now().steady;
  pause_ = (last_ - begin) * kShare;
}

SessionIndex::Appearance SessionIndex::look(const Home& home, std::string_view agent) {
  const auto sessions = home.dir->open_dir(directory_of(agent, kSessions));
  const auto stat = sessions ? sessions->stat(kCurrent) : fail(Errc::not_found, "");
  return stat ? Appearance{stat->inode, stat->size, stat->changed} : Appearance{};
}

bool SessionIndex::is_due(const Context& run, const Home& home, std::string_view agent) const {
  return run.clock.now().steady - last_ >= pause_ && look(home, agent) != appearance_;
}

SessionOrigin SessionIndex::find(const Context& run, const Home& home, std::string_view agent,
                                 std::string_view file_name, bool asked_before) {
  if (!loaded_ && (!asked_before || is_due(run, home, agent))) {
    loaded_ = true;
    load(run, home, agent);
  }
  const auto found = by_id_.find(hash(parse::session_id_of(file_name)));
  if (found != by_id_.end()) return found->second;
  return origin_of(parse::parse_imported_name(file_name, agent), {}, false, false);
}

}  // namespace clawvigil::usage
