#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "exporter/host/spool_format.h"

namespace host = clawvigil::host;

// What is read can be written, and is then read as the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto report = host::parse_probe_report(text, "nftables", "boot");
  if (!report) return 0;
  const auto again =
      host::format_probe_report("nftables", report->this_boot ? "boot" : "", *report);
  if (!again) std::abort();
  const auto same = host::parse_probe_report(*again, "nftables", "boot");
  if (!same || same->taken != report->taken || same->this_boot != report->this_boot ||
      same->readings.size() != report->readings.size()) {
    std::abort();
  }
  for (std::size_t i = 0; i < same->readings.size(); ++i) {
    const auto& left = report->readings[i];
    const auto& right = same->readings[i];
    if (left.subject != right.subject || left.output.has_value() != right.output.has_value() ||
        (left.output && *left.output != *right.output)) {
      std::abort();
    }
  }
  return 0;
}
