// Log lines to stderr, one write(2) per line: `ts=… level=… msg="…" key=value …`, or JSON.
// Any thread. Log a change of state once, not every run. Values are sanitised and bounded; a Secret
// cannot be passed.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace clawvigil::log {

enum class Level { debug, info, warn, error };
enum class Format { logfmt, json };

// Process-wide; call before threads start.
void configure(Level level, Format format);

struct Field {
  Field(std::string_view field_key, std::string_view field_value)
      : key(field_key), value(field_value) {}
  template <class Integer>
    requires std::is_integral_v<Integer>
  Field(std::string_view field_key, Integer field_value)
      : key(field_key), value(std::to_string(field_value)) {}
  std::string key;
  std::string value;
};

void write(Level level, std::string_view message, std::initializer_list<Field> fields = {});

inline void debug(std::string_view m, std::initializer_list<Field> f = {}) {
  write(Level::debug, m, f);
}
inline void info(std::string_view m, std::initializer_list<Field> f = {}) {
  write(Level::info, m, f);
}
inline void warn(std::string_view m, std::initializer_list<Field> f = {}) {
  write(Level::warn, m, f);
}
inline void error(std::string_view m, std::initializer_list<Field> f = {}) {
  write(Level::error, m, f);
}

// The text of one line without its time and newline; exposed for tests.
std::string format_line(Level level, Format format, std::string_view message,
                        std::initializer_list<Field> fields);

}  // namespace clawvigil::log
