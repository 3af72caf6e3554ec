#pragma once
// Models and what they cost, in USD per million tokens: the range of what hosts really use, with
// list prices of 2025 and 2026. Not those of exporter/config/prices.yml: a seed stays the year it
// was, whatever is learned about prices.
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace clawvigil::spend_world {

struct Tokens {
  std::int64_t input = 0;
  std::int64_t output = 0;
  std::int64_t cache_read = 0;
  std::int64_t cache_write = 0;
};

struct Model {
  std::string_view provider;
  std::string_view name;
  double input;
  double output;
  double cache_read;
  double cache_write;  // 0: what is new counts as input, and is cached for nothing
  bool writes_cache() const { return cache_write > 0; }
};

std::span<const Model> models();
double cost_of(const Model& model, const Tokens& tokens);  // USD

// What an ordinary call costs with one model in relation to another.
double dearness(std::size_t model, std::size_t usual);

// Of the provider of `model`.
std::size_t dearest_of_provider(std::size_t model);

}  // namespace clawvigil::spend_world
