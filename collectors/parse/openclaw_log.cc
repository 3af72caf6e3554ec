#include "collectors/parse/openclaw_log.h"

#include <cstring>

#include "collectors/parse/json_members.h"
#include "collectors/parse/openclaw_log_events.h"
#include "collectors/parse/openclaw_rejections.h"
#include "exporter/base/strings.h"

namespace clawvigil::parse {

namespace {

namespace ondemand = simdjson::ondemand;
using json::for_each_member;
using json::for_each_member_of;
using json::read_text;
using simdjson::error_code;

// JSON.stringify puts keys that are numbers first: every line with arguments begins like this.
constexpr std::string_view kLine = R"({"0":)";
constexpr std::string_view kSubsystem = R"("{\"subsystem\":\")";
constexpr std::string_view kModule = R"("{\"module\":\")";
constexpr std::string_view kVerbose = R"({"message":")";
constexpr std::string_view kFull = "log file size cap reached; suppressing writes";

bool contains(std::string_view text, std::string_view word) {
  return ::memmem(text.data(), text.size(), word.data(), word.size()) != nullptr;
}

enum class Look { skip, parse, not_understood };

// True if a text that begins at `text`, still quoted, may tell of a rejection.
bool may_matter(std::string_view text) {
  constexpr std::size_t kBeginning = 64;
  const std::string_view beginning = text.substr(0, kBeginning);
  return beginning.starts_with(kSkippedGroup) || may_be_rejection(beginning);
}

// A line of a channel's logger. Inside a text quotes are escaped, so what is found is an argument.
bool channel_line_may_matter(std::string_view line) {
  for (const std::string_view argument : {R"("1":")", R"(,"2":")"}) {
    for (std::size_t at = 0;;) {
      const void* const found =
          ::memmem(line.data() + at, line.size() - at, argument.data(), argument.size());
      if (found == nullptr) break;
      at =
          static_cast<std::size_t>(static_cast<const char*>(found) - line.data()) + argument.size();
      if (may_matter(line.substr(at))) return true;
    }
  }
  return false;
}

// A line of a logger: `rest` begins with its name, which ends with an escaped quote.
Look look_at_logger(std::string_view rest) {
  constexpr std::string_view kWebSocket = "gateway/ws\\";
  if (rest.starts_with(kWebSocket)) {
    return contains(rest, kClosed) ? Look::parse : Look::skip;
  }
  const std::string_view name = rest.substr(0, rest.find('\\'));
  if (channel_of_logger(name).empty()) return Look::skip;
  return channel_line_may_matter(rest) ? Look::parse : Look::skip;
}

// What begins otherwise: an object logged without a text, or OpenClaw's own last words.
Look look_at_other(std::string_view line) {
  if (!line.starts_with('{')) return line.empty() ? Look::skip : Look::not_understood;
  if (contains(line, kFull)) return Look::parse;
  return contains(line, R"("_meta":{)") ? Look::skip : Look::not_understood;
}

// Judges by the first bytes; nearly all lines are skipped here.
Look look_at(std::string_view line) {
  if (!line.starts_with(kLine)) return look_at_other(line);
  const std::string_view rest = line.substr(kLine.size());
  for (const std::string_view logger : {kSubsystem, kModule}) {
    if (rest.starts_with(logger)) return look_at_logger(rest.substr(logger.size()));
  }
  if (rest.starts_with(kVerbose)) {
    return may_matter(rest.substr(kVerbose.size())) ? Look::parse : Look::skip;
  }
  if (rest.starts_with(R"("[tools] exec failed: exec denied: )")) return Look::parse;
  if (rest.starts_with(R"("tools: )")) return Look::parse;
  if (rest.starts_with(R"("[openclaw] file log queue overflow; )")) return Look::not_understood;
  return Look::skip;
}

// The texts of one line as they stand.
struct Parts {
  LogLine line;
  std::string_view first;  // "0" as text
  std::string_view second;
  std::string_view third;
  std::string_view subsystem;  // of the other shapes
  std::string_view message;
};

error_code read_field(std::string_view key, ondemand::value& value, LogLine& line) {
  if (key == "cause") return read_text(value, line.cause);
  if (key == "authReason") return read_text(value, line.auth_reason);
  if (key == "reason") return read_text(value, line.reason);
  if (key == "sender" || key == "senderUserId") return read_text(value, line.sender);
  return simdjson::SUCCESS;
}

// An argument of the call: its text, or the fields that go with one.
error_code read_argument(ondemand::value& value, std::string_view& text, LogLine& line) {
  if (const error_code error = read_text(value, text)) return error;
  return for_each_member_of(value, [&](std::string_view key, ondemand::value& member) {
    return read_field(key, member, line);
  });
}

error_code read_first(ondemand::value& value, Parts& parts) {
  if (const error_code error = read_text(value, parts.first)) return error;
  return for_each_member_of(value, [&](std::string_view key, ondemand::value& member) {
    if (key != "message") return simdjson::SUCCESS;
    parts.line.verbose = true;
    return read_text(member, parts.line.message);
  });
}

// Where in OpenClaw's code the line was written; not told for all.
error_code read_path(ondemand::value& value, LogLine& line) {
  return for_each_member_of(value, [&](std::string_view key, ondemand::value& member) {
    return key == "method" ? read_text(member, line.method) : simdjson::SUCCESS;
  });
}

error_code read_meta(ondemand::value& value, LogLine& line) {
  return for_each_member_of(value, [&](std::string_view key, ondemand::value& member) {
    if (key == "path") return read_path(member, line);
    if (key == "logLevelName") return read_text(member, line.level);
    if (key == "date") return read_text(member, line.date);
    return simdjson::SUCCESS;
  });
}

error_code read_member(std::string_view key, ondemand::value& value, Parts& parts) {
  if (key == "0") return read_first(value, parts);
  if (key == "1") return read_argument(value, parts.second, parts.line);
  if (key == "2") return read_argument(value, parts.third, parts.line);
  if (key == "_meta") return read_meta(value, parts.line);
  if (key == "subsystem") return read_text(value, parts.subsystem);
  if (key == "message") return read_text(value, parts.message);
  if (key == "time") return read_text(value, parts.line.time);
  return read_field(key, value, parts.line);  // beside the message: standard output as JSON
}

// {"subsystem":"gateway/ws"} or {"module":"cron","storeKey":…}: the name, "" if it is neither.
std::string_view logger_name(std::string_view first) {
  for (const std::string_view prefix : {R"({"subsystem":")", R"({"module":")"}) {
    if (!first.starts_with(prefix)) continue;
    first.remove_prefix(std::string_view(prefix).size());
    const std::size_t end = first.find('"');
    return end == std::string_view::npos ? std::string_view() : first.substr(0, end);
  }
  return {};
}

// Puts together what kind of line it is; false if it is of none.
bool arrange(Parts& parts) {
  LogLine& line = parts.line;
  if (line.verbose) return parts.second == "verbose";
  if (parts.first.empty()) {
    line.logger = parts.subsystem;
    line.message = parts.message;
    return !line.logger.empty();
  }
  line.logger = logger_name(parts.first);
  line.plain = line.logger.empty();
  const std::string_view last = parts.third.empty() ? parts.second : parts.third;
  line.message = line.plain ? std::string_view(parts.first) : last;
  return true;
}

error_code read_line(ondemand::parser& parser, std::string& text, Parts& parts) {
  text.reserve(text.size() + simdjson::SIMDJSON_PADDING);
  ondemand::document document;
  if (const error_code error =
          parser.iterate(text.data(), text.size(), text.capacity()).get(document)) {
    return error;
  }
  ondemand::object object;
  if (const error_code error = document.get_object().get(object)) return error;
  return for_each_member(object, [&](std::string_view key, ondemand::value& value) {
    return read_member(key, value, parts);
  });
}

}  // namespace

bool LogScanner::parse_line(std::string_view line, const OnEvent& on_event) {
  buffer_.assign(line);
  Parts parts;
  error_code error = read_line(parser_, buffer_, parts);
  if (error == simdjson::UTF8_ERROR) {
    buffer_ = sanitize(line, line.size() * 3);
    parts = {};
    error = read_line(parser_, buffer_, parts);
  }
  if (error) return false;
  if (!arrange(parts)) return true;
  if (parts.subsystem == "logging" && parts.message.starts_with(kFull)) {
    LogEvent full;
    full.kind = LogEvent::Kind::log_full;
    on_event(full);
  } else if (const auto event = event_of(parts.line)) {
    on_event(*event);
  }
  return true;
}

bool LogScanner::scan_line(std::string_view line, const OnEvent& on_event) {
  switch (look_at(line)) {
    case Look::skip:
      return true;
    case Look::parse:
      return parse_line(line, on_event);
    case Look::not_understood:
      return false;
  }
  return false;
}

LogScanner::Counts LogScanner::scan_file(std::string_view lines, const OnEvent& on_event) {
  Counts counts;
  while (!lines.empty()) {
    const std::size_t end = lines.find('\n');
    const std::string_view line = lines.substr(0, end);
    ++counts.lines;
    if (!scan_line(line, on_event)) ++counts.not_understood;
    if (end == std::string_view::npos) break;
    lines.remove_prefix(end + 1);
  }
  return counts;
}

LogScanner::Counts LogScanner::scan_output(std::string_view line, const OnEvent& on_event) {
  Counts counts{.lines = 1};
  if (line.starts_with('{')) {
    const bool wanted = contains(line, kClosed) || contains(line, kExecDenied);
    if (wanted && !parse_line(line, on_event)) counts.not_understood = 1;
  } else if (const auto event = event_of_output(line)) {
    on_event(*event);
  }
  return counts;
}

}  // namespace clawvigil::parse
