#include "bench/spend/labels_of_life.h"

#include <algorithm>

namespace clawvigil::spend {
namespace {

class Writer {
 public:
  Writer(const Host& host, Ledger& ledger) : host_(&host), ledger_(&ledger) {}

  void minutes(const char* kind, std::int64_t from, std::int64_t to) {
    from = std::max(from, host_->minute_of(host_->evaluate));
    to = std::min(to, host_->minute_of(host_->days.to));
    if (from < to) ledger_->add_label({from, to, kind, false});
  }
  void days(const char* kind, std::int64_t from, std::int64_t count) {
    minutes(kind, host_->minute_of(from), host_->minute_of(from + count));
  }

 private:
  const Host* host_;
  Ledger* ledger_;
};

void label_calendar(const Host& host, Writer& writer) {
  for (std::int64_t day = host.evaluate; day < host.days.to; ++day) {
    const bool begins = is_month_end(day) && !is_month_end(day - 1);
    const bool works_more =
        host.month_end > 1 || std::ranges::any_of(host.jobs, &Job::more_at_month_end);
    if (begins && works_more) writer.days("month_end", day, 3);
    const auto offset = [&](std::int64_t of) {
      return offset_at(host.zone, host.minute_of(of, 720));
    };
    if (offset(day) != offset(day - 1)) writer.days("dst", day, 1);
  }
}

}  // namespace

void label_life(const Host& host, Ledger& ledger) {
  Writer writer(host, ledger);
  label_calendar(host, writer);
  for (const Outage& outage : host.outages) writer.minutes("outage", outage.from, outage.to);
  for (const Travel& travel : host.travels) {
    writer.days("travel", travel.days.from, travel.days.to - travel.days.from);
  }
  for (const Days& quiet : host.quiet) writer.days("return", quiet.to, 3);
  for (const PriceChange& change : host.price_changes) writer.days("price_change", change.from, 2);
  for (const Job& job : host.jobs) {
    if (job.days.from > host.days.from) writer.days("new_cron", job.days.from, 7);
  }
  for (const Agent& agent : host.agents) {
    if (agent.days.from > host.days.from) writer.days("new_agent", agent.days.from, 7);
    for (const Switch& one : agent.models) {
      if (one.from != 0) writer.days("model_switch", one.from, 2);
    }
  }
}

}  // namespace clawvigil::spend
