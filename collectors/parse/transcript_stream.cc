#include "collectors/parse/transcript_stream.h"

#include <algorithm>
#include <cstring>

namespace clawvigil::parse {

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
