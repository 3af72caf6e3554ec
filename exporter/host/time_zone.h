// What the clock on a wall shows in a zone, by the tables of the system (tzdata).
//
// The zone of the process is never changed: that would change it for every thread.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "exporter/base/calendar_unit.h"
#include "exporter/base/clock.h"
#include "exporter/base/result.h"

namespace clawvigil::host {

class TimeZone {
 public:
  // "Europe/Paris"; "": the zone of this host. not_found: no zone of that name is installed.
  [[nodiscard]] static Result<TimeZone> load(const std::string& name);

  // Since local midnight by the clock: 0 to 24 h.
  [[nodiscard]] Duration time_of_day(SystemTime time) const;

  // The calendar period that contains `time`. Weeks begin on Monday. A day on which the clocks
  // change has 23 or 25 hours, and the hour that comes twice is one period of two hours.
  struct Period {
    SystemTime begin;
    SystemTime end;
  };
  [[nodiscard]] Period period_of(CalendarUnit unit, SystemTime time) const;

  // Whole hours by the clock since Monday 00:00: 0 to 167.
  [[nodiscard]] std::size_t hour_of_week(SystemTime time) const;
  // "2026-11-22", "2026-11-22 07:34".
  [[nodiscard]] std::string date(SystemTime time) const;
  [[nodiscard]] std::string date_and_time(SystemTime time) const;

 private:
  struct Zone;
  explicit TimeZone(std::shared_ptr<const Zone> zone) : zone_(std::move(zone)) {}
  std::shared_ptr<const Zone> zone_;  // null: the host's
};

}  // namespace clawvigil::host
