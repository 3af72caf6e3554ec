// Prints the alarms of the peers over a host's year: detector,rule,start_minute,end_minute. More
// arguments are limits of one's own, USD:MINUTES:MINUTES KEPT, which are printed as detector
// "limits".
#include <charconv>
#include <iostream>
#include <span>

#include "bench/spend/peers.h"

namespace clawvigil::spend_world {
namespace {

void print(const Counters& counters, const std::string& detector, const Alarms& alarms) {
  for (const Span& span : alarms.spans) {
    std::cout << detector << ',' << alarms.rule << ','
              << counters.first_minute + static_cast<std::int64_t>(span.from) << ','
              << counters.first_minute + static_cast<std::int64_t>(span.to) << '\n';
  }
}

std::optional<Limit> read_limit(std::string_view text) {
  Limit limit;
  const auto number = [&](auto& value, std::string_view after) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    const bool good = error == std::errc{} && text.starts_with(after);
    text.remove_prefix(good ? after.size() : 0);
    return good;
  };
  if (!number(limit.usd, ":") || !number(limit.minutes, ":") || !number(limit.keep, "")) return {};
  return text.empty() ? std::optional(limit) : std::nullopt;
}

void replay(const Counters& counters) {
  for (const Alarms& alarms : static_thresholds(counters)) print(counters, "static", alarms);
  struct Signal {
    std::string name;
    const Series* counter;
  };
  for (const auto& [name, counter] :
       {Signal{"cost", &counters.cost}, {"tokens", &counters.tokens}}) {
    print(counters, "z_score_" + name, z_score(*counter, 0));
    print(counters, "z_score_10m_" + name, z_score(*counter, 10));
    print(counters, "z_score_season_" + name, z_score_of_season(*counter));
    print(counters, "robust_" + name, robust_bands(*counter));
    print(counters, "adaptive_" + name, adaptive_bands(*counter));
  }
}

}  // namespace
}  // namespace clawvigil::spend_world

int main(int argc, char** argv) {
  const std::span arguments(argv, static_cast<std::size_t>(argc));
  if (arguments.size() < 2) {
    std::cerr << "Usage: spend_replay_peers DIRECTORY [USD:MINUTES:MINUTES KEPT]...\n";
    return 2;
  }
  try {
    if (const auto counters = clawvigil::spend_world::read_counters(arguments[1])) {
      clawvigil::spend_world::replay(*counters);
      for (const char* argument : arguments.subspan(2)) {
        const auto limit = clawvigil::spend_world::read_limit(argument);
        if (!limit) {
          std::cerr << "spend_replay_peers: not a limit: " << argument << "\n";
          return 2;
        }
        clawvigil::spend_world::print(*counters, "limits",
                                      clawvigil::spend_world::limit(*counters, *limit));
      }
      return 0;
    }
    std::cerr << "spend_replay_peers: " << arguments[1] << " is not as spend_generate writes it\n";
  } catch (const std::exception& exception) {
    std::cerr << "spend_replay_peers: " << exception.what() << "\n";
  }
  return 1;
}
