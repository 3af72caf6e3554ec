// What of an agent's use is compared with its own past, and over which windows.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "collectors/usage/totals.h"

namespace clawvigil::spend {

// cost       USD
// tokens     input and output
// requests   model calls
// failures   model calls that ended in an error
// scheduled  model calls nobody asked for: cron, heartbeats and hooks
// turns      messages of people, or of whoever holds a key
// gateway    model calls for those of them that came by the gateway itself: its page, CLI or API
enum class Signal : std::uint8_t { cost, tokens, requests, failures, scheduled, turns, gateway };
inline constexpr std::size_t kSignals = 7;
[[nodiscard]] std::string_view signal_name(Signal signal);

struct Watched {
  Signal signal;
  std::int64_t minutes;     // of the sliding window
  std::string_view window;  // the same as label value
  double least;             // differences so small are noise
  // Distance that is an alarm, in the detector's own (anomaly.h). More than 1 where use comes in
  // bursts, and where an alarm would tell what another signal tells better.
  double caution;
};

// The absolute gates (`least`) are what an owner would not want to be told about, whatever the
// host usually does; an alarm needs some four times as much.
inline constexpr std::array kWatched{
    Watched{Signal::cost, 60, "1h", 0.15, 1.4},     Watched{Signal::cost, 1440, "24h", 0.5, 1.2},
    Watched{Signal::tokens, 60, "1h", 30'000, 1.5}, Watched{Signal::requests, 60, "1h", 8, 2},
    Watched{Signal::failures, 60, "1h", 4, 1.3},    Watched{Signal::scheduled, 15, "15m", 5, 1.3},
    Watched{Signal::turns, 5, "5m", 2, 1.6},        Watched{Signal::turns, 15, "15m", 3, 1.8},
    Watched{Signal::turns, 60, "1h", 5, 2},         Watched{Signal::turns, 1440, "24h", 20, 1.5},
    Watched{Signal::cost, 15, "15m", 0.15, 1.5},    Watched{Signal::requests, 5, "5m", 3, 1},
    Watched{Signal::requests, 15, "15m", 5, 1},     Watched{Signal::scheduled, 60, "1h", 8, 1},
    Watched{Signal::gateway, 15, "15m", 3, 1},      Watched{Signal::gateway, 60, "1h", 5, 1},
};
inline constexpr std::int64_t kLongestWindow = 1440;  // minutes

// The use of one home, or one agent, within some time.
struct Use {
  usage::Pace all;
  std::int64_t scheduled = 0;  // requests of cron, heartbeat and hook
  void add(const usage::Pace& pace, usage::Trigger trigger);
  void add(const Use& other);
  [[nodiscard]] double of(Signal signal) const;
};

}  // namespace clawvigil::spend
