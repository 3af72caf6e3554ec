#include "collectors/spend/watched.h"

namespace clawvigil::spend {

std::string_view signal_name(Signal signal) {
  constexpr std::array<std::string_view, kSignals> kNames{
      "cost", "tokens", "requests", "failures", "scheduled", "turns", "gateway"};
  return kNames.at(static_cast<std::size_t>(signal));
}

void Use::add(const usage::Pace& pace, usage::Trigger trigger) {
  using usage::Trigger;
  all.add(pace);
  if (trigger == Trigger::cron || trigger == Trigger::heartbeat || trigger == Trigger::hook) {
    scheduled += pace.requests;
  }
}

void Use::add(const Use& other) {
  all.add(other.all);
  scheduled += other.scheduled;
}

double Use::of(Signal signal) const {
  switch (signal) {
    case Signal::cost:
      return all.usd;
    case Signal::tokens:
      return static_cast<double>(all.tokens);
    case Signal::requests:
      return static_cast<double>(all.requests);
    case Signal::failures:
      return static_cast<double>(all.failed);
    case Signal::scheduled:
      return static_cast<double>(scheduled);
    case Signal::turns:
      return static_cast<double>(all.human_turns);
    case Signal::gateway:
      return static_cast<double>(all.gateway);
  }
  return 0;
}

}  // namespace clawvigil::spend
