#include "collectors/parse/transcript_stream.h"

#include <algorithm>
#include <cstring>

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
  out_.reserve(out_.size() + TranscriptParser::kPadding);
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

std::span<char> LineSplitter::space() { return {buffer_.get() + filled_, kBufferSize - filled_}; }

void LineSplitter::advance(std::size_t count, const OnLine& on_line) {
  const char* begin = buffer_.get();
  const char* const end = buffer_.get() + filled_ + count;
  const char* search = buffer_.get() + filled_;  // what lies before holds no newline
  received_ += count;
  while (const void* found = std::memchr(search, '\n', static_cast<std::size_t>(end - search))) {
    const char* const newline = static_cast<const char*>(found);
    const std::string_view line(begin, static_cast<std::size_t>(newline - begin));
    if (eliding_) {
      elider_.feed(line);
      const bool too_long = elider_.overflowed();
      on_line(too_long ? std::string_view() : elider_.line(), too_long);
      elider_.reset();
      eliding_ = false;
    } else if (!line.empty()) {
      on_line(line, false);
    }
    begin = search = newline + 1;
  }
  filled_ = static_cast<std::size_t>(end - begin);
  if (!eliding_) consumed_ = received_ - filled_;
  if (filled_ == kBufferSize || (eliding_ && filled_ > 0)) {
    elider_.feed({begin, filled_});
    eliding_ = true;
    filled_ = 0;
  }
  std::memmove(buffer_.get(), begin, filled_);
}

void LineSplitter::restart(std::uint64_t position) {
  filled_ = 0;
  consumed_ = position;
  received_ = position;
  eliding_ = false;
  elider_.reset();
}

}  // namespace clawvigil::parse
