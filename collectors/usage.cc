#include "collectors/usage.h"

#include <algorithm>
#include <map>
#include <optional>

#include "collectors/openclaw_settings.h"
#include "collectors/usage/database.h"
#include "collectors/usage/directories.h"
#include "collectors/usage/export.h"
#include "collectors/usage/files.h"
#include "collectors/usage/history.h"
#include "collectors/usage/ledger.h"
#include "collectors/usage/packed_hours.h"
#include "collectors/usage/reader.h"
#include "collectors/usage_families.h"
#include "exporter/base/strings.h"
#include "exporter/config/prices.h"

namespace clawvigil {

namespace {

using usage::Ledger;

constexpr std::size_t kMaxAgents = 1'000;

class UsageCollector final : public Collector {
 public:
  [[nodiscard]] const CollectorInfo& info() const override { return kUsageInfo; }

  [[nodiscard]] Result<> collect(const Context& context, Batch& out) override {
    if (!ledger_) {
      TRY_ASSIGN(auto opened, Ledger::open(context.store));
      ledger_.emplace(std::move(opened));
      TRY_ASSIGN(history_complete_, usage::is_complete(context.store));
    }
    Pass pass{context, out};
    directories_.begin_pass(context.now.steady);
    for (const Home& home : context.homes) TRY(read_home(pass, home));
    if (pass.finished && !context.homes.empty()) {
      if (pass.listed_all) TRY(forget_vanished(pass));
      if (!history_complete_) TRY(ledger_->set_history_complete());
      history_complete_ = true;
    }
    TRY(report(pass));
    if (history_complete_) pack(context);
    return {};
  }

 private:
  // One run over all homes.
  struct Pass {
    const Context& run;
    Batch& out;
    std::vector<std::int64_t> alive{};  // cursors of files that exist
    bool finished = true;               // everything there is has been read
    bool listed_all = true;             // every directory was listed
    std::optional<SystemTime> oldest_unread{};
  };

  Result<> read_home(Pass& pass, const Home& home) {
    // A configuration that cannot be read is the gateway collector's to report.
    const auto loaded = settings_.load_or_default(home);
    const OpenClawSettings& settings = *loaded;
    usage::PriceBook prices(settings.models, pass.run.config.spend.price_lists,
                            config::shipped_prices());
    if (!settings.session_store.empty()) {
      pass.out.unknown(
          {Errc::unsupported, home.label + ": session.store in openclaw.json keeps "
                                           "transcripts in another place, which is not read"},
          usage::families_of_transcripts());
    }
    for (const AgentSettings& agent : settings.agents) announce(home, agent.id, loaded);
    const auto agents = home.dir->list("agents", kMaxAgents);
    if (!agents) {
      if (agents.error().code == Errc::not_found) return {};  // no agent has run yet
      return incomplete(pass, home, agents.error());
    }
    for (const host::DirEntry& entry : *agents) {
      if (entry.kind != host::FileKind::directory) continue;
      announce(home, entry.name, loaded);
      usage::AgentContext agent{pass.run,
                                home,
                                entry.name,
                                prices,
                                *ledger_,
                                progress_,
                                agents_[{home.label, entry.name}].sessions};
      TRY(read_files(pass, agent));
      if (const auto read = databases_.read(agent); !read)
        TRY(incomplete(pass, home, read.error()));
    }
    return {};
  }

  void announce(const Home& home, const std::string& agent,
                const std::shared_ptr<const OpenClawSettings>& settings) {
    auto& announced = agents_[{home.label, agent}].announced;
    if (announced == settings) return;
    announced = settings;
    for (const ModelSettings& model : settings->models) {
      ledger_->announce({home.label, sanitize(agent), sanitize(model.provider), sanitize(model.id),
                         usage::Trigger::user, "webchat"});
    }
  }

  Result<> read_files(Pass& pass, usage::AgentContext& agent) {
    const auto files = directories_.list(agent, pass.alive);
    if (!files) return incomplete(pass, agent.home, files.error());
    if (!files->all) pass.listed_all = false;
    for (const usage::PendingFile& file : files->changed) agent.sessions.expect(file.name);
    for (const usage::PendingFile& file : files->changed) {
      const auto read = pass.run.check() ? usage::read_file(agent, file, pass.alive)
                                         : fail(Errc::timeout, "reading goes on in the next run");
      if (read) continue;
      pass.oldest_unread = std::min(pass.oldest_unread.value_or(file.modified), file.modified);
      TRY(incomplete(pass, agent.home, read.error()));
    }
    if (const auto& trouble = agent.sessions.trouble()) {
      pass.out.unknown(prefixed(*trouble, agent.home.label + ": sessions.json").error(),
                       {usage::kTriggerTokens.name(), usage::kTriggerCost.name()});
    }
    agent.sessions.forget();
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
                     usage::families_of_transcripts());
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
    out.set(usage::kBytes, static_cast<double>(progress_.bytes));
    out.set(usage::kComplete, history_complete_ ? 1 : 0);
    out.set(usage::kLag,
            pass.oldest_unread ? to_seconds(pass.run.now.wall - *pass.oldest_unread) : 0);
    out.set(usage::kSkipped, static_cast<double>(progress_.skipped[usage::SkipReason::malformed]),
            "malformed");
    out.set(usage::kSkipped, static_cast<double>(progress_.skipped[usage::SkipReason::too_long]),
            "too_long");
    usage::report_price_lists(pass.run.config.spend, out);
    if (pass.run.homes.empty()) return {};
    if (!history_complete_) {
      out.unknown({Errc::busy, "the history is being read for the first time: " +
                                   std::to_string(progress_.bytes / 1'000'000) + " MB so far"},
                  usage::families_of_transcripts());
      return {};
    }
    totals_report_.write(*ledger_, out);
    usage::report_windows(*ledger_, pass.run, out);
    return {};
  }

  // Yesterday may still be added to. What cannot be packed now is packed in a later run; nobody
  // needs it but for speed.
  static constexpr std::int64_t kDaysPerRun = 50;
  void pack(const Context& context) {
    const auto today =
        std::chrono::floor<std::chrono::days>(context.now.wall).time_since_epoch().count();
    if (packed_until_ == today - 1) return;
    const auto finished = usage::pack_days(context.store, today - 1, kDaysPerRun, next_to_pack_);
    if (!finished || !*finished) return;
    packed_until_ = today - 1;
    next_to_pack_ = 0;  // what was added later to days that had been packed
  }

  std::optional<Ledger> ledger_;
  bool history_complete_ = false;
  std::int64_t packed_until_ = 0;  // day: there is nothing left to pack before it
  std::int64_t next_to_pack_ = 0;
  SettingsLoader settings_;
  struct KnownAgent {
    std::shared_ptr<const OpenClawSettings> announced;  // whose models the ledger knows
    usage::SessionIndex sessions;
  };
  std::map<std::pair<std::string, std::string>, KnownAgent> agents_;  // by home and name
  usage::TranscriptDirectories directories_;
  usage::AgentDatabases databases_;
  usage::TotalsReport totals_report_;
  usage::Progress progress_;
};

}  // namespace

const CollectorInfo kUsageInfo{
    .name = "usage",
    .summary = "Tokens and cost per model and agent, from OpenClaw's transcripts.",
    .interval = std::chrono::seconds(5),
    .deadline = std::chrono::seconds(20),
    .max_age = std::chrono::minutes(5),
    .metrics = usage::kMetrics,
};

std::unique_ptr<Collector> make_usage_collector() { return std::make_unique<UsageCollector>(); }

}  // namespace clawvigil
