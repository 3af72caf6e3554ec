// What names sessions: a session key, an imported file's name, a sessions.json, a stored standing.
// Whatever they hold, triggers and channels stay within their lists, and what was stored comes back.
#include <simdjson.h>

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

void check_sessions(std::string text) {
  text.reserve(text.size() + simdjson::SIMDJSON_PADDING);
  const auto read = clawvigil::parse::for_each_session(text, [](const auto& entry) {
    check(clawvigil::parse::parse_session_key(entry.key));
    (void)clawvigil::parse::session_id_of(entry.session_file);
  });
  (void)read;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check(clawvigil::parse::parse_session_key(text));
  check(clawvigil::parse::parse_imported_name(text, "main"));
  check_sessions(std::string(text));
  const std::string stored = Standing::from_text(text).to_text();
  if (Standing::from_text(stored).to_text() != stored) std::abort();
  return 0;
}
