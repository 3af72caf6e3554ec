// The families of the collector "sshd". `user_class` is root (uid 0), openclaw (an account that
// owns an OpenClaw home) or other.
#pragma once

#include <array>
#include <string_view>

#include "exporter/model/metric.h"

namespace clawvigil::sshd_families {

inline constexpr Metric kPasswordAuth{MetricType::gauge, "clawvigil_ssh_password_auth_enabled",
                                      "1 if sshd lets anyone log in with a password alone."};
inline constexpr Metric kRootLogin{MetricType::gauge, "clawvigil_ssh_root_login_enabled",
                                   "1 if sshd lets root log in without restriction."};
inline constexpr Metric kDefaultPort{MetricType::gauge, "clawvigil_ssh_default_port",
                                     "1 if sshd is configured to listen on port 22."};
inline constexpr Metric kLogins{MetricType::counter,
                                "clawvigil_ssh_logins_total",
                                "Logins over SSH.",
                                {"method", "user_class"}};
inline constexpr Metric kFailures{
    MetricType::counter,
    "clawvigil_ssh_auth_failures_total",
    "Failed attempts to log in over SSH: passwords each, the other reasons once a connection.",
    {"reason"}};
inline constexpr Metric kNewSources{
    MetricType::counter, "clawvigil_ssh_login_sources_new_total",
    "Logins over SSH from a network (IPv4 /24, IPv6 /48) not seen in the 90 days before."};
inline constexpr Metric kKeys{MetricType::gauge,
                              "clawvigil_ssh_authorized_keys",
                              "Public keys that may log in, over all accounts of the class.",
                              {"user_class"}};
inline constexpr Metric kKeysChanged{
    MetricType::gauge,
    "clawvigil_ssh_authorized_keys_changed_timestamp_seconds",
    "When the set of authorised keys of these accounts was last seen to change.",
    {"user_class"}};

inline constexpr std::array kMetrics = {
    kPasswordAuth.info(), kRootLogin.info(),  kDefaultPort.info(), kLogins.info(),
    kFailures.info(),     kNewSources.info(), kKeys.info(),        kKeysChanged.info()};

inline constexpr std::array<std::string_view, 3> kUserClasses = {"root", "openclaw", "other"};
inline constexpr std::array<std::string_view, 4> kMethods = {"publickey", "password",
                                                             "keyboard_interactive", "other"};
inline constexpr std::array<std::string_view, 4> kReasons = {"password", "invalid_user",
                                                             "not_allowed", "publickey"};

}  // namespace clawvigil::sshd_families
