#include "collectors/usage/session_index.h"

#include <simdjson.h>
#include <xxhash.h>

#include <string>

#include "collectors/parse/sessions_file.h"

namespace clawvigil::usage {

namespace {

constexpr std::string_view kCurrent = "sessions.json";
// What a migration leaves: legacy-store.sessions.json.imported-1795305776927
constexpr std::string_view kImported = "legacy-store.sessions.json.imported-";
constexpr std::string_view kImports = "session-sqlite-import-archive";
constexpr std::size_t kMaxImports = 100'000;  // transcripts lie there too

std::uint64_t hash(std::string_view id) { return XXH3_64bits(id.data(), id.size()); }

}  // namespace

void SessionIndex::read(const host::Dir& directory, std::string_view name, const Home& home) {
  auto text = directory.read_file(name, kMaxBytes, {.owner = home.uid});
  if (!text) {
    if (text.error().code != Errc::not_found) trouble_ = text.error();
    return;
  }
  text->reserve(text->size() + simdjson::SIMDJSON_PADDING);
  const auto read = parse::for_each_session(*text, [&](const parse::SessionEntry& entry) {
    const parse::SessionKey key = parse::parse_session_key(entry.key);
    if (key.agent.empty()) return;
    const SessionOrigin origin = origin_of(key, entry.channel, entry.spawned, false);
    // The first to name a session is right: what an id belongs to now goes before where its file
    // is said to lie, and the file of today before that of before the migration.
    by_id_.try_emplace(hash(entry.session_id), origin);
    if (!entry.session_file.empty()) {
      by_id_.try_emplace(hash(parse::session_id_of(entry.session_file)), origin);
    }
  });
  if (!read) trouble_ = read.error();
}

void SessionIndex::load(const Home& home, std::string_view agent) {
  const std::string path = "agents/" + std::string(agent) + "/";
  if (const auto sessions = home.dir->open_dir(path + "sessions")) read(*sessions, kCurrent, home);
  const auto imports = home.dir->open_dir(path + std::string(kImports));
  if (!imports) return;
  const auto entries = imports->list(".", kMaxImports);
  if (!entries) return;  // reported by whoever reads the transcripts there
  for (const host::DirEntry& entry : *entries) {
    if (entry.name.starts_with(kImported)) read(*imports, entry.name, home);
  }
}

SessionOrigin SessionIndex::find(const Home& home, std::string_view agent,
                                 std::string_view file_name) {
  if (!std::exchange(loaded_, true)) load(home, agent);
  const auto found = by_id_.find(hash(parse::session_id_of(file_name)));
  if (found != by_id_.end()) return found->second;
  return origin_of(parse::parse_imported_name(file_name, agent), {}, false, false);
}

}  // namespace clawvigil::usage
