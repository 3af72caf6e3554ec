#include "collectors/retention.h"

#include <array>

#include "collectors/openclaw_settings.h"
#include "collectors/retention/logs.h"
#include "collectors/retention/sessions.h"

namespace clawvigil {

namespace {

constexpr Metric kSessionOldest{MetricType::gauge,
                                "clawvigil_session_oldest_timestamp_seconds",
                                "Last use of the recorded session that is unused for longest.",
                                {"home"}};
constexpr Metric kSessionBytes{MetricType::gauge,
                               "clawvigil_session_store_bytes",
                               "Files and databases in which sessions are recorded.",
                               {"home"}};
constexpr Metric kMaintenance{MetricType::info,
                              "clawvigil_session_maintenance_info",
                              "What OpenClaw does about old sessions.",
                              {"home", "mode"}};
constexpr Metric kLogOldest{MetricType::gauge,
                            "clawvigil_log_oldest_timestamp_seconds",
                            "The oldest line that is still in the gateway's log.",
                            {"home"}};
constexpr Metric kLogBytes{MetricType::gauge,
                           "clawvigil_log_files_bytes",
                           "Size of the log files, of the gateway or in the state directory.",
                           {"home", "source"}};

constexpr std::array kMetrics{kSessionOldest.info(), kSessionBytes.info(), kMaintenance.info(),
                              kLogOldest.info(), kLogBytes.info()};

void export_sessions(const Home& home, const OpenClawSettings& settings,
                     const retention::SessionSurvey& survey, Batch& out) {
  const std::vector<std::string_view> families{kSessionOldest.name(), kSessionBytes.name()};
  for (const Error& problem : survey.problems) {
    out.unknown(prefixed(problem, home.label + ": sessions").error(), families);
  }
  if (!settings.session_store.empty()) {
    out.unknown({Errc::unsupported, home.label + ": session.store in openclaw.json keeps sessions "
                                                 "in another place, which is not looked at"},
                families);
  }
  // What is seen counts: a part that cannot be looked at makes nothing of the rest younger.
  if (survey.oldest) out.set(kSessionOldest, to_unix_seconds(*survey.oldest), home.label);
  if (survey.problems.empty()) {
    out.set(kSessionBytes, static_cast<double>(survey.bytes), home.label);
  }
  if (settings.session_maintenance.known) {
    out.set(kMaintenance, 1, home.label, settings.session_maintenance.value);
  }
}

void export_log(const Home& home, std::string_view source,
                const Result<retention::LogSurvey>& survey, Batch& out) {
  if (!survey) {
    return out.unknown(prefixed(survey.error(), home.label + ": log").error(),
                       {kLogOldest.name(), kLogBytes.name()});
  }
  if (!survey->exists) return;
  if (survey->oldest) out.set(kLogOldest, to_unix_seconds(*survey->oldest), home.label);
  out.set(kLogBytes, static_cast<double>(survey->bytes), home.label, source);
}

class RetentionCollector final : public Collector {
 public:
  [[nodiscard]] const CollectorInfo& info() const override { return kRetentionInfo; }

  Result<> collect(const Context& context, Batch& out) override {
    for (const Home& home : context.homes) {
      TRY_ASSIGN(const auto survey, retention::survey_sessions(context, home));
      // A configuration that cannot be read is the gateway collector's to report.
      const auto settings = settings_.load_or_default(home);
      export_sessions(home, *settings, survey, out);
      export_log(home, "gateway", retention::survey_gateway_log(context, home, settings->log_file),
                 out);
      export_log(home, "state", retention::survey_state_logs(home), out);
    }
    return {};
  }

 private:
  SettingsLoader settings_;
};

}  // namespace

// Limits are months; a look an hour costs one stat a file.
const CollectorInfo kRetentionInfo{
    "retention",
    "Age and size of recorded sessions and of logs, from OpenClaw's state and log directories.",
    std::chrono::hours(1),
    std::chrono::seconds(60),
    std::chrono::hours(3),
    kMetrics};

std::unique_ptr<Collector> make_retention_collector() {
  return std::make_unique<RetentionCollector>();
}

}  // namespace clawvigil
