#pragma once
// Every model call of a host's year, what it cost, and how much of that was harm. Written as
// use.csv, labels.csv and harm.csv (README.md has the columns).
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "bench/spend/host.h"

namespace clawvigil::spend {

enum class Trigger { user, cron, heartbeat, subagent, hook };

struct Call {
  std::int64_t second = 0;  // since 1970, as the transcript has it
  std::int64_t seen = 0;    // when it becomes known; 0: at once
  std::size_t agent = 0;
  Trigger trigger = Trigger::user;
  std::string channel;
  std::size_t model = 0;
  Tokens tokens;
  bool failed = false;
  bool human = false;  // follows a human turn immediately
  std::int64_t session = 0;
  int chain = 0;    // calls since somebody last spoke, this one included
  int repeats = 0;  // how often the one of them came that came most often
  int label = -1;   // the incident that made it; -1: none
  double usd = 0;   // set when booked
};

struct Label {
  std::int64_t from = 0;  // minutes, half-open
  std::int64_t to = 0;
  std::string kind;
  bool harmful = false;
  double usd = 0;  // extra; of what is harmless: what it cost
};

// What an incident does to calls that would have been made anyway.
struct Spell {
  std::int64_t from = 0;  // seconds
  std::int64_t to = 0;
  std::size_t label = 0;
  std::function<void(Call&)> change;
};

class Ledger {
 public:
  explicit Ledger(const Host& host) : host_(&host) {}

  void book(Call call);
  std::int64_t new_session() { return ++sessions_; }
  std::size_t add_label(Label label);
  void add_spell(Spell spell) { spells_.push_back(std::move(spell)); }

  const Host& host() const { return *host_; }
  // The most expensive 60 minutes of ordinary use before a second, in USD.
  double record_hour(std::int64_t before) const;
  // What a label has cost so far.
  double usd_of(std::size_t label) const { return labels_[label].usd; }
  // Clocks that are wrong between two seconds by so many.
  void skew(std::int64_t from, std::int64_t to, std::int64_t by);
  // Labels begin and end with the harm they did, where they did any.
  void settle();
  bool write(const std::filesystem::path& directory);

 private:
  struct Harm {
    std::size_t label;
    std::int64_t minute;
    double usd;
  };
  void write_use(std::ostream& out);
  void write_labels(std::ostream& out) const;
  void write_harm(std::ostream& out);

  const Host* host_;
  std::int64_t sessions_ = 0;
  std::vector<Call> calls_;
  std::vector<Label> labels_;
  std::vector<Spell> spells_;
  std::vector<Harm> harms_;
};

}  // namespace clawvigil::spend
