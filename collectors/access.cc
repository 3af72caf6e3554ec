#include "collectors/access.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "collectors/access/ledgers.h"
#include "collectors/access/log_events.h"
#include "collectors/access/pairing.h"
#include "collectors/access/senders.h"
#include "collectors/access_families.h"
#include "collectors/openclaw_settings.h"
#include "exporter/collect/event_ledger.h"
#include "exporter/store/keyed_hash.h"

namespace clawvigil {

namespace {

using namespace access_families;

void export_counters(const Home& home, const EventLedger& ledger, Batch& out) {
  ledger.export_to(kRejected, out, home.label);
  ledger.export_to(kAuthFailures, out, home.label);
  ledger.export_to(kAuthLockouts, out, home.label);
  ledger.export_to(kExecDenials, out, home.label);
  ledger.export_to(kToolBlocks, out, home.label);
  ledger.export_to(kApprovals, out, home.label);
  ledger.export_to(kExternalChanges, out, home.label);
  ledger.export_to(kUncleanStops, out, home.label);
  ledger.export_to(kStarts, out, home.label);
  ledger.export_to(kLogLines, out, home.label);
  ledger.export_to(kLogUnparsed, out, home.label);
}

void export_senders(const Home& home, const OpenClawSettings& settings, SystemTime now,
                    EventLedger& ledger, Batch& out) {
  constexpr std::chrono::hours kDay{24};
  for (const ChannelAccount& account : settings.channels) {
    const std::string set = sender_set(home, account.channel);
    ledger.forget_unseen(set, now - kDay);
    out.set(kRejectedSenders, static_cast<double>(ledger.seen_since(set, now - kDay)), home.label,
            account.channel);
  }
}

class AccessCollector final : public Collector {
 public:
  [[nodiscard]] const CollectorInfo& info() const override { return kAccessInfo; }

  Result<> collect(const Context& context, Batch& out) override {
    if (!ledger_) {
      TRY_ASSIGN(hash_, store::KeyedHash::open(context.store));
      TRY_ASSIGN(ledger_, EventLedger::open(context.store, std::string(kAccessInfo.name)));
    }
    for (const Home& home : context.homes) {
      TRY(context.check());
      if (const auto settings = loader_.load(home)) {
        collect_home(context, home, **settings, out);
      } else {
        out.unknown(settings.error(), names_of(kMetrics));
      }
      export_counters(home, *ledger_, out);
    }
    // What could not be saved is still counted; the next run tries again.
    if (const auto saved = ledger_->commit(context.store); !saved) {
      out.unknown({saved.error().code, "not saved: " + saved.error().message}, {kLogLag.name()});
    }
    return {};
  }

 private:
  void collect_home(const Context& context, const Home& home, const OpenClawSettings& settings,
                    Batch& out) {
    LogEvents::declare(home, settings, *ledger_);
    std::vector<std::string> channels;
    channels.reserve(settings.channels.size());
    for (const ChannelAccount& account : settings.channels) channels.push_back(account.channel);
    pairing_.read(context, home, channels, *ledger_, *hash_, out);
    books_.read(context, home, *ledger_, *hash_, out);
    logs_[home.path].read(context, home, settings, books_.coverage(home), *hash_, *ledger_, out);
    export_senders(home, settings, context.now.wall, *ledger_, out);
  }

  SettingsLoader loader_;
  std::optional<store::KeyedHash> hash_;
  std::optional<EventLedger> ledger_;
  std::map<std::string, LogEvents> logs_;  // by the home's path
  AccessLedgers books_;
  PairingRejections pairing_;
};

}  // namespace

const CollectorInfo kAccessInfo{
    "access",
    "Reads OpenClaw's log and ledgers: rejected senders, failed authentications, denied commands.",
    std::chrono::seconds(5),
    std::chrono::seconds(30),
    std::chrono::minutes(2),
    kMetrics};

std::unique_ptr<Collector> make_access_collector() { return std::make_unique<AccessCollector>(); }

}  // namespace clawvigil
