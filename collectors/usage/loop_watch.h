// Follows one session message by message and says how long the agent has been going on alone, and
// whether it does the same again and again.
//
// A chain ends when a person writes, and when anything else begins a turn after a pause; a prompt
// that comes again at once (a cron job gone wild) goes on with it.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "collectors/parse/trigger.h"
#include "collectors/usage/totals.h"

namespace clawvigil::usage {

class LoopWatch {
 public:
  // Goes on as if it had never been stored; a `recent` of another shape is taken for nothing.
  static LoopWatch restore(const Chain& chain, std::int64_t last_ms, std::string_view recent);
  // What it remembers besides the chain, as bytes of this machine, some hundred at most: the last
  // prompt and, the newest first, the hashes seen and how often each came.
  [[nodiscard]] std::string recent() const;

  void prompt(parse::Trigger origin, std::uint64_t text, std::int64_t time_ms);
  // `calls`: hash of the tool calls of the answer, 0 without any.
  void call(std::uint64_t calls, std::int64_t time_ms, bool failed, double usd,
            std::int64_t tokens);
  [[nodiscard]] const Chain& chain() const { return chain_; }

 private:
  struct Seen {
    std::uint64_t hash = 0;
    std::uint32_t count = 0;
    std::uint32_t age = 0;  // steps since it came last
  };
  static constexpr std::size_t kRemembered = 8;  // loops of up to so many different steps show
  void see(std::uint64_t hash);
  void restart();

  Chain chain_;
  std::int64_t last_ms_ = 0;  // of the last call
  std::uint64_t last_prompt_ = 0;
  std::array<Seen, kRemembered> seen_{};
};

}  // namespace clawvigil::usage
