#include "exporter/base/version.h"

namespace clawvigil {

std::string_view version() { return CLAWVIGIL_VERSION; }
std::string_view revision() { return CLAWVIGIL_REVISION; }

std::string_view compiler() {
#ifdef __clang__
  return "Clang " __clang_version__;
#else
  return "GCC " __VERSION__;
#endif
}

}  // namespace clawvigil
