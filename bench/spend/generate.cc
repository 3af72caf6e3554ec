// Writes the year of one host: use.csv, labels.csv, harm.csv, seed.json. See README.md.
#include <charconv>
#include <filesystem>
#include <iostream>
#include <span>
#include <string_view>

#include "bench/spend/incidents.h"
#include "bench/spend/labels_of_life.h"
#include "bench/spend/life.h"

namespace clawvigil::spend {
namespace {

constexpr int kWarmUp = 90;

bool generate(std::uint64_t seed, int days, const std::filesystem::path& directory) {
  const Host host = make_host(seed, kWarmUp + days, kWarmUp);
  Ledger ledger(host);
  Scene scene{&host, &ledger, Places(host)};
  plan_spells(scene);
  live(host, ledger);
  add_runaways(scene);
  add_surprises(scene);
  label_life(host, ledger);
  ledger.settle();
  std::filesystem::create_directories(directory);
  return ledger.write(directory);
}

template <typename Number>
bool read(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.begin(), text.end(), number);
  return error == std::errc{} && end == text.end();
}

}  // namespace
}  // namespace clawvigil::spend

int main(int argc, char** argv) {
  const std::span arguments(argv, static_cast<std::size_t>(argc));
  std::uint64_t seed = 0;
  int days = 275;
  const bool understood =
      (arguments.size() == 3 || arguments.size() == 4) &&
      clawvigil::spend::read(arguments[1], seed) &&
      (arguments.size() == 3 || (clawvigil::spend::read(arguments[3], days) && days >= 10));
  if (!understood) {
    std::cerr << "Usage: spend_generate SEED DIRECTORY [DAYS JUDGED, 10 or more]\n";
    return 2;
  }
  try {
    if (clawvigil::spend::generate(seed, days, arguments[2])) return 0;
    std::cerr << "spend_generate: cannot write " << arguments[2] << "\n";
  } catch (const std::exception& exception) {
    std::cerr << "spend_generate: " << exception.what() << "\n";
  }
  return 1;
}
