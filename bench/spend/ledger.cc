#include "bench/spend/ledger.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <deque>
#include <fstream>
#include <map>
#include <tuple>

namespace clawvigil::spend {
namespace {

constexpr std::array<std::string_view, 5> kTriggers{"user", "cron", "heartbeat", "subagent",
                                                    "hook"};

std::string text_of(double usd) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.6f", usd);
  return text.data();
}

// One row of use.csv; of each session the state after its last call in the minute.
struct Row {
  double usd = 0;
  Tokens tokens;
  int requests = 0;
  int failed = 0;
  int human = 0;
  std::map<std::int64_t, std::pair<int, int>> sessions;

  void add(const Call& call) {
    usd += call.usd;
    tokens.input += call.tokens.input;
    tokens.output += call.tokens.output;
    tokens.cache_read += call.tokens.cache_read;
    tokens.cache_write += call.tokens.cache_write;
    ++requests;
    failed += call.failed ? 1 : 0;
    human += call.human ? 1 : 0;
    sessions[call.session] = {call.chain, call.repeats};
  }
};

auto combination_of(const Call& call) {
  return std::tie(call.agent, call.trigger, call.channel, call.model);
}

void print(std::ostream& out, const Host& host, const Call& call, const Row& row) {
  int chain = 0;
  int repeats = 0;
  for (const auto& [session, state] : row.sessions) {
    chain = std::max(chain, state.first);
    repeats = std::max(repeats, state.second);
  }
  const Model& model = models()[call.model];
  out << call.second / 60 << ',' << host.agents[call.agent].name << ','
      << kTriggers[static_cast<std::size_t>(call.trigger)] << ',' << call.channel << ','
      << model.provider << ',' << model.name << ',' << text_of(row.usd) << ',' << row.tokens.input
      << ',' << row.tokens.output << ',' << row.tokens.cache_read << ',' << row.tokens.cache_write
      << ',' << row.requests << ',' << row.failed << ',' << row.human << ',' << chain << ','
      << repeats << ',' << call.seen / 60 << '\n';
}

}  // namespace

void Ledger::book(Call call) {
  if (call.second < host_->minute_of(host_->days.from) * 60 && call.seen == 0) return;
  if (call.second >= host_->minute_of(host_->days.to) * 60) return;
  if (call.failed) call.tokens = {};
  if (call.seen == 0) call.seen = call.second;
  const auto price = [&] {
    const std::int64_t day = host_->day_at(call.second / 60);
    return host_->price_factor(call.model, day) * cost_of(models()[call.model], call.tokens);
  };
  const auto note = [&](std::size_t label, double usd) {
    harms_.push_back({label, call.seen / 60, usd});
    labels_[label].usd += usd;
  };
  call.usd = price();
  if (call.label >= 0) {
    note(static_cast<std::size_t>(call.label), call.usd);
  } else {
    for (const Spell& spell : spells_) {
      if (call.second < spell.from || call.second >= spell.to) continue;
      const double before = call.usd;
      spell.change(call);
      call.usd = price();
      if (call.usd > before) note(spell.label, call.usd - before);
    }
  }
  calls_.push_back(std::move(call));
}

std::size_t Ledger::add_label(Label label) {
  labels_.push_back(std::move(label));
  return labels_.size() - 1;
}

double Ledger::record_hour(std::int64_t before) const {
  std::map<std::int64_t, double> minutes;
  for (const Call& call : calls_) {
    if (call.label < 0 && call.seen < before) minutes[call.second / 60] += call.usd;
  }
  std::deque<std::pair<std::int64_t, double>> hour;
  double sum = 0;
  double record = 0;
  for (const auto& [minute, usd] : minutes) {
    hour.emplace_back(minute, usd);
    sum += usd;
    while (hour.front().first <= minute - 60) {
      sum -= hour.front().second;
      hour.pop_front();
    }
    record = std::max(record, sum);
  }
  return record;
}

void Ledger::skew(std::int64_t from, std::int64_t to, std::int64_t by) {
  for (Call& call : calls_) {
    if (call.seen >= from && call.seen < to) call.second += by;
  }
}

void Ledger::settle() {
  std::vector<std::pair<std::int64_t, std::int64_t>> spans(labels_.size(), {0, 0});
  for (const Harm& harm : harms_) {
    auto& [from, to] = spans[harm.label];
    from = to == 0 ? harm.minute : std::min(from, harm.minute);
    to = std::max(to, harm.minute + 1);
  }
  for (std::size_t index = 0; index < labels_.size(); ++index) {
    if (spans[index].second != 0) std::tie(labels_[index].from, labels_[index].to) = spans[index];
  }
}

void Ledger::write_use(std::ostream& out) {
  out << "minute,agent,trigger,channel,provider,model,usd,input,output,cache_read,cache_write,"
         "requests,failed,human_turns,chain,repeats,seen_minute\n";
  const auto row_of = [](const Call& call) {
    return std::tuple_cat(std::tuple(call.seen / 60, call.second / 60), combination_of(call));
  };
  std::ranges::stable_sort(calls_, [&](const Call& a, const Call& b) {
    const auto [left, right] = std::pair(row_of(a), row_of(b));
    return left == right ? a.second < b.second : left < right;
  });
  for (std::size_t first = 0; first < calls_.size();) {
    Row row;
    std::size_t next = first;
    for (; next < calls_.size() && row_of(calls_[next]) == row_of(calls_[first]); ++next) {
      row.add(calls_[next]);
    }
    print(out, *host_, calls_[first], row);
    first = next;
  }
}

void Ledger::write_labels(std::ostream& out) const {
  out << "start_minute,end_minute,kind,harmful,usd\n";
  for (const Label& label : labels_) {
    out << label.from << ',' << label.to << ',' << label.kind << ',' << (label.harmful ? 1 : 0)
        << ',' << text_of(label.usd) << '\n';
  }
}

void Ledger::write_harm(std::ostream& out) {
  out << "label,minute,usd\n";
  std::map<std::pair<std::size_t, std::int64_t>, double> sums;
  for (const Harm& harm : harms_) sums[{harm.label, harm.minute}] += harm.usd;
  for (const auto& [key, usd] : sums) {
    out << key.first << ',' << key.second << ',' << text_of(usd) << '\n';
  }
}

bool Ledger::write(const std::filesystem::path& directory) {
  std::ofstream use(directory / "use.csv");
  write_use(use);
  std::ofstream labels(directory / "labels.csv");
  write_labels(labels);
  std::ofstream harm(directory / "harm.csv");
  write_harm(harm);
  std::ofstream seed(directory / "seed.json");
  seed << "{\"seed\": " << host_->seed << ", \"character\": \"" << name_of(host_->character)
       << "\", \"zone\": \"" << host_->zone.name
       << "\", \"first_minute\": " << host_->minute_of(host_->days.from)
       << ", \"evaluate_from_minute\": " << host_->minute_of(host_->evaluate)
       << ", \"end_minute\": " << host_->minute_of(host_->days.to)
       << ", \"cold_start\": " << (host_->cold_start ? "true" : "false")
       << ", \"agents\": " << host_->agents.size() << "}\n";
  for (auto* out : {&use, &labels, &harm, &seed}) out->flush();
  return use && labels && harm && seed;
}

}  // namespace clawvigil::spend
