#include "collectors/parse/fail2ban_log.h"

#include <cstddef>

#include "exporter/base/digits.h"

namespace clawvigil {

namespace {

// "2026-11-22 07:57:42,470 " in front; false if it is not there.
bool take_time(std::string_view& line) {
  constexpr std::string_view kShape = "dddd-dd-dd dd:dd:dd,ddd ";
  if (line.size() < kShape.size()) return false;
  for (std::size_t i = 0; i < kShape.size(); ++i) {
    if (kShape[i] == 'd' ? !is_digit(line[i]) : line[i] != kShape[i]) return false;
  }
  line.remove_prefix(kShape.size());
  return true;
}

bool take(std::string_view& line, std::string_view word) {
  if (!line.starts_with(word)) return false;
  line.remove_prefix(word.size());
  return true;
}

void skip_spaces(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
}

// "[4196]: " after the logger's name.
bool take_process(std::string_view& line) {
  skip_spaces(line);
  if (!take(line, "[")) return false;
  while (!line.empty() && is_digit(line.front())) line.remove_prefix(1);
  return take(line, "]: ");
}

}  // namespace

std::optional<Fail2banEvent> parse_fail2ban_line(std::string_view line) {
  using Kind = Fail2banEvent::Kind;
  if (!take_time(line)) return std::nullopt;
  const Kind kind = line.starts_with("fail2ban.filter") ? Kind::failure : Kind::ban;
  if (kind == Kind::ban && !line.starts_with("fail2ban.actions")) return std::nullopt;
  line.remove_prefix(std::min(line.find_first_of(" ["), line.size()));
  if (!take_process(line)) return std::nullopt;
  if (!take(line, kind == Kind::failure ? "INFO" : "NOTICE")) return std::nullopt;
  skip_spaces(line);
  const std::size_t close = line.find(']');
  if (!line.starts_with('[') || close == std::string_view::npos) return std::nullopt;
  const std::string_view jail = line.substr(1, close - 1);
  line.remove_prefix(close + 1);
  if (jail.empty() || !take(line, kind == Kind::failure ? " Found " : " Ban ")) return std::nullopt;
  return Fail2banEvent{kind, jail};
}

}  // namespace clawvigil
