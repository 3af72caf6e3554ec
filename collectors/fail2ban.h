// Collector "fail2ban": whether it runs, what its jails do, by its configuration, database and log
// (control A6). Its socket is never used: who may write to it is root.
#pragma once

#include <memory>
#include <string>

#include "exporter/collect/collector.h"

namespace clawvigil {

extern const CollectorInfo kFail2banInfo;

// On a host without fail2ban it says so and exports nothing else. Failures and bans are counted
// from the log alone, from the first start on: the database forgets bans after a day, and the
// server begins again at 0. The limits of a jail are those configured; ones changed by
// `fail2ban-client set` until the next restart are not seen.
[[nodiscard]] std::unique_ptr<Collector> make_fail2ban_collector();
// With another directory than /etc/fail2ban.
[[nodiscard]] std::unique_ptr<Collector> make_fail2ban_collector(std::string directory);

}  // namespace clawvigil
