// What a batch could not find out, as text a test can search.
#pragma once

#include <string>

#include "exporter/base/strings.h"
#include "exporter/model/batch.h"

namespace clawvigil::test {

// "denied /root/x: permission denied (clawvigil_a clawvigil_b)\n" for each, in order.
[[nodiscard]] inline std::string details(const Batch& batch) {
  std::string text;
  for (const Unknown& unknown : batch.unknowns()) {
    text.append(to_string(unknown.reason)).append(" ").append(unknown.detail);
    text.append(" (").append(join(unknown.families, " ")).append(")\n");
  }
  return text;
}

}  // namespace clawvigil::test
