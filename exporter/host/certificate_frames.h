// How a child process tells its parent of certificates: numbers in text, because what comes from
// the child is hostile. Internal to exporter/host.
#pragma once

#include <string>
#include <string_view>

#include "exporter/base/result.h"
#include "exporter/host/certificates.h"

namespace clawvigil::host {

// A byte 1 and what was found, or a byte 0 and the error.
[[nodiscard]] std::string outcome_frame(const Result<std::string>& outcome);
[[nodiscard]] Result<std::string> outcome_of(std::string_view frame);

// "0 1 1700000000 1800000000 1700000000 1900000000", the last two only with a chain.
[[nodiscard]] std::string encode(const CertificateFacts& facts);
[[nodiscard]] Result<CertificateFacts> decode_facts(std::string_view text);

}  // namespace clawvigil::host
