// The families of the collector "limits". Those about a unit say whose it is:
//   home     the OpenClaw home its gateway serves
//   unit     "openclaw-gateway.service"; "container" and "none" for a gateway in no unit of systemd
//   manager  "user" or "system" (as systemctl --user and --system), "container", "none"
#pragma once

#include <array>

#include "exporter/model/metric.h"

namespace clawvigil::limits_families {

inline constexpr Metric kActive{MetricType::gauge,
                                "clawvigil_unit_active",
                                "1 if the unit of the gateway runs.",
                                {"home", "unit", "manager"}};
inline constexpr Metric kStart{MetricType::gauge,
                               "clawvigil_unit_start_time_seconds",
                               "When the gateway's process in the unit was started.",
                               {"home", "unit", "manager"}};
inline constexpr Metric kEnabled{
    MetricType::gauge,
    "clawvigil_unit_enabled",
    "1 if the unit is started at boot; that of a user needs lingering, too.",
    {"home", "unit", "manager"}};
inline constexpr Metric kRestartPolicy{MetricType::info,
                                       "clawvigil_unit_restart_policy_info",
                                       "When the unit is started again by itself.",
                                       {"home", "unit", "manager", "policy"}};
inline constexpr Metric kRestarts{MetricType::counter,
                                  "clawvigil_unit_restarts_total",
                                  "Automatic restarts of the unit.",
                                  {"home", "unit", "manager"}};
inline constexpr Metric kMemory{MetricType::gauge,
                                "clawvigil_cgroup_memory_bytes",
                                "Memory charged to the unit, page cache included.",
                                {"home", "unit", "manager"}};
inline constexpr Metric kMemoryMax{
    MetricType::gauge,
    "clawvigil_cgroup_memory_max_bytes",
    "Lowest memory.max of the unit and the slices above it; absent when there is none.",
    {"home", "unit", "manager"}};
inline constexpr Metric kMemoryHigh{
    MetricType::gauge,
    "clawvigil_cgroup_memory_high_bytes",
    "Lowest memory.high of the unit and the slices above it; absent when there is none.",
    {"home", "unit", "manager"}};
inline constexpr Metric kMemoryPeak{MetricType::gauge,
                                    "clawvigil_cgroup_memory_peak_bytes",
                                    "Most memory ever charged to the unit since it was started.",
                                    {"home", "unit", "manager"}};
inline constexpr Metric kTasks{MetricType::gauge,
                               "clawvigil_cgroup_tasks",
                               "Processes and threads of the unit.",
                               {"home", "unit", "manager"}};
inline constexpr Metric kTasksMax{
    MetricType::gauge,
    "clawvigil_cgroup_tasks_max",
    "Lowest pids.max of the unit and the slices above it; absent when there is none.",
    {"home", "unit", "manager"}};
inline constexpr Metric kCpuQuota{
    MetricType::gauge,
    "clawvigil_cgroup_cpu_quota_cores",
    "Lowest cpu.max of the unit and the slices above it, in processors; absent without one.",
    {"home", "unit", "manager"}};
inline constexpr Metric kLimitSet{
    MetricType::gauge,
    "clawvigil_cgroup_limit_set",
    "1 if the unit or a slice above it is limited below what the host has (memory, tasks, cpu).",
    {"home", "unit", "manager", "resource"}};
inline constexpr Metric kUsedRatio{
    MetricType::gauge,
    "clawvigil_cgroup_limit_used_ratio",
    "Used of the limit that is nearest, be it the unit's or a slice's; memory without what the "
    "kernel can take back.",
    {"home", "unit", "manager", "resource"}};
inline constexpr Metric kMemoryEvents{
    MetricType::counter,
    "clawvigil_cgroup_limit_events_total",
    "Events of the unit's memory limits (high, max, oom, oom_kill), over its restarts.",
    {"home", "unit", "manager", "event"}};
inline constexpr Metric kCpu{
    MetricType::counter,
    "clawvigil_cgroup_cpu_seconds_total",
    "CPU time of the unit since it was started; begins again at 0 with the unit.",
    {"home", "unit", "manager"}};
inline constexpr Metric kThrottled{
    MetricType::counter,
    "clawvigil_cgroup_cpu_throttled_periods_total",
    "Periods in which the unit's CPU quota was used up; begins again at 0 with the unit.",
    {"home", "unit", "manager"}};
inline constexpr Metric kPeriods{
    MetricType::counter,
    "clawvigil_cgroup_cpu_periods_total",
    "Periods of the unit's CPU quota in which it ran; begins again at 0 with the unit.",
    {"home", "unit", "manager"}};
inline constexpr Metric kThrottledSeconds{
    MetricType::counter,
    "clawvigil_cgroup_cpu_throttled_seconds_total",
    "Time the unit was held back by its CPU quota; begins again at 0 with the unit.",
    {"home", "unit", "manager"}};
inline constexpr Metric kStalled{
    MetricType::counter,
    "clawvigil_cgroup_pressure_stalled_seconds_total",
    "Time all tasks of the unit waited (memory, io), or some did (cpu); begins again at 0 with "
    "the unit. Absent where the kernel does not measure it.",
    {"home", "unit", "manager", "resource"}};
inline constexpr Metric kOpenFds{MetricType::gauge,
                                 "clawvigil_gateway_open_fds",
                                 "Files and sockets the gateway has open.",
                                 {"home"}};
inline constexpr Metric kMaxFds{MetricType::gauge,
                                "clawvigil_gateway_max_fds",
                                "How many files and sockets the gateway may open.",
                                {"home"}};
inline constexpr Metric kSwap{MetricType::gauge, "clawvigil_host_swap_configured",
                              "1 if the host has swap space."};
inline constexpr Metric kHostMemory{MetricType::gauge, "clawvigil_host_memory_bytes",
                                    "Memory of the host."};
inline constexpr Metric kDiskFree{
    MetricType::gauge,
    "clawvigil_disk_free_ratio",
    "Room left, of what users may use, where the least is left for this (state, logs, backups of "
    "OpenClaw; clawvigil), in steps of 1/1024.",
    {"object"}};
inline constexpr Metric kDiskFreeBytes{MetricType::gauge,
                                       "clawvigil_disk_free_bytes",
                                       "The same room in bytes, whole MiB.",
                                       {"object"}};
inline constexpr Metric kInodesFree{
    MetricType::gauge,
    "clawvigil_disk_inodes_free_ratio",
    "Files that can still be made there, in steps of 1/1024; absent where their number is not "
    "limited.",
    {"object"}};

inline constexpr std::array kMetrics{kActive.info(),
                                     kStart.info(),
                                     kEnabled.info(),
                                     kRestartPolicy.info(),
                                     kRestarts.info(),
                                     kMemory.info(),
                                     kMemoryMax.info(),
                                     kMemoryHigh.info(),
                                     kMemoryPeak.info(),
                                     kTasks.info(),
                                     kTasksMax.info(),
                                     kCpuQuota.info(),
                                     kLimitSet.info(),
                                     kUsedRatio.info(),
                                     kMemoryEvents.info(),
                                     kCpu.info(),
                                     kThrottled.info(),
                                     kPeriods.info(),
                                     kThrottledSeconds.info(),
                                     kStalled.info(),
                                     kOpenFds.info(),
                                     kMaxFds.info(),
                                     kSwap.info(),
                                     kHostMemory.info(),
                                     kDiskFree.info(),
                                     kDiskFreeBytes.info(),
                                     kInodesFree.info()};

}  // namespace clawvigil::limits_families
