// Tokens of one model call, or of many.
#pragma once

#include <cstdint>

namespace clawvigil::parse {

struct TokenCounts {
  std::int64_t input = 0;  // without cached tokens
  std::int64_t output = 0;
  std::int64_t cache_read = 0;
  std::int64_t cache_write = 0;

  [[nodiscard]] std::int64_t sum() const { return input + output + cache_read + cache_write; }
  [[nodiscard]] std::int64_t uncached() const { return input + output; }
  void add(const TokenCounts& other) {
    input += other.input;
    output += other.output;
    cache_read += other.cache_read;
    cache_write += other.cache_write;
  }
};

}  // namespace clawvigil::parse
