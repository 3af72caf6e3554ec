// Reads the files given as arguments through one buffer of 1 MiB and looks at nothing: what the
// system can deliver.
#include <fcntl.h>
#include <unistd.h>

#include <span>
#include <vector>

#include "exporter/base/fd.h"

int main(int argc, char** argv) {
  constexpr std::size_t kBuffer = std::size_t{1024} * 1024;
  std::vector<char> buffer(kBuffer);
  for (const char* const path : std::span(argv, static_cast<std::size_t>(argc)).subspan(1)) {
    const clawvigil::Fd fd(::open(path, O_RDONLY | O_CLOEXEC));
    if (!fd) return 1;
    while (::read(fd.get(), buffer.data(), buffer.size()) > 0) {
    }
  }
  return 0;
}
