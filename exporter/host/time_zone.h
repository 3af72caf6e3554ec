// What the clock on a wall shows in a zone, by the tables of the system (tzdata).
//
// The zone of the process is never changed: that would change it for every thread.
#pragma once

#include <memory>
#include <string>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"

namespace clawvigil::host {

class TimeZone {
 public:
  // "Europe/Paris"; "": the zone of this host. not_found: no zone of that name is installed.
  [[nodiscard]] static Result<TimeZone> load(const std::string& name);

  // Since local midnight by the clock: 0 to 24 h.
  [[nodiscard]] Duration time_of_day(SystemTime time) const;

 private:
  struct Zone;
  explicit TimeZone(std::shared_ptr<const Zone> zone) : zone_(std::move(zone)) {}
  std::shared_ptr<const Zone> zone_;  // null: the host's
};

}  // namespace clawvigil::host
