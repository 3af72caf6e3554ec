// sessions.json of OpenClaw up to 2026.7: which session a key stands for now.
//
//   {"agent:main:telegram:group:-1001":{"sessionId":"61f0a05a-…","chatType":"group",
//     "channel":"telegram","lastChannel":"telegram","origin":{"provider":"telegram",…},
//     "sessionFile":"/home/claw/.openclaw/agents/main/sessions/61f0a05a-….jsonl",
//     "spawnedBy":"agent:main:main","skillsSnapshot":{…many kilobytes…},…},…}
//
// sessionFile may be another session's, when a job took over the key: both ids are this key's.
#pragma once

#include <functional>
#include <string_view>

#include "exporter/base/result.h"

namespace clawvigil::parse {

// Views are valid during the call; "" for what is not there.
struct SessionEntry {
  std::string_view key;
  std::string_view session_id;
  std::string_view session_file;
  std::string_view channel;  // the conversation's, else the one last used; as OpenClaw names it
  bool spawned = false;      // by another session
};

// `text` must be followed by SIMDJSON_PADDING readable bytes. Errc::parse for what is not an
// object; entries before the place that is broken have been handed out.
[[nodiscard]] Result<> for_each_session(std::string_view text,
                                        const std::function<void(const SessionEntry&)>& on_session);

}  // namespace clawvigil::parse
