// Runs a fuzz target over every file of a directory: the corpus as a regression test.
//   fuzz_replay NAME DIRECTORY
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <string_view>
#include <vector>

#define FUZZ_TARGET(name) extern "C" int fuzz_##name(const std::uint8_t* data, std::size_t size);
#include "fuzz_table.inc"
#undef FUZZ_TARGET

int main(int argc, char** argv) {
  using Target = int (*)(const std::uint8_t*, std::size_t);
  const std::map<std::string_view, Target> targets{
#define FUZZ_TARGET(name) {#name, fuzz_##name},
#include "fuzz_table.inc"
#undef FUZZ_TARGET
  };
  const auto target = argc == 3 ? targets.find(argv[1]) : targets.end();
  if (target == targets.end()) {
    std::cerr << "usage: fuzz_replay NAME DIRECTORY\n";
    return EXIT_FAILURE;
  }
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(argv[2])) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    const std::vector<char> data{std::istreambuf_iterator<char>(file), {}};
    target->second(reinterpret_cast<const std::uint8_t*>(data.data()), data.size());
    ++count;
  }
  std::cout << count << " inputs replayed\n";
  return count > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
