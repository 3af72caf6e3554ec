// Looks through the files named on the command line as the secrets collector does; prints one JSON
// object.
#include <iostream>
#include <string>

#include "collectors/secrets/file_scan.h"
#include "exporter/host/file.h"

using clawvigil::SecretRule;

int main(int argc, char** argv) {
  const auto root = clawvigil::host::Root::open("/");
  if (!root) return 1;
  clawvigil::secrets::FileScan scan;
  std::uint64_t found = 0;
  std::uint64_t bytes = 0;
  for (int i = 1; i < argc; ++i) {
    const std::string path = argv[i];
    const std::size_t slash = path.rfind('/');
    const auto directory = root->anchor(path.substr(0, slash));
    if (!directory) return 1;
    const auto file = directory->open_file(path.substr(slash + 1), {});
    clawvigil::secrets::Position position;
    const auto read =
        !file ? clawvigil::Result<std::uint64_t>(std::unexpected(file.error()))
              : scan.read(*file, clawvigil::secrets::FileEnd::complete, ~std::uint64_t{0}, position,
                          [&](SecretRule /*rule*/, std::uint64_t /*line*/) { ++found; });
    if (!read) {
      std::cerr << path << ": " << read.error().message << "\n";
      return 1;
    }
    bytes += *read;
  }
  // getrusage() would tell the size of whoever started this program.
  const auto status = root->read_system_file("/proc/self/status", 64UL * 1024);
  const std::size_t peak = status ? status->find("VmHWM:") : std::string::npos;
  if (peak == std::string::npos) return 1;
  std::cout << "{\"found\": " << found << ", \"bytes\": " << bytes
            << ", \"max_resident_kb\": " << std::stoul(status->substr(peak + 6)) << "}\n";
  return 0;
}
