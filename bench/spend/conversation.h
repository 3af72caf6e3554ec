#pragma once
// One session: a context that grows with every call and is cached for some minutes, and the chain
// of calls since somebody, or something else after a pause, last spoke.
#include <map>

#include "bench/spend/ledger.h"

namespace clawvigil::spend {

struct Speaker {  // what makes a session call the model
  std::size_t agent = 0;
  Trigger trigger = Trigger::user;
  std::string channel;
  std::size_t model = 0;
};

// How the calls of one prompt look.
struct Work {
  int calls = 1;
  double result = 700;  // new tokens a call, median
  double output = 150;  // median; the last answer is longer
  double poll = 0;  // chance that a stretch of the same call follows, as when waiting for a build
};

class Conversation {
 public:
  Conversation(Ledger& ledger, double context)
      : ledger_(&ledger), session_(ledger.new_session()), base_(context), context_(context) {}

  // A prompt at a second and the calls it leads to. False when it ended by a failed call.
  // Afterwards busy_until() is when the last answer came.
  bool prompt(Random& random, const Speaker& speaker, std::int64_t second, const Work& work);

  // What a call asks its tools for: something new, what one earlier call asked for too, or, from 1
  // on, one of the things that come again and again.
  static constexpr int kNew = 0;
  static constexpr int kAgain = -1;

  // One call as an incident wants it.
  struct Wanted {
    double fresh = 500;  // new tokens
    double output = 150;
    bool human = false;
    int same = kNew;
    bool failed = false;
    int label = -1;
    std::int64_t seen = 0;  // as Call::seen
  };
  void call(const Speaker& speaker, std::int64_t second, const Wanted& wanted);

  std::int64_t busy_until() const { return busy_until_; }
  double context() const { return context_; }

 private:
  void restart();
  void poll(Random& random, const Speaker& speaker, std::int64_t& second);
  Tokens tokens_of(const Model& model, std::int64_t second, const Wanted& wanted);

  Ledger* ledger_;
  std::int64_t session_;
  double base_;
  double context_;
  std::int64_t cached_until_ = 0;
  std::int64_t busy_until_ = 0;
  int chain_ = 0;
  int repeats_ = 0;          // how often the call came that came most often
  std::map<int, int> came_;  // how often each of those did that come again and again
};

}  // namespace clawvigil::spend
