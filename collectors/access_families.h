// The families of the collector `access`, filled by its parts in collectors/access/. Every counter
// exists at 0 for each value of its closed list before the first event.
#pragma once

#include <array>
#include <string_view>

#include "exporter/model/metric.h"

namespace clawvigil::access_families {

// Why a message was turned away: the sender waits for pairing, is not in the allow list, direct
// messages are disabled, the group is not allowed, the sender is not allowed in this group, or may
// not give this command.
inline constexpr std::array<std::string_view, 7> kRejectionReasons{
    "pairing", "not_allowed", "dm_disabled", "group", "group_sender", "command", "other"};

// Causes and reasons of a failed handshake with the gateway, merged to what an owner can act on.
inline constexpr std::array<std::string_view, 9> kAuthFailureReasons{
    "token",    "password",  "device", "pairing_required", "origin", "policy",
    "protocol", "handshake", "other"};

inline constexpr std::array<std::string_view, 5> kApprovalDecisions{"allowed", "denied", "expired",
                                                                    "cancelled", "unanswered"};
inline constexpr std::array<std::string_view, 4> kExecDenialReasons{"policy", "approval",
                                                                    "unattended", "other"};
inline constexpr std::array<std::string_view, 2> kLogSources{"file", "journal"};

inline constexpr Metric kRejected{
    MetricType::counter,
    "clawvigil_messages_rejected_total",
    "Messages that were turned away because of who sent them, as far as OpenClaw left a trace.",
    {"home", "channel", "reason"},
    1024};
inline constexpr Metric kRejectedSenders{
    MetricType::gauge,
    "clawvigil_rejected_senders",
    "Different senders of direct messages that were turned away within 24 hours.",
    {"home", "channel"}};
inline constexpr Metric kRejectionsVisible{
    MetricType::gauge,
    "clawvigil_rejections_visible",
    "1 if every rejection of this channel leaves a trace, 0 if the configured log level hides "
    "some.",
    {"home", "channel"}};
inline constexpr Metric kAuthFailures{
    MetricType::counter,
    "clawvigil_gateway_auth_failures_total",
    "Connections to the gateway that failed to authenticate; HTTP requests are not logged by "
    "OpenClaw.",
    {"home", "reason"}};
inline constexpr Metric kAuthLockouts{MetricType::counter,
                                      "clawvigil_gateway_auth_lockouts_total",
                                      "Connections refused because of too many failures before.",
                                      {"home"}};
inline constexpr Metric kExecDenials{MetricType::counter,
                                     "clawvigil_exec_denials_total",
                                     "Commands the agent wanted to run and was not allowed to.",
                                     {"home", "reason"}};
inline constexpr Metric kToolBlocks{MetricType::counter,
                                    "clawvigil_tool_blocks_total",
                                    "Tool calls that were blocked by policy.",
                                    {"home"}};
inline constexpr Metric kApprovals{MetricType::counter,
                                   "clawvigil_approvals_total",
                                   "Requests for approval, by how they ended.",
                                   {"home", "decision"}};
inline constexpr Metric kExternalChanges{MetricType::counter,
                                         "clawvigil_config_external_changes_total",
                                         "Edits of openclaw.json that OpenClaw did not make.",
                                         {"home"}};
inline constexpr Metric kUncleanStops{MetricType::counter,
                                      "clawvigil_gateway_unclean_stops_total",
                                      "Runs of the gateway that ended without a recorded stop.",
                                      {"home"}};
inline constexpr Metric kStarts{
    MetricType::counter, "clawvigil_gateway_starts_total", "Starts of the gateway.", {"home"}};
inline constexpr Metric kLogLines{MetricType::counter,
                                  "clawvigil_log_lines_read_total",
                                  "Lines of OpenClaw's logs that were read.",
                                  {"home", "source"}};
inline constexpr Metric kLogUnparsed{
    MetricType::counter,
    "clawvigil_log_lines_unparsed_total",
    "Log lines that looked like something to count but could not be understood, or were too long.",
    {"home", "source"}};
inline constexpr Metric kLogLag{MetricType::gauge,
                                "clawvigil_log_position_lag_bytes",
                                "Written to the log but not read yet.",
                                {"home"}};

inline constexpr std::array kMetrics{
    kRejected.info(),     kRejectedSenders.info(), kRejectionsVisible.info(),
    kAuthFailures.info(), kAuthLockouts.info(),    kExecDenials.info(),
    kToolBlocks.info(),   kApprovals.info(),       kExternalChanges.info(),
    kUncleanStops.info(), kStarts.info(),          kLogLines.info(),
    kLogUnparsed.info(),  kLogLag.info()};

}  // namespace clawvigil::access_families
