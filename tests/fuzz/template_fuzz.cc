// Templates: any bytes are a template or a problem within the text; what is expanded is bounded and
// as valid as the template's own text.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "alerts/engine/template.h"
#include "exporter/base/strings.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace clawvigil;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto parsed = alerts::Template::parse(text);
  if (!parsed) {
    if (parsed.error().offset > size || parsed.error().message.empty()) std::abort();
    return 0;
  }
  const promql::Labels labels(
      std::vector<promql::Label>{{"a", "12"}, {"b", "x\n\xff"}, {"home", "claw"}});
  for (const double value : {0.0, -1.5, 1e300, 604800.0}) {
    const std::string expanded = parsed->expand(labels, value);
    if (expanded.size() > alerts::kMaxExpandedBytes) std::abort();
    if (is_valid_utf8(text) && !is_valid_utf8(expanded)) std::abort();
  }
  return 0;
}
