// Finds what an owner should hear of in the logs of OpenClaw 2026.3.13 … 2026.9.6: rejected
// senders, failed authentications, denied commands. The log file has a JSON object per line:
//
//   {"0":"{\"subsystem\":\"gateway/ws\"}","1":{"cause":"unauthorized","authReason":
//    "token_mismatch",…},"2":"closed before connect conn=a3eb… …","_meta":{"logLevelName":"WARN",
//    "date":"2026-11-21T22:41:21.4Z",…},"time":"…"}
//   {"0":"{\"module\":\"telegram-auto-reply\"}","1":{"chatId":-2,"reason":"not-allowed"},
//    "2":"skipping group message",…}
//   {"0":{"message":"Blocked unauthorized telegram sender 111
//   (dmPolicy=allowlist)"},"1":"verbose"…}
//   {"0":"[tools] exec failed: exec denied: host=gateway security=deny",…}
//   {"0":"what a command printed, or the agent said",…}
//
// and standard output (the journal) lines of text, or JSON when so configured:
//
//   2026-11-21T22:41:21.488+00:00 [ws] unauthorized conn=a3eb… remote=… reason=token_mismatch …
//   2026-11-21T22:41:21.490+00:00 [ws] closed before connect conn=a3eb… … code=1008 reason=n/a
//
// The logs hold text of strangers. It counts for nothing: a line is judged by what its beginning
// says who wrote it, messages are compared from their first byte, and values are taken from the
// fields OpenClaw set, never searched for in the text. Source: OPENCLAW.md section 3.
#pragma once

#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "exporter/base/clock.h"

namespace clawvigil::parse {

struct LogEvent {
  enum class Kind {
    rejected,         // a message was turned away: channel, reason, sender
    auth_failed,      // a connection was refused: reason, connection
    auth_locked_out,  // the same, because of the failures before it: connection
    unauthorized,     // standard output only: announces why `connection` will be refused
    exec_denied,      // a command was not run: reason
    tool_blocked,
    log_full,  // OpenClaw has stopped to write this file
  };
  Kind kind = Kind::rejected;
  std::string_view channel;     // known_channel() or "unknown"
  std::string_view reason;      // of the closed list of its family, static storage
  std::string_view sender;      // as written, "" if unknown: to be hashed, never to be shown
  std::string_view connection;  // the id of the connection
  bool reason_known = true;     // false: an `unauthorized` with this connection tells it
  std::optional<SystemTime> time;
};

// Not thread-safe; keeps one buffer that grows with the longest line it had to parse.
class LogScanner {
 public:
  // Called for each event; its texts are valid during the call.
  using OnEvent = std::function<void(const LogEvent&)>;

  struct Counts {
    std::uint64_t lines = 0;
    std::uint64_t not_understood = 0;  // no line of OpenClaw's, or damaged where it mattered
  };

  // Complete lines of a log file, each with its '\n'.
  Counts scan_file(std::string_view lines, const OnEvent& on_event);
  // One line of standard output, without '\n'.
  Counts scan_output(std::string_view line, const OnEvent& on_event);

 private:
  bool scan_line(std::string_view line, const OnEvent& on_event);
  bool parse_line(std::string_view line, const OnEvent& on_event);
  std::string buffer_;
  simdjson::ondemand::parser parser_;
};

}  // namespace clawvigil::parse
