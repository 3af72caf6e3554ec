#include "collectors/access/ledger_cursor.h"

#include <charconv>

#include "exporter/base/milliseconds.h"

namespace clawvigil {

namespace {

bool take_number(std::string_view& text, std::int64_t& value) {
  const std::size_t end = text.find(' ');
  if (end == std::string_view::npos) return false;
  const char* const last = text.data() + end;
  const auto [stop, error] = std::from_chars(last - end, last, value);
  if (error != std::errc{} || stop != last) return false;
  text.remove_prefix(end + 1);
  return true;
}

}  // namespace

LedgerCursor LedgerCursor::from(SystemTime now) {
  LedgerCursor cursor;
  cursor.time_ms = to_milliseconds(now);
  return cursor;
}

std::string LedgerCursor::text() const {
  return std::to_string(number) + " " + std::to_string(time_ms) + " " + id;
}

std::optional<LedgerCursor> LedgerCursor::parse(std::string_view text) {
  LedgerCursor cursor;
  if (!take_number(text, cursor.number) || !take_number(text, cursor.time_ms)) return std::nullopt;
  cursor.id = text;
  return cursor;
}

bool is_recent_note(SystemTime noted, SystemTime now) {
  constexpr std::chrono::minutes kRecent{10};
  return noted <= now && now - noted < kRecent;
}

}  // namespace clawvigil
