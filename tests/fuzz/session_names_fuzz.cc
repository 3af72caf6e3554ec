// What names sessions: a session key, an imported file's name, a sessions.json, a stored standing.
// Whatever they hold, triggers and channels stay within their lists, and what was stored comes
// back.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "collectors/parse/session_key.h"
#include "collectors/parse/sessions_file.h"
#include "collectors/usage/standing.h"

namespace {

using clawvigil::parse::SessionKey;
using clawvigil::usage::Standing;

void check(const SessionKey& key) {
  if (clawvigil::parse::channel_label(key.channel) != key.channel) std::abort();
  const auto origin = clawvigil::usage::origin_of(key, key.agent, false, false);
  if (clawvigil::parse::channel_label(origin.reached_by) != origin.reached_by) std::abort();
}

// How the document is cut into pieces makes no difference.
std::string read_in_pieces(std::string_view text, std::size_t piece) {
  std::string seen;
  clawvigil::parse::SessionsReader reader;
  for (std::size_t at = 0; at < text.size(); at += piece) {
    reader.feed(text.substr(at, piece), [&](const auto& entry) {
      check(clawvigil::parse::parse_session_key(entry.key));
      seen.append(entry.key).append(clawvigil::parse::session_id_of(entry.session_file));
      seen.append(entry.session_id).append(entry.channel);
    });
  }
  return seen + (reader.finish() ? "whole" : "broken");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check(clawvigil::parse::parse_session_key(text));
  check(clawvigil::parse::parse_imported_name(text, "main"));
  if (read_in_pieces(text, 1 + text.size()) != read_in_pieces(text, 1 + text.size() % 7)) {
    std::abort();
  }
  const std::string stored = Standing::from_text(text).to_text();
  if (Standing::from_text(stored).to_text() != stored) std::abort();
  return 0;
}
