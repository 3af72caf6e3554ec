#include "collectors/limits.h"

#include <optional>

#include "collectors/home_account.h"
#include "collectors/identity/processes.h"
#include "collectors/limits/cgroup_export.h"
#include "collectors/limits/gateway_unit.h"
#include "collectors/limits/host_export.h"
#include "collectors/limits/unit_export.h"
#include "collectors/limits_families.h"
#include "collectors/openclaw_settings.h"
#include "exporter/collect/event_ledger.h"
#include "exporter/host/passwd.h"

namespace clawvigil {

namespace {

using namespace limits_families;

class LimitsCollector final : public Collector {
 public:
  [[nodiscard]] const CollectorInfo& info() const override { return kLimitsInfo; }

  Result<> collect(const Context& context, Batch& out) override {
    if (!ledger_) {
      TRY_ASSIGN(ledger_, EventLedger::open(context.store, std::string(kLimitsInfo.name)));
    }
    const limits::HostCapacity host = limits::read_capacity(context.root);
    limits::export_host(host, out);
    limits::export_disks(context, settings_, out);
    if (context.homes.empty()) return {};
    TRY_ASSIGN(const auto processes, find_gateway_processes(context.root));
    TRY_ASSIGN(const auto accounts, host::read_accounts(context.root));
    const auto cgroups = limits::CgroupReader::open(context.root, context.config.cgroups);
    limits::UnitStates states(context);
    for (const Home& home : context.homes) {
      TRY(context.check());
      const limits::UnitScope scope{context.root, home, account_of(accounts, home)};
      const auto unit = limits::find_gateway_unit(scope, gateways_of(home, processes));
      if (!unit) out.unknown(unit.error(), names_of(kMetrics));
      if (!unit || !*unit) continue;
      const std::string cgroup =
          limits::export_unit({scope, **unit, cgroups, states, *ledger_}, out);
      limits::export_cgroup({cgroups, host, limits::key_of(scope, **unit), cgroup, *ledger_}, out);
    }
    return ledger_->commit(context.store);
  }

 private:
  std::optional<EventLedger> ledger_;
  SettingsLoader settings_;
};

}  // namespace

// Half a minute: a loop of crashes and a gateway that was killed are seen while they happen, and
// one look costs less than a millisecond a home.
const CollectorInfo kLimitsInfo{
    "limits",
    "Reads unit, limits and use of memory, tasks and CPU of the gateway, swap and room on disks.",
    std::chrono::seconds(30),
    std::chrono::seconds(15),
    std::chrono::minutes(3),
    kMetrics};

std::unique_ptr<Collector> make_limits_collector() { return std::make_unique<LimitsCollector>(); }

}  // namespace clawvigil
