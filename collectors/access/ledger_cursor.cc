#include "collectors/access/ledger_cursor.h"

#include <charconv>

namespace clawvigil {

namespace {

bool take_number(std::string_view& text, std::int64_t& value) {
  const char* const end = text.data() + text.size();
  const auto [last, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || last == end || *last != ' ') return false;
  text.remove_prefix(static_cast<std::size_t>(last - text.data()) + 1);
  return true;
}

}  // namespace

LedgerCursor LedgerCursor::from(SystemTime now) {
  using std::chrono::milliseconds;
  LedgerCursor cursor;
  cursor.time_ms = std::chrono::duration_cast<milliseconds>(now.time_since_epoch()).count();
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

}  // namespace clawvigil
