// From the parts of one log line to what it means. Internal to the log parser.
#pragma once

#include <optional>
#include <string_view>

#include "collectors/parse/openclaw_log.h"

namespace clawvigil::parse {

// What a line consists of; views into it. Empty: absent or not a text.
struct LogLine {
  std::string_view logger;   // "gateway/ws", "telegram-auto-reply"
  std::string_view message;  // the text, wherever it stood
  bool verbose = false;      // of the verbose form, which has no logger
  bool plain = false;        // a text without logger: console output and a few of OpenClaw's own
  std::string_view level;    // "WARN"
  std::string_view date;     // "2026-11-21T22:41:21.488Z"; "" in standard output,
  std::string_view time;     // which has "2026-11-21T22:41:21.488+00:00"
  std::string_view method;   // that wrote it: "logWithSubsystem", "console.error"; often ""
  std::string_view cause;    // of the fields that go with the message
  std::string_view auth_reason;
  std::string_view reason;
  std::string_view sender;
};

// What a line of the log file says; nullopt: nothing that counts.
[[nodiscard]] std::optional<LogEvent> event_of(const LogLine& line);

// "conn=<id> …" behind `announced` at the beginning of `message`; nullopt: it does not begin so.
[[nodiscard]] std::optional<std::string_view> connection_after(std::string_view announced,
                                                               std::string_view message);
inline constexpr std::string_view kClosed = "closed before connect ";
inline constexpr std::string_view kUnauthorized = "unauthorized ";
inline constexpr std::string_view kSkippedGroup = "skipping group message";

// The event of a refused connection; `cause` empty: it was closed before it had said anything.
[[nodiscard]] LogEvent auth_event(std::string_view cause, std::string_view auth_reason,
                                  std::string_view connection);
// The reason of authReason texts like "token_mismatch"; "other" if it is none.
[[nodiscard]] std::string_view auth_reason_class(std::string_view auth_reason);

// What stands behind "exec denied: ".
[[nodiscard]] std::string_view exec_denial_class(std::string_view text);
inline constexpr std::string_view kExecDenied = "[tools] exec failed: exec denied: ";

// A line of standard output that is text; nullopt: nothing that counts.
[[nodiscard]] std::optional<LogEvent> event_of_output(std::string_view line);

}  // namespace clawvigil::parse
