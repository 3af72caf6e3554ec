#include "collectors/parse/string_elider.h"

#include <simdjson.h>

namespace clawvigil::parse {

namespace {

// Where `text` from `from` on first has a quote or a backslash, looking ahead a little only: the
// place to look again otherwise.
std::size_t skip_plain(std::string_view text, std::size_t from) {
  constexpr std::size_t kAhead = 512;
  const std::string_view ahead = text.substr(from, kAhead);
  const std::string_view before_quote = ahead.substr(0, ahead.find('"'));
  const std::size_t backslash = before_quote.find('\\');
  return from + (backslash == std::string_view::npos ? before_quote.size() : backslash);
}

}  // namespace

void StringElider::feed(std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (overflowed()) return;
    if (skipping_ && escape_left_ == 0) {
      i = skip_plain(bytes, i);
      if (i == bytes.size()) return;
    }
    const char c = bytes[i];
    if (!in_string_) {
      out_ += c;
      if (c == '"') {
        in_string_ = true;
        skipping_ = false;
        string_length_ = 0;
      }
      continue;
    }
    const bool in_escape = escape_left_ > 0;
    if (in_escape) {
      constexpr int kHexDigits = 4;
      const bool unicode = after_backslash_ && c == 'u';
      escape_left_ = unicode ? kHexDigits : escape_left_ - 1;
      after_backslash_ = false;
    } else if (c == '\\') {
      escape_left_ = 1;
      after_backslash_ = true;
    } else if (c == '"') {
      in_string_ = false;
      skipping_ = false;
      out_ += c;
      continue;
    }
    // Skipping begins between two characters only, never inside an escape or a UTF-8 sequence.
    const bool continuation = (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
    if (string_length_ >= kMaxString && !in_escape && !continuation) skipping_ = true;
    if (skipping_) continue;
    out_ += c;
    ++string_length_;
  }
}

std::string_view StringElider::line() {
  out_.reserve(out_.size() + simdjson::SIMDJSON_PADDING);
  return out_;
}

void StringElider::reset() {
  out_.clear();
  in_string_ = false;
  skipping_ = false;
  after_backslash_ = false;
  escape_left_ = 0;
  string_length_ = 0;
}

}  // namespace clawvigil::parse
