// The families of the collector "keys". `credential` is an id made of the keys of the configuration
// (parse/credential_id.h), never of a value. `home` is empty for the SSH keys of the host itself.
#pragma once

#include <array>

#include "exporter/model/metric.h"

namespace clawvigil::keys_families {

inline constexpr std::size_t kMaxCredentials = 512;

inline constexpr Metric kCreated{MetricType::gauge,
                                 "clawvigil_credential_created_timestamp_seconds",
                                 "Since when the credential is known to exist; it may be older.",
                                 {"home", "credential", "kind"},
                                 kMaxCredentials};
inline constexpr Metric kExpiry{MetricType::gauge,
                                "clawvigil_credential_expiry_timestamp_seconds",
                                "When the credential ends; OpenClaw renews refreshable ones.",
                                {"home", "credential", "refreshable"},
                                kMaxCredentials};
inline constexpr Metric kRotations{MetricType::counter,
                                   "clawvigil_credential_rotations_total",
                                   "How often a new value was seen to replace the old one.",
                                   {"home", "credential"},
                                   kMaxCredentials};
inline constexpr Metric kMaxAge{MetricType::gauge,
                                "clawvigil_credential_max_age_seconds",
                                "The owner's own limit for a credential; +Inf if it is ignored.",
                                {"home", "credential"},
                                kMaxCredentials};
inline constexpr Metric kUnmatched{MetricType::gauge,
                                   "clawvigil_credential_setting_unmatched",
                                   "1 if no credential has the id of this setting.",
                                   {"credential"}};
inline constexpr Metric kNotWatched{
    MetricType::gauge,
    "clawvigil_credentials_not_watched",
    "Credentials in use whose value, and so whose age, cannot be looked up, by reason.",
    {"home", "reason"}};
inline constexpr Metric kPlaintext{MetricType::gauge,
                                   "clawvigil_plaintext_secrets",
                                   "Credentials written in plain text where a reference could be.",
                                   {"home", "location"}};

inline constexpr std::array kMetrics = {kCreated.info(),  kExpiry.info(),    kRotations.info(),
                                        kMaxAge.info(),   kUnmatched.info(), kNotWatched.info(),
                                        kPlaintext.info()};

}  // namespace clawvigil::keys_families
