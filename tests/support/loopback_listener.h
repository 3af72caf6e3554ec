// A socket that listens on a free port of loopback, or at a path, for servers inside a test.
#pragma once

#include <cstdint>
#include <string>

#include "exporter/base/fd.h"

namespace clawvigil::test {

struct LoopbackListener {
  explicit LoopbackListener(int backlog);
  LoopbackListener(int backlog, const std::string& unix_path);
  Fd socket;
  std::uint16_t port = 0;  // 0 at a path
};

}  // namespace clawvigil::test
