// Why a model was called.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace clawvigil::parse {

enum class Trigger : std::uint8_t { user, cron, heartbeat, subagent, hook, unknown };

inline constexpr std::array<std::string_view, 6> kTriggerNames{"user",     "cron", "heartbeat",
                                                               "subagent", "hook", "unknown"};

[[nodiscard]] constexpr std::string_view to_string(Trigger trigger) {
  return kTriggerNames[static_cast<std::size_t>(trigger)];
}
[[nodiscard]] constexpr std::optional<Trigger> parse_trigger(std::string_view name) {
  for (std::size_t i = 0; i < kTriggerNames.size(); ++i) {
    if (kTriggerNames[i] == name) return static_cast<Trigger>(i);
  }
  return std::nullopt;
}

// Whether a person is at the other end, as far as the transcript tells.
[[nodiscard]] constexpr bool is_autonomous(Trigger trigger) {
  return trigger == Trigger::cron || trigger == Trigger::heartbeat ||
         trigger == Trigger::subagent || trigger == Trigger::hook;
}

}  // namespace clawvigil::parse
