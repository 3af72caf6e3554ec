#include <array>

#include "alerts/notify/sender.h"

namespace clawvigil::notify {

namespace {

constexpr Metric kDelivered{MetricType::counter,
                            "clawvigil_notifications_total",
                            "Messages delivered to a receiver.",
                            {"receiver"}};
constexpr Metric kFailed{MetricType::counter,
                         "clawvigil_notifications_failed_total",
                         "Attempts to deliver a message that failed.",
                         {"receiver"}};
constexpr Metric kGivenUp{MetricType::counter,
                          "clawvigil_notifications_given_up_total",
                          "Messages refused for good, or not delivered within three days.",
                          {"receiver"}};
constexpr Metric kQueued{MetricType::gauge,
                         "clawvigil_notification_queue_length",
                         "Messages that wait to be delivered.",
                         {"receiver"}};
constexpr Metric kLastSuccess{MetricType::gauge,
                              "clawvigil_notification_last_success_timestamp_seconds",
                              "When a message was last delivered.",
                              {"receiver"}};
constexpr std::array kMetrics{kDelivered.info(), kFailed.info(), kGivenUp.info(), kQueued.info(),
                              kLastSuccess.info()};

}  // namespace

std::span<const MetricInfo> Sender::metrics() { return kMetrics; }

void Sender::describe(Batch& out) const {
  for (const ReceiverStatus& status : status()) {
    out.set(kDelivered, static_cast<double>(status.counts.delivered), status.name);
    out.set(kFailed, static_cast<double>(status.counts.failed), status.name);
    out.set(kGivenUp, static_cast<double>(status.counts.given_up), status.name);
    out.set(kQueued, static_cast<double>(status.queued), status.name);
    if (status.counts.last_success) {
      out.set(kLastSuccess, to_unix_seconds(*status.counts.last_success), status.name);
    }
  }
}

}  // namespace clawvigil::notify
