#include "exporter/base/log.h"

#include <unistd.h>

#include <array>
#include <atomic>
#include <ctime>
#include <nlohmann/json.hpp>

#include "exporter/base/strings.h"

namespace clawvigil::log {

namespace {

constexpr std::size_t kMaxValueBytes = 1024;
std::atomic<Level> g_level{Level::info};
std::atomic<Format> g_format{Format::logfmt};

std::string_view name(Level level) {
  switch (level) {
    case Level::debug:
      return "debug";
    case Level::info:
      return "info";
    case Level::warn:
      return "warn";
    case Level::error:
      return "error";
  }
  return "error";
}

std::string quoted_if_needed(const std::string& value) {
  const bool plain = !value.empty() && value.find_first_of(" \"=\\") == std::string::npos;
  if (plain) return value;
  std::string out = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string timestamp() {
  std::timespec now{};
  static_cast<void>(std::timespec_get(&now, TIME_UTC));
  std::tm parts{};
  static_cast<void>(::gmtime_r(&now.tv_sec, &parts));
  std::array<char, 32> date{};
  const std::size_t length = std::strftime(date.data(), date.size(), "%FT%T", &parts);
  std::string millis = std::to_string(now.tv_nsec / 1'000'000);
  millis.insert(0, 3 - millis.size(), '0');
  return std::string(date.data(), length) + "." + millis + "Z";
}

}  // namespace

void configure(Level level, Format format) {
  g_level = level;
  g_format = format;
}

std::string format_line(Level level, Format format, std::string_view message,
                        std::initializer_list<Field> fields) {
  if (format == Format::json) {
    nlohmann::ordered_json line;
    line["level"] = name(level);
    line["msg"] = sanitize(message, kMaxValueBytes);
    for (const Field& field : fields) line[field.key] = sanitize(field.value, kMaxValueBytes);
    return line.dump();
  }
  std::string line = "level=" + std::string(name(level)) +
                     " msg=" + quoted_if_needed(sanitize(message, kMaxValueBytes));
  for (const Field& field : fields) {
    line += " " + field.key + "=" + quoted_if_needed(sanitize(field.value, kMaxValueBytes));
  }
  return line;
}

void write(Level level, std::string_view message, std::initializer_list<Field> fields) {
  if (level < g_level) return;
  const Format format = g_format;
  std::string line = format_line(level, format, message, fields);
  if (format == Format::json) {
    line.insert(1, R"("ts":")" + timestamp() + R"(",)");
  } else {
    line.insert(0, "ts=" + timestamp() + " ");
  }
  line += '\n';
  // A full or closed stderr must not stop the daemon: the line is lost, nothing else.
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace clawvigil::log
