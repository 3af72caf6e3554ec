#include "collectors/self.h"

#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

#include "collectors/probe_ages.h"
#include "exporter/base/strings.h"
#include "exporter/base/version.h"

namespace clawvigil {

namespace {

constexpr Metric kBuildInfo{MetricType::info,
                            "clawvigil_build_info",
                            "The running build of clawvigil.",
                            {"version", "revision", "compiler"},
                            1};
constexpr Metric kReloadSuccessful{
    MetricType::gauge, "clawvigil_config_last_reload_successful",
    "1 if the last loading of the configuration succeeded, 0 if the old one is still in use."};
constexpr Metric kReloadTimestamp{MetricType::gauge,
                                  "clawvigil_config_last_reload_success_timestamp_seconds",
                                  "When the configuration in use was loaded."};
constexpr Metric kHomes{MetricType::gauge, "clawvigil_openclaw_homes",
                        "OpenClaw state directories being watched."};
constexpr Metric kPersistent{
    MetricType::gauge, "clawvigil_storage_persistent",
    "1 if state is kept on disk, 0 if it lives in memory and is lost at the next restart."};
constexpr Metric kCpu{MetricType::counter, "process_cpu_seconds_total",
                      "User and system CPU time spent by clawvigil."};
constexpr Metric kResident{MetricType::gauge, "process_resident_memory_bytes",
                           "Resident memory of clawvigil."};
constexpr Metric kVirtual{MetricType::gauge, "process_virtual_memory_bytes",
                          "Virtual memory of clawvigil."};
constexpr Metric kOpenFds{MetricType::gauge, "process_open_fds",
                          "File descriptors clawvigil has open."};
constexpr Metric kMaxFds{MetricType::gauge, "process_max_fds",
                         "File descriptors clawvigil may have open."};
constexpr Metric kStart{MetricType::gauge, "process_start_time_seconds",
                        "When clawvigil started, since the epoch."};
constexpr Metric kProbe{MetricType::gauge,
                        "clawvigil_probe_last_success_timestamp_seconds",
                        "When a privileged probe (clawvigil probe) last read something.",
                        {"probe"}};

constexpr std::array kMetrics{kBuildInfo.info(),       kReloadSuccessful.info(),
                              kReloadTimestamp.info(), kHomes.info(),
                              kPersistent.info(),      kCpu.info(),
                              kResident.info(),        kVirtual.info(),
                              kOpenFds.info(),         kMaxFds.info(),
                              kStart.info(),           kProbe.info()};

constexpr std::size_t kStatmLimit = 4096;  // bytes; the file has seven numbers
constexpr std::size_t kMaxFdEntries = 65536;

double seconds(const timeval& time) {
  constexpr double kMicro = 1e-6;
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * kMicro;
}

// The number of pages in column `index` of /proc/self/statm: "2211 1045 893 12 0 300 0".
Result<double> pages(std::string_view statm, std::size_t index) {
  const auto columns = split(trim(statm), ' ');
  std::uint64_t value = 0;
  if (index < columns.size()) {
    const std::string_view column = columns[index];
    const auto [end, error] = std::from_chars(column.data(), column.data() + column.size(), value);
    if (error == std::errc{}) return static_cast<double>(value);
  }
  return fail(Errc::parse, "/proc/self/statm: expected seven numbers");
}

class SelfCollector final : public Collector {
 public:
  explicit SelfCollector(SelfSources sources) : sources_(std::move(sources)) {}
  [[nodiscard]] const CollectorInfo& info() const override { return kSelfInfo; }

  [[nodiscard]] Result<> collect(const Context& context, Batch& out) override {
    out.set(kBuildInfo, 1, version(), revision(), compiler());
    const ReloadStatus& reload = *sources_.reload;
    out.set(kReloadSuccessful, reload.successful ? 1 : 0);
    out.set(kReloadTimestamp, to_unix_seconds(reload.last_success));
    out.set(kHomes, static_cast<double>(context.homes.size()));
    for (const Error& problem : sources_.homes->current()->problems) out.unknown(problem);
    out.set(kPersistent, context.store.persistent() ? 1 : 0);
    out.set(kStart, to_unix_seconds(sources_.started));
    probes_.measure(context, kProbe, out);
    measure_usage(out);
    if (const auto measured = measure_proc(out); !measured) out.unknown(measured.error());
    return {};
  }

 private:
  static void measure_usage(Batch& out) {
    rusage usage{};
    if (::getrusage(RUSAGE_SELF, &usage) == 0) {
      out.set(kCpu, seconds(usage.ru_utime) + seconds(usage.ru_stime));
    }
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
      out.set(kMaxFds, static_cast<double>(limit.rlim_cur));
    }
  }

  // Its own /proc, not that of the root being watched.
  static Result<> measure_proc(Batch& out) {
    constexpr std::size_t kSizeColumn = 0;
    constexpr std::size_t kResidentColumn = 1;
    const auto page_bytes = static_cast<double>(::sysconf(_SC_PAGESIZE));
    TRY_ASSIGN(const host::Root root, host::Root::open("/"));
    TRY_ASSIGN(const std::string statm, root.read_system_file("/proc/self/statm", kStatmLimit));
    TRY_ASSIGN(const double size, pages(statm, kSizeColumn));
    TRY_ASSIGN(const double resident, pages(statm, kResidentColumn));
    out.set(kVirtual, size * page_bytes);
    out.set(kResident, resident * page_bytes);
    TRY_ASSIGN(const host::Dir fds, root.anchor("/proc/self/fd"));
    TRY_ASSIGN(const auto entries, fds.list(".", kMaxFdEntries));
    out.set(kOpenFds, static_cast<double>(entries.size()));
    return {};
  }

  SelfSources sources_;
  ProbeAges probes_;
};

}  // namespace

constinit const CollectorInfo kSelfInfo{
    .name = "self",
    .summary = "clawvigil itself: build, process, configuration, homes and state. Always on.",
    .interval = std::chrono::seconds(5),
    .deadline = std::chrono::seconds(5),
    .max_age = std::chrono::minutes(1),
    .metrics = kMetrics,
};

std::unique_ptr<Collector> make_self_collector(SelfSources sources) {
  return std::make_unique<SelfCollector>(std::move(sources));
}

}  // namespace clawvigil
