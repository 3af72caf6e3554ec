// Prices of models as plain data; prices.h reads them.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace clawvigil {

// USD per million tokens.
struct TokenPrice {
  double input = 0;
  double output = 0;
  double cache_read = 0;
  double cache_write = 0;
  bool operator==(const TokenPrice&) const = default;
};

struct PriceEntry {
  std::string provider;          // as OpenClaw names it
  std::string model;             // of a pattern: what its models begin with
  bool pattern = false;          // written with a trailing '*'
  std::chrono::sys_days from{};  // holds for messages written since; 1970: always
  std::int64_t above = 0;        // holds for prompts of more tokens than that, cached ones included
  TokenPrice price;              // all 0: free
};

struct PriceList {
  std::chrono::sys_days date{};  // as of when its prices are right
  std::string source;
  std::vector<PriceEntry> entries;
};

}  // namespace clawvigil
