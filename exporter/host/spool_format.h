// The text of a probe's report (spool.h). Pure.
#pragma once

#include <string>
#include <string_view>

#include "exporter/base/result.h"
#include "exporter/host/spool.h"

namespace clawvigil::host {

inline constexpr int kSpoolSchema = 1;
inline constexpr std::size_t kMaxSubject = 256;       // bytes
inline constexpr std::size_t kMaxReadingError = 512;  // bytes of a message; longer ones are cut

// parse: text that is not UTF-8, a subject that is empty, too long or twice, more than
// kMaxReadings; too_large: more than kMaxProbeReport.
[[nodiscard]] Result<std::string> format_probe_report(std::string_view probe,
                                                      std::string_view boot_id,
                                                      const ProbeReport& report);

// unsupported: another schema; parse: anything else that format_probe_report would not write.
// `this_boot` says whether it names `boot_id`. Unknown keys are ignored.
[[nodiscard]] Result<ProbeReport> parse_probe_report(std::string_view text, std::string_view probe,
                                                     std::string_view boot_id);

}  // namespace clawvigil::host
