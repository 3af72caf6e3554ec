// A TCP socket that listens on a free port of loopback, for servers inside a test.
#pragma once

#include <cstdint>

#include "exporter/base/fd.h"

namespace clawvigil::test {

struct LoopbackListener {
  explicit LoopbackListener(int backlog);
  Fd socket;
  std::uint16_t port = 0;
};

}  // namespace clawvigil::test
