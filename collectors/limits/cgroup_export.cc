#include "collectors/limits/cgroup_export.h"

#include <algorithm>
#include <array>

#include "collectors/limits_families.h"
#include "collectors/parse/cgroup_files.h"

namespace clawvigil::limits {

namespace {

using namespace limits_families;

constexpr double kMicroseconds = 1e6;

// What one resource has: a limit below what the host has anyway.
template <class Number>
bool is_set(const std::optional<Number>& limit, const std::optional<Number>& capacity) {
  return limit && (!capacity || *limit < *capacity);
}

class Exporter {
 public:
  Exporter(const CgroupExport& what, const CgroupReader& cgroups, Batch& out)
      : what_(what), cgroups_(cgroups), out_(out) {}

  void run() {
    count_events();
    if (!cgroups_.exists(what_.cgroup)) {
      // Limits of the slices above it would be half the truth.
      const Error error{Errc::not_found, "the unit does not run, so that it has no limits now"};
      return out_.unknown(error, {kLimitSet.name()});
    }
    export_memory();
    export_tasks();
    export_cpu();
    export_pressure();
  }

 private:
  template <class Value>
  void set(const Metric<3>& metric, const std::optional<Value>& value) {
    if (!value) return;
    const UnitKey& key = what_.key;
    out_.set(metric, static_cast<double>(*value), key.home, key.unit, key.manager);
  }
  void set(const Metric<4>& metric, std::string_view last, double value) {
    const UnitKey& key = what_.key;
    out_.set(metric, value, key.home, key.unit, key.manager, last);
  }

  void export_memory() {
    const auto usage = cgroups_.memory(what_.cgroup);
    const auto high = cgroups_.memory_high(what_.cgroup);
    if (!usage || !high) {
      return out_.unknown(usage ? high.error() : usage.error(),
                          {kMemory.name(), kMemoryMax.name(), kMemoryHigh.name(),
                           kMemoryPeak.name(), kLimitSet.name(), kUsedRatio.name()});
    }
    set(kMemory, usage->used);
    set(kMemoryMax, usage->max);
    set(kMemoryHigh, *high);
    const auto peak = cgroups_.file(what_.cgroup, "memory.peak");  // since Linux 5.19
    if (const auto bytes = peak ? parse::cgroup_number(*peak) : fail(Errc::not_found, ""); bytes) {
      set(kMemoryPeak, std::optional(*bytes));
    }
    auto lowest = usage->max;
    lower(lowest, *high);
    set(kLimitSet, "memory", is_set(lowest, what_.host.memory) ? 1 : 0);
    if (usage->used_ratio) set(kUsedRatio, "memory", *usage->used_ratio);
  }

  void export_tasks() {
    const auto usage = cgroups_.tasks(what_.cgroup);
    if (!usage) {
      return out_.unknown(usage.error(),
                          {kTasks.name(), kTasksMax.name(), kLimitSet.name(), kUsedRatio.name()});
    }
    set(kTasks, usage->used);
    set(kTasksMax, usage->max);
    set(kLimitSet, "tasks", is_set(usage->max, what_.host.tasks) ? 1 : 0);
    if (usage->used_ratio) set(kUsedRatio, "tasks", *usage->used_ratio);
  }

  void export_cpu() {
    if (const auto quota = cgroups_.cpu_quota(what_.cgroup); quota) {
      const auto processors = static_cast<double>(what_.host.processors);
      set(kCpuQuota, *quota);
      set(kLimitSet, "cpu",
          is_set(*quota, processors > 0 ? std::optional(processors) : std::nullopt) ? 1 : 0);
    } else {
      out_.unknown(quota.error(), {kCpuQuota.name(), kLimitSet.name()});
    }
    const auto text = cgroups_.file(what_.cgroup, "cpu.stat");
    const auto usage = text ? parse::cgroup_value(*text, "usage_usec") : std::nullopt;
    if (!usage) {
      return out_.unknown(text ? Error{Errc::parse, "cpu.stat"} : text.error(), {kCpu.name()});
    }
    set(kCpu, std::optional(static_cast<double>(*usage) / kMicroseconds));
    set(kPeriods, parse::cgroup_value(*text, "nr_periods"));
    set(kThrottled, parse::cgroup_value(*text, "nr_throttled"));
    if (const auto held = parse::cgroup_value(*text, "throttled_usec")) {
      set(kThrottledSeconds, std::optional(static_cast<double>(*held) / kMicroseconds));
    }
  }

  void export_pressure() {
    struct Pressure {
      std::string_view resource, file, kind;
    };
    constexpr std::array<Pressure, 3> kPressures{{{"memory", "memory.pressure", "full"},
                                                  {"io", "io.pressure", "full"},
                                                  {"cpu", "cpu.pressure", "some"}}};
    for (const Pressure& pressure : kPressures) {
      const auto text = cgroups_.file(what_.cgroup, pressure.file);
      const auto stalled = text ? parse::cgroup_stalled(*text, pressure.kind) : std::nullopt;
      if (stalled) {
        set(kStalled, pressure.resource, static_cast<double>(*stalled) / kMicroseconds);
      }
    }
  }

  // Also while the unit does not run: that may be why it does not.
  void count_events() {
    if (const auto counted = look_at_events(); !counted) {
      return out_.unknown(counted.error(), {kMemoryEvents.name()});
    }
    for (const std::string_view event : {"high", "max", "oom", "oom_kill"}) {
      const UnitKey& key = what_.key;
      set(kMemoryEvents, event,
          what_.ledger.total(kMemoryEvents, key.home, key.unit, key.manager, event));
    }
  }

  Result<> look_at_events() {
    TRY(cgroups_.need_controller("memory"));
    MemoryLook look{what_.host.boot, 0, {}, std::nullopt};
    if (const auto identity = cgroups_.identity(what_.cgroup)) {
      look.identity = *identity;
      TRY_ASSIGN(look.own, cgroups_.memory_events(what_.cgroup));
    }
    const auto levels = levels_of(what_.cgroup);
    if (levels.size() > 1) {
      if (const auto slice = cgroups_.memory_events(levels[1]); slice) look.slice = *slice;
    }
    return count_memory_events(what_.ledger, what_.key, look);
  }

  const CgroupExport& what_;
  const CgroupReader& cgroups_;
  Batch& out_;
};

}  // namespace

void export_cgroup(const CgroupExport& what, Batch& out) {
  if (!what.cgroups) {
    return out.unknown(what.cgroups.error(),
                       {kMemory.name(), kTasks.name(), kCpu.name(), kLimitSet.name(),
                        kUsedRatio.name(), kMemoryEvents.name(), kStalled.name()});
  }
  Exporter(what, *what.cgroups, out).run();
}

}  // namespace clawvigil::limits
