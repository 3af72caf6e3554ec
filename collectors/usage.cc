#include "collectors/usage.h"

#include <algorithm>
#include <array>
#include <optional>

#include "collectors/openclaw_settings.h"
#include "collectors/usage/database.h"
#include "collectors/usage/files.h"
#include "collectors/usage/ledger.h"
#include "collectors/usage/reader.h"
#include "exporter/base/strings.h"

namespace clawvigil {

namespace {

using usage::Ledger;

constexpr std::size_t kMaxAgents = 1'000;
constexpr std::size_t kMaxSeries = kMaxHomes * Ledger::kMaxSeriesPerHome;
constexpr std::size_t kTokenTypes = 4;

constexpr Metric kTokens{MetricType::counter,
                         "clawvigil_model_tokens_total",
                         "Tokens used, from the transcripts; input excludes cached tokens.",
                         {"home", "provider", "model", "agent", "token_type"},
                         kMaxSeries* kTokenTypes};
constexpr Metric kRequests{MetricType::counter,
                           "clawvigil_model_requests_total",
                           "Model calls recorded in the transcripts, failed ones included.",
                           {"home", "provider", "model", "agent"},
                           kMaxSeries};
constexpr Metric kFailed{MetricType::counter,
                         "clawvigil_model_requests_failed_total",
                         "Model calls that ended in an error after all retries.",
                         {"home", "provider", "model", "agent"},
                         kMaxSeries};
constexpr Metric kCost{MetricType::counter,
                       "clawvigil_model_cost_usd_total",
                       "Cost in USD; recorded by OpenClaw, or estimated from its price list where "
                       "none was recorded.",
                       {"home", "provider", "model", "agent", "basis"},
                       kMaxSeries * 2};
constexpr Metric kUnpriced{MetricType::counter,
                           "clawvigil_model_unpriced_tokens_total",
                           "Tokens whose cost is recorded as nothing and whose model has no price.",
                           {"home", "provider", "model"},
                           kMaxSeries};
constexpr Metric kSpend{MetricType::gauge,
                        "clawvigil_spend_usd",
                        "Cost within the window before now, from the times in the transcripts.",
                        {"home", "window"}};
constexpr Metric kBytes{MetricType::counter, "clawvigil_usage_ingested_bytes_total",
                        "Bytes of transcript read since clawvigil started."};
constexpr Metric kLag{MetricType::gauge, "clawvigil_usage_ingest_lag_seconds",
                      "Age of the oldest change in a transcript that is not read yet, or 0."};
constexpr Metric kComplete{MetricType::gauge, "clawvigil_usage_history_complete",
                           "1 once the whole history has been read, 0 while it is being read."};
constexpr Metric kSkipped{MetricType::counter,
                          "clawvigil_usage_records_skipped_total",
                          "Transcript entries that could not be read, since clawvigil started.",
                          {"reason"}};

constexpr std::array kMetrics{kTokens.info(),   kRequests.info(), kFailed.info(), kCost.info(),
                              kUnpriced.info(), kSpend.info(),    kBytes.info(),  kLag.info(),
                              kComplete.info(), kSkipped.info()};

std::vector<std::string_view> families_of_transcripts() {
  return {kTokens.name(), kRequests.name(), kFailed.name(),
          kCost.name(),   kUnpriced.name(), kSpend.name()};
}

struct Window {
  std::string_view name;
  std::chrono::hours length;
  bool by_minute;
};
constexpr std::array kWindows{Window{"1h", std::chrono::hours(1), true},
                              Window{"24h", std::chrono::hours(24), true},
                              Window{"7d", std::chrono::hours(24 * 7), false},
                              Window{"30d", std::chrono::hours(24 * 30), false}};

class UsageCollector final : public Collector {
 public:
  [[nodiscard]] const CollectorInfo& info() const override { return kUsageInfo; }

  [[nodiscard]] Result<> collect(const Context& context, Batch& out) override {
    if (!ledger_) {
      TRY_ASSIGN(auto opened, Ledger::open(context.store));
      ledger_.emplace(std::move(opened));
      TRY_ASSIGN(history_complete_, ledger_->history_complete());
    }
    Pass pass{context, out};
    for (const Home& home : context.homes) TRY(read_home(pass, home));
    if (pass.finished && !context.homes.empty()) {
      if (pass.listed_all) TRY(forget_vanished(pass));
      if (!history_complete_) TRY(ledger_->set_history_complete());
      history_complete_ = true;
    }
    return report(pass);
  }

 private:
  // One run over all homes.
  struct Pass {
    const Context& run;
    Batch& out;
    std::vector<std::int64_t> alive{};  // cursors of files that exist
    bool finished = true;               // everything there is has been read
    bool listed_all = true;             // every directory could be listed
    std::optional<SystemTime> oldest_unread{};
  };

  Result<> read_home(Pass& pass, const Home& home) {
    // A configuration that cannot be read is the gateway collector's to report.
    const auto loaded = settings_.load_or_default(home);
    const OpenClawSettings& settings = *loaded;
    const usage::PriceList prices = prices_of(settings);
    if (!settings.session_store.empty()) {
      pass.out.unknown(
          {Errc::unsupported, home.label + ": session.store in openclaw.json keeps "
                                           "transcripts in another place, which is not read"},
          families_of_transcripts());
    }
    for (const AgentSettings& agent : settings.agents) announce(home, agent.id, settings);
    const auto agents = home.dir->list("agents", kMaxAgents);
    if (!agents) {
      if (agents.error().code == Errc::not_found) return {};  // no agent has run yet
      return incomplete(pass, home, agents.error());
    }
    for (const host::DirEntry& entry : *agents) {
      if (entry.kind != host::FileKind::directory) continue;
      announce(home, entry.name, settings);
      usage::AgentContext agent{pass.run, home, entry.name, prices, *ledger_, progress_};
      TRY(read_files(pass, agent));
      if (const auto read = databases_.read(agent); !read)
        TRY(incomplete(pass, home, read.error()));
    }
    return {};
  }

  // Prices of the models that have one; a price list of zeros says nothing.
  static usage::PriceList prices_of(const OpenClawSettings& settings) {
    usage::PriceList prices;
    for (const ModelSettings& model : settings.models) {
      if (!model.cost) continue;
      const auto& [input, output, cache_read, cache_write] = *model.cost;
      if (input + output + cache_read + cache_write <= 0) continue;
      prices[{model.provider, model.id}] = {input, output, cache_read, cache_write};
    }
    return prices;
  }

  void announce(const Home& home, std::string_view agent, const OpenClawSettings& settings) {
    for (const ModelSettings& model : settings.models) {
      ledger_->announce(
          {home.label, sanitize(agent), sanitize(model.provider), sanitize(model.id)});
    }
  }

  Result<> read_files(Pass& pass, usage::AgentContext& agent) {
    const auto files = usage::list_changed_files(agent, pass.alive);
    if (!files) return incomplete(pass, agent.home, files.error());
    for (const usage::PendingFile& file : *files) {
      const auto read = pass.run.check() ? usage::read_file(agent, file, pass.alive)
                                         : fail(Errc::timeout, "reading goes on in the next run");
      if (read) continue;
      pass.oldest_unread =
          std::min(pass.oldest_unread.value_or(file.stat.modified), file.stat.modified);
      TRY(incomplete(pass, agent.home, read.error()));
    }
    return ledger_->commit(pass.run.now.wall);
  }

  // What could not be read is unknown; only a failing state database ends the run.
  Result<> incomplete(Pass& pass, const Home& home, const Error& error) {
    pass.listed_all = false;
    if (error.code == Errc::timeout) {
      pass.finished = false;
      return {};
    }
    if (error.code == Errc::not_found) return {};  // vanished between listing and reading
    pass.out.unknown(prefixed(error, home.label + ": transcripts").error(),
                     families_of_transcripts());
    return {};
  }

  Result<> forget_vanished(Pass& pass) {
    std::ranges::sort(pass.alive);
    for (const usage::FileCursor& cursor : ledger_->files()) {
      if (!std::ranges::binary_search(pass.alive, cursor.id)) ledger_->forget_file(cursor.id);
    }
    return ledger_->commit(pass.run.now.wall);
  }

  Result<> report(Pass& pass) {
    Batch& out = pass.out;
    out.set(kBytes, static_cast<double>(progress_.bytes));
    out.set(kComplete, history_complete_ ? 1 : 0);
    out.set(kLag, pass.oldest_unread ? to_seconds(pass.run.now.wall - *pass.oldest_unread) : 0);
    out.set(kSkipped, static_cast<double>(progress_.skipped[usage::SkipReason::malformed]),
            "malformed");
    out.set(kSkipped, static_cast<double>(progress_.skipped[usage::SkipReason::too_long]),
            "too_long");
    if (pass.run.homes.empty()) return {};
    if (!history_complete_) {
      out.unknown({Errc::busy, "the history is being read for the first time: " +
                                   std::to_string(progress_.bytes / 1'000'000) + " MB so far"},
                  families_of_transcripts());
      return {};
    }
    for (const auto& [key, totals] : ledger_->totals()) report_series(key, totals, out);
    return report_windows(pass);
  }

  static void report_series(const usage::SeriesKey& key, const usage::Totals& totals, Batch& out) {
    const auto& [home, agent, provider, model] = key;
    const auto tokens = [&](std::string_view type, std::int64_t count) {
      out.set(kTokens, static_cast<double>(count), home, provider, model, agent, type);
    };
    tokens("input", totals.tokens.input);
    tokens("output", totals.tokens.output);
    tokens("cache_read", totals.tokens.cache_read);
    tokens("cache_write", totals.tokens.cache_write);
    out.set(kRequests, static_cast<double>(totals.requests), home, provider, model, agent);
    out.set(kFailed, static_cast<double>(totals.failed), home, provider, model, agent);
    out.set(kCost, totals.recorded_usd.value(), home, provider, model, agent, "recorded");
    out.set(kCost, totals.estimated_usd.value(), home, provider, model, agent, "estimated");
    out.add(kUnpriced, static_cast<double>(totals.unpriced_tokens), home, provider, model);
  }

  Result<> report_windows(const Pass& pass) {
    for (const Window& window : kWindows) {
      TRY_ASSIGN(const auto by_home,
                 ledger_->spend_since(pass.run.now.wall - window.length, window.by_minute));
      for (const Home& home : pass.run.homes) {
        const auto found = by_home.find(home.label);
        pass.out.set(kSpend, found == by_home.end() ? 0.0 : found->second, home.label, window.name);
      }
    }
    return {};
  }

  std::optional<Ledger> ledger_;
  bool history_complete_ = false;
  SettingsLoader settings_;
  usage::AgentDatabases databases_;
  usage::Progress progress_;
};

}  // namespace

const CollectorInfo kUsageInfo{
    .name = "usage",
    .summary = "Tokens and cost per model and agent, from OpenClaw's transcripts.",
    .interval = std::chrono::seconds(5),
    .deadline = std::chrono::seconds(20),
    .max_age = std::chrono::minutes(5),
    .metrics = kMetrics,
};

std::unique_ptr<Collector> make_usage_collector() { return std::make_unique<UsageCollector>(); }

}  // namespace clawvigil
