#include "collectors/fail2ban.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "collectors/fail2ban_families.h"
#include "collectors/fail2ban_server.h"
#include "collectors/fail2ban_settings.h"
#include "collectors/parse/fail2ban_log.h"
#include "collectors/tailed_log.h"
#include "exporter/base/strings.h"
#include "exporter/collect/event_ledger.h"

namespace clawvigil {

namespace {

using namespace fail2ban_families;

constexpr std::string_view kDirectory = "/etc/fail2ban";
constexpr std::size_t kMaxJails = 256;
constexpr Duration kSettingsInterval = std::chrono::minutes(1);
constexpr std::uint64_t kBudget = 16UL * 1024 * 1024;  // of log a run
// From the quietest to the first that shows bans, and failures.
constexpr std::array<std::string_view, 6> kLevels{"CRITICAL", "ERROR", "WARNING",
                                                  "NOTICE",   "INFO",  "DEBUG"};
constexpr std::size_t kShowsBans = 3;
constexpr std::size_t kShowsFailures = 4;

// The jails to show: what the server runs, and what it should.
using Jails = std::set<std::string>;

void export_limit(const Metric<1>& metric, const Fail2banJail& jail,
                  const std::optional<double>& limit, Batch& out) {
  if (limit) return out.set(metric, *limit, jail.name);
  out.unknown({Errc::parse, "jail " + sanitize(jail.name) + ": a limit is not understood"},
              {metric.name()});
}

void export_jail(const Fail2banJail& jail, Batch& out) {
  out.set(kJailFilter, 1, jail.name, jail.filter);
  export_limit(kMaxRetry, jail, jail.max_retry, out);
  export_limit(kFindTime, jail, jail.find_time, out);
  const bool for_ever = jail.ban_time && *jail.ban_time < 0;
  export_limit(kBanTime, jail, for_ever ? std::optional(-1.0) : jail.ban_time, out);
}

class Fail2banCollector final : public Collector {
 public:
  explicit Fail2banCollector(std::string directory) : directory_(std::move(directory)) {}
  [[nodiscard]] const CollectorInfo& info() const override { return kFail2banInfo; }

  Result<> collect(const Context& context, Batch& out) override {
    TRY_ASSIGN(const bool installed, is_fail2ban_installed(context.root));
    out.set(kInstalled, installed ? 1 : 0);
    if (!installed) return {};
    if (const auto read = read_settings(context); !read) {
      out.unknown(read.error(), names_of(kMetrics));
      return {};
    }
    const Fail2banSettings* const settings = &*settings_;
    const auto running = is_fail2ban_running(context.root, settings->pid_file);
    if (running) {
      out.set(kUp, *running ? 1 : 0);
    } else {
      out.unknown(running.error(), {kUp.name(), kJailEnabled.name()});
    }
    const Jails jails = export_jails(context, *settings, running, out);
    if (jails.size() > kMaxJails) return fail(Errc::too_large, "more than 256 jails");
    return follow_log(context, *settings, jails, out);
  }

 private:
  // The server itself looks at them only when it is told to.
  Result<> read_settings(const Context& context) {
    if (settings_ && context.now.steady - settings_read_ < kSettingsInterval) return {};
    settings_.reset();
    TRY_ASSIGN(settings_, read_fail2ban_settings(context.root, directory_));
    settings_read_ = context.now.steady;
    return {};
  }

  // While the server is down the database is what it was: no jail runs, whatever it says.
  static Jails export_jails(const Context& context, const Fail2banSettings& settings,
                            const Result<bool>& running, Batch& out) {
    std::map<std::string, bool> states;
    for (const Fail2banJail& jail : settings.jails) {
      if (jail.enabled) states[jail.name] = false;
    }
    if (running && *running) {
      const auto state = read_fail2ban_database(context.root, settings.database, context.now.wall);
      if (state) {
        for (const auto& [jail, runs] : state->jails) {
          if (runs) states[jail] = true;
        }
        export_bans(*state, states, out);
      } else {
        out.unknown(state.error(), {kJailEnabled.name(), kBanned.name()});
      }
      if (state) export_enabled(states, out);
    } else if (running) {
      export_enabled(states, out);
    }
    Jails jails;
    for (const auto& [jail, runs] : states) jails.insert(jail);
    for (const Fail2banJail& jail : settings.jails) {
      if (jails.contains(jail.name)) export_jail(jail, out);
    }
    return jails;
  }

  static void export_enabled(const std::map<std::string, bool>& states, Batch& out) {
    for (const auto& [jail, runs] : states) out.set(kJailEnabled, runs ? 1 : 0, jail);
  }

  static void export_bans(const Fail2banState& state, const std::map<std::string, bool>& states,
                          Batch& out) {
    for (const auto& [jail, runs] : states) {
      if (!runs) continue;
      const auto banned = state.banned.find(jail);
      out.set(kBanned, banned == state.banned.end() ? 0 : static_cast<double>(banned->second),
              jail);
    }
  }

  // Counts what the log has gained; only jails that are known, so that no line invents one.
  Result<> follow_log(const Context& context, const Fail2banSettings& settings, const Jails& jails,
                      Batch& out) {
    if (!settings.log_target.starts_with('/')) {
      out.unknown({Errc::unsupported, "fail2ban logs to " + sanitize(settings.log_target) +
                                          "; set logtarget = /var/log/fail2ban.log"},
                  {kBans.name(), kFailures.name()});
      return {};
    }
    if (!ledger_) {
      TRY_ASSIGN(ledger_, EventLedger::open(context.store, std::string(info().name)));
    }
    for (const std::string& jail : jails) {
      ledger_->declare(kBans, jail);
      ledger_->declare(kFailures, jail);
    }
    if (!log_ || log_->path() != settings.log_target) log_.emplace(settings.log_target);
    const auto progress = log_->read(context.root, *ledger_, kBudget,
                                     [&](std::string_view lines) { count(lines, jails); });
    if (!progress) {
      out.unknown(progress.error(), {kBans.name(), kFailures.name()});
    } else {
      export_counts(settings.log_level, out);
    }
    return ledger_->commit(context.store);
  }

  void count(std::string_view lines, const Jails& jails) {
    for (const std::string_view line : split(lines, '\n')) {
      const auto event = parse_fail2ban_line(line);
      if (!event || !jails.contains(std::string(event->jail))) continue;
      const bool ban = event->kind == Fail2banEvent::Kind::ban;
      ledger_->add(ban ? kBans : kFailures, 1, event->jail);
    }
  }

  void export_counts(const std::string& log_level, Batch& out) const {
    const auto level = static_cast<std::size_t>(std::ranges::find(kLevels, log_level) -
                                                kLevels.begin());  // beyond: more than DEBUG
    const auto show = [&](const Metric<1>& metric, std::size_t needed) {
      if (level >= needed) return ledger_->export_to(metric, out);
      out.unknown({Errc::unsupported, "fail2ban's loglevel " + sanitize(log_level) +
                                          " hides them; set loglevel = INFO"},
                  {metric.name()});
    };
    show(kBans, kShowsBans);
    show(kFailures, kShowsFailures);
  }

  std::string directory_;
  std::optional<Fail2banSettings> settings_;
  SteadyTime settings_read_;
  std::optional<EventLedger> ledger_;
  std::optional<TailedLog> log_;
};

}  // namespace

const CollectorInfo kFail2banInfo{
    "fail2ban",
    "Reads fail2ban's configuration, database and log; never its socket.",
    std::chrono::seconds(10),
    std::chrono::seconds(10),
    std::chrono::minutes(2),
    kMetrics};

std::unique_ptr<Collector> make_fail2ban_collector() {
  return make_fail2ban_collector(std::string(kDirectory));
}

std::unique_ptr<Collector> make_fail2ban_collector(std::string directory) {
  return std::make_unique<Fail2banCollector>(std::move(directory));
}

}  // namespace clawvigil
