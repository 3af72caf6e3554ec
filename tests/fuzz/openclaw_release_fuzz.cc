// What OpenClaw's files say about versions: nothing that does not look like one comes out.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "collectors/parse/node_range.h"
#include "collectors/parse/openclaw_release.h"

namespace parse = clawvigil::parse;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto check = parse::parse_update_check(text);
  if (check && !check->available.empty() && !parse::looks_like_version(check->available)) {
    std::abort();
  }
  const auto package = parse::parse_openclaw_package(text);
  if (package && !parse::looks_like_version(package->version)) std::abort();
  (void)parse::parse_build_time(text, "2026.9.6");
  const auto origin = parse::last_log_origin(text);
  if (origin && !parse::looks_like_version(origin->node_version)) std::abort();
  if (origin && !origin->package.empty() && !origin->package.starts_with('/')) std::abort();
  const std::string_view a = text.substr(0, size / 2);
  const std::string_view b = text.substr(size / 2);
  (void)parse::is_in_node_range(a, b);
  (void)parse::is_in_node_range("24.1.0", text);
  const auto order = parse::compare_openclaw_versions(a, b);
  const auto reverse = parse::compare_openclaw_versions(b, a);
  if (order.has_value() != reverse.has_value()) std::abort();
  if (order && (*order < 0) != (*reverse > 0)) std::abort();
  (void)parse::end_of_month(text);
  return 0;
}
