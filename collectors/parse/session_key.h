// What an OpenClaw session key says about why the model is called in that session. Formats, from
// the code of 2026.3.13 … 2026.9.6 (session-key.ts, hooks.ts, heartbeat-runner) and their docs:
//
//   agent:<agent>:main  …:global  …:explicit:<id>  …:dashboard:<id>     a person at the web or CLI
//   agent:<agent>:<channel>[:<account>]:{direct,dm,group,channel}:<peer>[:{thread,topic}:<id>]
//   agent:<agent>:{direct,dm}:<peer>  agent:<agent>:<any name a person chose>
//   agent:<agent>:cron:<job>[:run:<id>]     agent:<agent>:hook:<id>     agent:<agent>:boot:<id>
//   agent:<agent>:subagent:<id>[:subagent:…]     <any of these>:heartbeat
//
// What follows the channel identifies people: nothing of it is kept.
#pragma once

#include <string_view>

#include "collectors/parse/trigger.h"

namespace clawvigil::parse {

// Values of the label `channel` that are no channel of OpenClaw's.
inline constexpr std::string_view kChannelWeb = "webchat";  // the web page, the CLI, its RPC
inline constexpr std::string_view kChannelNone = "none";    // nobody's message: OpenClaw's own turn
inline constexpr std::string_view kChannelOther = "other";  // a channel that is not on the list

// The label of a channel as OpenClaw names it: itself if it is one of OpenClaw's, "webchat" for its
// inner names of web and CLI, "other" for anything else, "" for "". Static storage.
[[nodiscard]] std::string_view channel_label(std::string_view name);

// Views are into the key or static; "" where the key does not say.
struct SessionKey {
  std::string_view agent;
  // unknown: a session for people, or one whose prompts have to tell.
  Trigger trigger = Trigger::unknown;
  std::string_view channel;  // channel_label()
};

// Pure; anything that is not a session key gives nothing.
[[nodiscard]] SessionKey parse_session_key(std::string_view key);

// The same for the name of a file that 2026.7+ has imported, where the key stands with everything
// but letters and digits replaced by '_': "agent_main_cron_8f…_run_1c….<session
// id>.jsonl.imported-1". `agent` is the directory it lies under. Keys of sessions that had none
// give nothing.
[[nodiscard]] SessionKey parse_imported_name(std::string_view name, std::string_view agent);

}  // namespace clawvigil::parse
