#include "bench/spend/prices.h"

#include <array>

namespace clawvigil::spend_world {
namespace {

constexpr std::array kModels{
    Model{"anthropic", "claude-opus-4-1", 15, 75, 1.5, 18.75},
    Model{"anthropic", "claude-opus-4-5", 5, 25, 0.5, 6.25},
    Model{"anthropic", "claude-sonnet-4-5", 3, 15, 0.3, 3.75},
    Model{"anthropic", "claude-haiku-4-5", 1, 5, 0.1, 1.25},
    Model{"openai", "gpt-5", 1.25, 10, 0.125, 0},
    Model{"openai", "gpt-5-mini", 0.25, 2, 0.025, 0},
    Model{"google", "gemini-2.5-pro", 1.25, 10, 0.31, 0},
    Model{"google", "gemini-2.5-flash", 0.3, 2.5, 0.075, 0},
    Model{"google", "gemini-2.5-flash-lite", 0.1, 0.4, 0.025, 0},
    Model{"deepseek", "deepseek-chat", 0.28, 0.42, 0.028, 0},
    Model{"openrouter", "glm-4.6", 0.6, 2.2, 0.11, 0},
    Model{"openrouter", "kimi-k2", 0.6, 2.5, 0.15, 0},
};

constexpr Tokens kOrdinary{.input = 600, .output = 250, .cache_read = 40'000, .cache_write = 900};

}  // namespace

std::span<const Model> models() { return kModels; }

double cost_of(const Model& model, const Tokens& tokens) {
  return (static_cast<double>(tokens.input) * model.input +
          static_cast<double>(tokens.output) * model.output +
          static_cast<double>(tokens.cache_read) * model.cache_read +
          static_cast<double>(tokens.cache_write) *
              (model.writes_cache() ? model.cache_write : model.input)) /
         1e6;
}

double dearness(std::size_t model, std::size_t usual) {
  return cost_of(kModels[model], kOrdinary) / cost_of(kModels[usual], kOrdinary);
}

std::size_t dearest_of_provider(std::size_t model) {
  std::size_t best = model;
  for (std::size_t other = 0; other < models().size(); ++other) {
    if (models()[other].provider == models()[model].provider && dearness(other, best) > 1) {
      best = other;
    }
  }
  return best;
}

}  // namespace clawvigil::spend_world
