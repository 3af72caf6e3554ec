// Prints the alarms of the peers over a host's year: detector,rule,start_minute,end_minute.
#include <iostream>
#include <span>

#include "bench/spend/peers.h"

namespace clawvigil::spend {
namespace {

void print(const Counters& counters, const std::string& detector, const Alarms& alarms) {
  for (const Span& span : alarms.spans) {
    std::cout << detector << ',' << alarms.rule << ','
              << counters.first_minute + static_cast<std::int64_t>(span.from) << ','
              << counters.first_minute + static_cast<std::int64_t>(span.to) << '\n';
  }
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
}  // namespace clawvigil::spend

int main(int argc, char** argv) {
  const std::span arguments(argv, static_cast<std::size_t>(argc));
  if (arguments.size() != 2) {
    std::cerr << "Usage: spend_replay_peers DIRECTORY\n";
    return 2;
  }
  try {
    if (const auto counters = clawvigil::spend::read_counters(arguments[1])) {
      clawvigil::spend::replay(*counters);
      return 0;
    }
    std::cerr << "spend_replay_peers: " << arguments[1] << " is not as spend_generate writes it\n";
  } catch (const std::exception& exception) {
    std::cerr << "spend_replay_peers: " << exception.what() << "\n";
  }
  return 1;
}
