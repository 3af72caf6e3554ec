#include "collectors/proxy.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "collectors/openclaw_settings.h"
#include "collectors/parse/access_log.h"
#include "collectors/proxy_families.h"
#include "collectors/proxy_logs.h"
#include "collectors/tailed_log.h"
#include "exporter/collect/event_ledger.h"
#include "exporter/store/keyed_hash.h"

namespace clawvigil {

namespace {

using namespace proxy_families;

constexpr std::uint64_t kBudget = 64UL * 1024 * 1024;  // of one log a run
constexpr std::chrono::minutes kNamingLife{10};
constexpr std::chrono::hours kSourceLife{24};
constexpr std::string_view kSourceSet = "sources";

class ProxyCollector final : public Collector {
 public:
  [[nodiscard]] const CollectorInfo& info() const override { return kProxyInfo; }

  Result<> collect(const Context& context, Batch& out) override {
    if (!ledger_) TRY(open(context.store));
    const auto hints = read_hints(context, out);
    if (!hints) return {};
    const auto logs = choose_logs(context, *hints, out);
    if (logs.empty()) return {};
    for (const std::string_view status : kStatuses) ledger_->declare(kFailures, status);
    ledger_->declare(kLines);
    ledger_->declare(kUnparsed);
    for (const WatchedLog& log : logs) {
      TRY(context.check());
      if (const auto read = follow(context, log, *hints); !read) {
        out.unknown(read.error(), {kFailures.name(), kSources.name()});
      }
    }
    ledger_->forget_unseen(kSourceSet, context.now.wall - kSourceLife);
    ledger_->export_to(kFailures, out);
    ledger_->export_to(kLines, out);
    ledger_->export_to(kUnparsed, out);
    out.set(kSources,
            static_cast<double>(ledger_->seen_since(kSourceSet, context.now.wall - kSourceLife)));
    return ledger_->commit(context.store);
  }

 private:
  struct Naming {
    LogNaming naming = LogNaming::unknown;
    SteadyTime looked;
  };

  // nullopt: told as unknown. With proxy.logs the homes need not be readable.
  std::optional<ProxyHints> read_hints(const Context& context, Batch& out) {
    ProxyHints hints;
    for (const Home& home : context.homes) {
      if (const auto settings = loader_.load(home)) {
        add_proxy_hints(**settings, hints);
      } else if (context.config.proxy.logs.empty()) {
        out.unknown(settings.error(), names_of(kMetrics));
        return std::nullopt;
      }
    }
    return hints;
  }

  std::vector<WatchedLog> choose_logs(const Context& context, const ProxyHints& hints, Batch& out) {
    std::vector<WatchedLog> logs;
    logs.reserve(context.config.proxy.logs.size());
    for (const ProxyLog& log : context.config.proxy.logs)
      logs.push_back({log.path, log.host, true});
    if (!logs.empty()) return logs;
    const auto found = find_access_logs(context.root);
    if (!found) {
      out.unknown(found.error(), names_of(kMetrics));
      return {};
    }
    bool silent = false;
    for (const std::string& path : *found) {
      const LogNaming naming = naming_at(context, path);
      const bool usable =
          naming == LogNaming::ports || (naming == LogNaming::hosts && !hints.hosts.empty());
      if (usable) logs.push_back({path, "", false});
      silent = silent || naming == LogNaming::nothing || naming == LogNaming::hosts;
    }
    if (logs.empty()) tell_unattributable(hints, silent, out);
    return logs;
  }

  // A proxy stands before the gateway, and nothing counts what it refuses.
  static void tell_unattributable(const ProxyHints& hints, bool silent, Batch& out) {
    if (silent && (hints.proxy_stated || hints.proxy_likely)) {
      out.unknown({Errc::unsupported,
                   "the access logs do not say which requests are for the gateway; give its site a "
                   "log of its own and name that under proxy.logs"},
                  names_of(kMetrics));
    } else if (hints.proxy_stated) {
      out.unknown({Errc::not_found,
                   "openclaw.json names a reverse proxy, but no access log of it was found; name "
                   "it under proxy.logs, or set collectors: {proxy: false}"},
                  names_of(kMetrics));
    }
  }

  // A log just rotated, and empty, is what it was.
  LogNaming naming_at(const Context& context, const std::string& path) {
    Naming& known = namings_[path];
    if (known.naming == LogNaming::unknown || context.now.steady - known.looked >= kNamingLife) {
      const auto naming = naming_of(context.root, path).value_or(LogNaming::unknown);
      if (naming != LogNaming::unknown) known.naming = naming;
      known.looked = context.now.steady;
    }
    const bool followed = known.naming == LogNaming::unknown && ledger_->position(path);
    return followed ? LogNaming::ports : known.naming;
  }

  Result<> open(store::Store& store) {
    TRY_ASSIGN(EventLedger ledger, EventLedger::open(store, std::string(info().name)));
    TRY_ASSIGN(hash_, store::KeyedHash::open(store));
    ledger_ = std::move(ledger);
    return {};
  }

  Result<> follow(const Context& context, const WatchedLog& log, const ProxyHints& hints) {
    const auto tailed = logs_.try_emplace(log.path, log.path).first;
    TRY_ASSIGN(const host::LogProgress progress,
               tailed->second.read(context.root, *ledger_, kBudget, [&](std::string_view lines) {
                 count(lines, log, hints, context.now.wall);
               }));
    ledger_->add(kLines, static_cast<double>(progress.lines));
    ledger_->add(kUnparsed, static_cast<double>(progress.overlong_lines));
    if (!progress.problems.empty()) return std::unexpected(progress.problems.front());
    return {};
  }

  void count(std::string_view lines, const WatchedLog& log, const ProxyHints& hints,
             SystemTime now) {
    for (auto line = next_refused_candidate(lines); !line.empty();
         line = next_refused_candidate(lines)) {
      const auto record = parser_.parse(line);
      if (!record) {
        ledger_->add(kUnparsed, 1);
        continue;
      }
      const std::string status = std::to_string(record->status);
      if (std::ranges::find(kStatuses, status) == kStatuses.end()) continue;
      if (!is_for_gateway(*record, log, hints)) continue;
      ledger_->add(kFailures, 1, status);
      if (record->client.empty()) continue;
      ledger_->see(kSourceSet, hash_->short_digest("address", record->client), now);
    }
  }

  SettingsLoader loader_;
  AccessLogParser parser_;
  std::optional<EventLedger> ledger_;
  std::optional<store::KeyedHash> hash_;
  std::map<std::string, TailedLog> logs_;  // by path
  std::map<std::string, Naming> namings_;  // by path
};

}  // namespace

const CollectorInfo kProxyInfo{
    "proxy",
    "Reads the access logs of the reverse proxy before the gateway for refused requests.",
    std::chrono::seconds(10),
    std::chrono::seconds(20),
    std::chrono::minutes(2),
    kMetrics};

std::unique_ptr<Collector> make_proxy_collector() { return std::make_unique<ProxyCollector>(); }

}  // namespace clawvigil
