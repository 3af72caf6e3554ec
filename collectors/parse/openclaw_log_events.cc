#include "collectors/parse/openclaw_log_events.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <string>

#include "collectors/parse/openclaw_rejections.h"
#include "exporter/base/utc_time.h"

namespace clawvigil::parse {

namespace {

using Kind = LogEvent::Kind;

struct Named {
  std::string_view name;
  std::string_view reason;
};

// Causes of a failed handshake but "unauthorized"; not here: other.
constexpr std::array<Named, 18> kCauses = {{{"device-required", "device"},
                                            {"device-auth-invalid", "device"},
                                            {"bootstrap-token-consume-failed", "token"},
                                            {"pairing-required", "pairing_required"},
                                            {"node-pairing-generation-changed", "pairing_required"},
                                            {"origin-mismatch", "origin"},
                                            {"control-ui-insecure-auth", "policy"},
                                            {"operator-access-denied", "policy"},
                                            {"invalid-role", "policy"},
                                            {"invalid-client", "policy"},
                                            {"missing-ingress-attribution", "policy"},
                                            {"protocol-mismatch", "protocol"},
                                            {"", "handshake"},
                                            {"invalid-handshake", "handshake"},
                                            {"handshake-timeout", "handshake"},
                                            {"handshake-message-overflow", "handshake"},
                                            {"preauth-payload-too-large", "handshake"},
                                            {"connect-aborted-before-register", "handshake"}}};

constexpr std::string_view kRateLimited = "rate_limited";

// "2026-11-21T22:41:21.488+02:00"
std::optional<SystemTime> output_time(std::string_view text) {
  constexpr std::size_t kSeconds = 19;
  constexpr std::size_t kOffset = 6;  // "+02:00"
  if (text.size() < kSeconds + kOffset) return std::nullopt;
  const auto time = parse_utc_time(std::string(text.substr(0, kSeconds)) + "Z");
  const std::string_view offset = text.substr(text.size() - kOffset);
  const auto digit = [&](std::size_t at) { return offset[at] - '0'; };
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (!time || offset[3] != ':' || !is_digit(offset[1]) || !is_digit(offset[2]) ||
      !is_digit(offset[4]) || !is_digit(offset[5])) {
    return std::nullopt;
  }
  const auto east =
      std::chrono::minutes((digit(1) * 10 + digit(2)) * 60 + digit(4) * 10 + digit(5));
  return offset[0] == '-' ? *time + east : *time - east;
}

std::optional<LogEvent> auth_event_of(const LogLine& line) {
  const auto connection = connection_after(kClosed, line.message);
  if (!connection) return std::nullopt;
  return auth_event(line.cause, line.auth_reason, *connection);
}

// `message` begins with kExecDenied.
LogEvent exec_denied(std::string_view message) {
  LogEvent event;
  event.kind = Kind::exec_denied;
  event.reason = exec_denial_class(message.substr(kExecDenied.size()));
  return event;
}

// Lines without a logger are what commands print, too, and older versions print what they log: only
// what OpenClaw logged counts.
std::optional<LogEvent> plain_event_of(const LogLine& line) {
  if (line.method.starts_with("console.")) return std::nullopt;
  if (line.level == "ERROR" && line.message.starts_with(kExecDenied)) {
    return exec_denied(line.message);
  }
  constexpr std::string_view kTool = "tools: ";
  constexpr std::string_view kBlocked = " blocked by before_tool_call: ";
  if (line.level != "DEBUG" || !line.message.starts_with(kTool)) return std::nullopt;
  const std::string_view rest = line.message.substr(kTool.size());
  const std::size_t end = rest.find(' ');
  if (end == std::string_view::npos || !rest.substr(end).starts_with(kBlocked)) return std::nullopt;
  LogEvent event;
  event.kind = Kind::tool_blocked;
  return event;
}

std::optional<LogEvent> rejection_of(const LogLine& line) {
  const std::string_view channel = channel_of_logger(line.logger);
  if (channel.empty() && !line.verbose) return std::nullopt;
  LogEvent event;
  if (line.message == kSkippedGroup && line.reason == "not-allowed") {
    event.channel = channel;
    event.reason = "group";
    return event;
  }
  const auto rejection = match_rejection(line.message, channel);
  if (!rejection) return std::nullopt;
  event.channel = rejection->channel;
  event.reason = rejection->reason;
  event.sender = rejection->sender.empty() ? line.sender : rejection->sender;
  return event;
}

// "… name=value …": the value behind the last " name=", which nobody could write after OpenClaw.
std::string_view last_value(std::string_view text, std::string_view name) {
  const std::size_t at = text.rfind(name);
  if (at == std::string_view::npos) return {};
  const std::string_view value = text.substr(at + name.size());
  return value.substr(0, value.find(' '));
}

// The text of a closed connection has the cause only from 2026.9 on, among words of the client: it
// counts if it is there once. Before, the code of the WebSocket has to do.
LogEvent closed_event(std::string_view text, std::string_view connection) {
  constexpr std::string_view kCause = " cause=";
  const std::size_t at = text.find(kCause);
  if (at != std::string_view::npos && text.rfind(kCause) == at) {
    LogEvent event = auth_event(last_value(text, kCause), "", connection);
    event.reason_known = event.reason != "other";
    return event;
  }
  const std::string_view code = last_value(text, " code=");
  std::string_view cause = "unknown";
  if (at == std::string_view::npos && code == "1002") cause = "protocol-mismatch";
  if (at == std::string_view::npos && code == "1000") cause = "handshake-timeout";
  LogEvent event = auth_event(cause, "", connection);
  event.reason_known = false;
  return event;
}

}  // namespace

std::optional<std::string_view> connection_after(std::string_view announced,
                                                 std::string_view message) {
  constexpr std::string_view kConnection = "conn=";
  constexpr std::size_t kLongestId = 64;
  if (!message.starts_with(announced)) return std::nullopt;
  message.remove_prefix(announced.size());
  if (!message.starts_with(kConnection)) return std::nullopt;
  message.remove_prefix(kConnection.size());
  const std::string_view id = message.substr(0, message.find(' '));
  if (id.empty() || id.size() > kLongestId) return std::nullopt;
  return id;
}

std::string_view auth_reason_class(std::string_view auth_reason) {
  if (auth_reason.starts_with("token_") || auth_reason.starts_with("bootstrap_token")) {
    return "token";
  }
  if (auth_reason.starts_with("password_")) return "password";
  if (auth_reason.starts_with("device")) return "device";
  if (auth_reason.starts_with("trusted_proxy_") || auth_reason.starts_with("tailscale_")) {
    return "policy";
  }
  return "other";
}

LogEvent auth_event(std::string_view cause, std::string_view auth_reason,
                    std::string_view connection) {
  LogEvent event;
  event.kind = Kind::auth_failed;
  event.connection = connection;
  if (cause == "unauthorized") {
    if (auth_reason == kRateLimited) event.kind = Kind::auth_locked_out;
    event.reason = auth_reason_class(auth_reason);
    return event;
  }
  const auto* const found = std::ranges::find(kCauses, cause, &Named::name);
  event.reason = found == kCauses.end() ? "other" : found->reason;
  return event;
}

std::string_view exec_denial_class(std::string_view text) {
  text = text.substr(0, text.find('\n'));
  constexpr std::array<Named, 9> kTexts = {
      {{"cannot wait for interactive exec approval", "unattended"},
       {"requires human approval", "approval"},
       {"user denied", "approval"},
       {"user-denied", "approval"},
       {"approval", "approval"},
       {"security=deny", "policy"},
       {"allowlist", "policy"},
       {"policy", "policy"},
       {"final preflight", "policy"}}};
  for (const Named& known : kTexts) {
    if (text.find(known.name) != std::string_view::npos) return known.reason;
  }
  return "other";
}

std::optional<LogEvent> event_of(const LogLine& line) {
  std::optional<LogEvent> event;
  if (line.logger == "gateway/ws") {
    event = auth_event_of(line);
  } else if (line.plain) {
    event = plain_event_of(line);
  } else {
    event = rejection_of(line);
  }
  if (event) event->time = line.date.empty() ? output_time(line.time) : parse_utc_time(line.date);
  return event;
}

std::optional<LogEvent> event_of_output(std::string_view line) {
  constexpr std::string_view kLogger = "[ws] ";
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  const std::string_view text = line.substr(space + 1);
  std::optional<LogEvent> event;
  if (text.starts_with(kExecDenied)) {
    event = exec_denied(text);
  } else if (text.starts_with(kLogger)) {
    const std::string_view message = text.substr(kLogger.size());
    if (const auto closed = connection_after(kClosed, message)) {
      event = closed_event(message, *closed);
    } else if (const auto announced = connection_after(kUnauthorized, message)) {
      event = auth_event("unauthorized", last_value(message, " reason="), *announced);
      // Who is locked out is told by its reason when the connection is closed.
      if (event->kind == Kind::auth_locked_out) event->reason = kRateLimited;
      event->kind = Kind::unauthorized;
    }
  }
  if (event) event->time = output_time(line.substr(0, space));
  return event;
}

}  // namespace clawvigil::parse
