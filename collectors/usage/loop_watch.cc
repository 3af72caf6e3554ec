#include "collectors/usage/loop_watch.h"

#include <algorithm>

namespace clawvigil::usage {

namespace {

// After a pause of so long what comes is no part of a loop.
constexpr std::int64_t kPauseMs = std::int64_t{5} * 60'000;

// A hash and how often it came.
constexpr std::size_t kEntry = sizeof(std::uint64_t) + sizeof(std::uint32_t);

}  // namespace

LoopWatch LoopWatch::restore(const Chain& chain, std::int64_t last_ms, std::string_view recent) {
  LoopWatch watch;
  watch.chain_ = chain;
  watch.last_ms_ = last_ms;
  if (recent.size() % kEntry != sizeof(watch.last_prompt_)) return watch;
  const auto take = [&recent](auto& value) {
    recent.copy(reinterpret_cast<char*>(&value), sizeof(value));
    recent.remove_prefix(sizeof(value));
  };
  take(watch.last_prompt_);
  std::uint32_t age = 0;
  for (Seen& seen : watch.seen_) {
    if (recent.empty()) break;
    take(seen.hash);
    take(seen.count);
    seen.age = age++;
  }
  return watch;
}

std::string LoopWatch::recent() const {
  std::string out;
  const auto put = [&out](const auto& value) {
    out.append(reinterpret_cast<const char*>(&value), sizeof(value));
  };
  put(last_prompt_);
  auto newest_first = seen_;
  std::ranges::sort(newest_first, {}, &Seen::age);
  for (const Seen& seen : newest_first) {
    if (seen.count == 0) continue;
    put(seen.hash);
    put(seen.count);
  }
  return out;
}

void LoopWatch::restart() {
  const std::int64_t failed = chain_.failed_streak;
  chain_ = {};
  chain_.failed_streak = failed;
  seen_ = {};
}

void LoopWatch::see(std::uint64_t hash) {
  if (hash == 0) return;
  for (Seen& seen : seen_) ++seen.age;
  auto* found = std::ranges::find_if(
      seen_, [&](const Seen& seen) { return seen.count > 0 && seen.hash == hash; });
  if (found == seen_.end()) {
    found = std::ranges::max_element(
        seen_, {}, [](const Seen& seen) { return seen.count == 0 ? UINT32_MAX : seen.age; });
    *found = {.hash = hash, .count = 0, .age = 0};
  }
  found->age = 0;
  ++found->count;
  chain_.repeats = std::max<std::int64_t>(chain_.repeats, found->count);
}

void LoopWatch::prompt(parse::Trigger origin, std::uint64_t text, std::int64_t time_ms) {
  const bool again = text != 0 && text == last_prompt_;
  const bool paused = time_ms - last_ms_ > kPauseMs;
  if (origin == parse::Trigger::user ? !again || paused : paused) restart();
  last_prompt_ = text;
  see(text);
}

void LoopWatch::call(std::uint64_t calls, std::int64_t time_ms, bool failed, double usd,
                     std::int64_t tokens) {
  if (chain_.calls == 0) chain_.since_ms = time_ms;
  ++chain_.calls;
  chain_.usd += usd;
  chain_.tokens += tokens;
  chain_.failed_streak = failed ? chain_.failed_streak + 1 : 0;
  last_ms_ = std::max(last_ms_, time_ms);
  see(calls);
}

}  // namespace clawvigil::usage
