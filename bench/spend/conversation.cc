#include "bench/spend/conversation.h"

#include <algorithm>
#include <cmath>

namespace clawvigil::spend {
namespace {

constexpr std::int64_t kCacheSeconds = 300;
constexpr std::int64_t kPauseSeconds = 300;  // what comes later is no part of a chain
constexpr double kCompactAt = 160'000;
constexpr std::int64_t kFailedSeconds = 70;  // OpenClaw tries again that long before it gives up

double fails(const Host& host, std::int64_t second) {
  double chance = host.failures;
  for (const Outage& outage : host.outages) {
    if (second / 60 >= outage.from && second / 60 < outage.to) {
      chance = std::max(chance, outage.severity);
    }
  }
  return chance;
}

std::int64_t whole(double value) { return static_cast<std::int64_t>(std::floor(value)); }

}  // namespace

Tokens Conversation::tokens_of(const Model& model, std::int64_t second, const Wanted& wanted) {
  Tokens tokens;
  const bool cached = second < cached_until_;
  const double fresh = wanted.fresh + (cached ? 0 : context_);
  if (cached) tokens.cache_read = whole(context_);
  (model.writes_cache() ? tokens.cache_write : tokens.input) = whole(fresh);
  if (model.writes_cache()) tokens.input = 4;
  tokens.output = whole(wanted.output);
  return tokens;
}

void Conversation::call(const Speaker& speaker, std::int64_t second, const Wanted& wanted) {
  if (wanted.human) restart();
  ++chain_;
  const int came = wanted.same > 0 ? ++came_[wanted.same] : wanted.same == kAgain ? 2 : 1;
  repeats_ = std::max(repeats_, came);
  const Model& model = models()[speaker.model];
  ledger_->book({.second = second,
                 .seen = wanted.seen,
                 .agent = speaker.agent,
                 .trigger = speaker.trigger,
                 .channel = speaker.channel,
                 .model = speaker.model,
                 .tokens = tokens_of(model, second, wanted),
                 .failed = wanted.failed,
                 .human = wanted.human,
                 .session = session_,
                 .chain = chain_,
                 .repeats = repeats_,
                 .label = wanted.label});
  busy_until_ = second;
  if (wanted.failed) return;
  cached_until_ = second + kCacheSeconds;
  context_ += wanted.fresh + wanted.output;
  if (context_ > kCompactAt) {  // the summary takes its place
    context_ = base_ + 4'000;
    cached_until_ = 0;
  }
}

void Conversation::restart() {
  chain_ = repeats_ = 0;
  came_.clear();
}

void Conversation::poll(Random& random, const Speaker& speaker, std::int64_t& second) {
  const int what = static_cast<int>(came_.size()) + 1;
  const std::int64_t every = random.whole(10, 60);
  for (std::int64_t left = random.whole(3, 25); left > 0; --left) {
    second += every;
    call(speaker, second, {.fresh = 120, .output = 60, .same = what});
  }
}

bool Conversation::prompt(Random& random, const Speaker& speaker, std::int64_t second,
                          const Work& work) {
  const Host& host = ledger_->host();
  if (second - busy_until_ > kPauseSeconds) restart();
  double fresh = random.log_normal(120, 1);  // of the prompt itself
  for (int left = work.calls; left > 0; --left) {
    const bool first = left == work.calls;
    const double output = random.log_normal(left == 1 ? 2 * work.output : work.output, 0.9);
    const double seconds = 2 + output / 70 + std::min(600.0, random.log_normal(3, 1.2));
    second += whole(seconds);
    const bool failed = random.chance(fails(host, second));
    call(speaker, second,
         {.fresh = std::min(fresh, 30'000.0),
          .output = std::min(output, 16'000.0),
          .human = first && speaker.trigger == Trigger::user,
          .same = !first && random.chance(0.02) ? kAgain : kNew,
          .failed = failed});
    if (failed) {
      busy_until_ = second + kFailedSeconds;
      return false;
    }
    fresh = random.log_normal(work.result, 1.2);
    if (left > 1 && random.chance(work.poll / work.calls)) poll(random, speaker, second);
  }
  return true;
}

}  // namespace clawvigil::spend
