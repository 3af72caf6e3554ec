#include "tests/support/host_fixture.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "exporter/base/strings.h"
#include "exporter/model/exposition.h"
#include "tests/support/manual_clock.h"

namespace clawvigil::test {

namespace fs = std::filesystem;

namespace {

mode_t mode_of(std::string_view letters) {  // "rw-r--r--"
  mode_t mode = 0;
  for (const char letter : letters) mode = (mode << 1U) | (letter == '-' ? 0U : 1U);
  return mode;
}

}  // namespace

std::string HostFixture::real(std::string_view absolute) const {
  return directory_.path() + std::string(absolute);
}

void HostFixture::write(std::string_view absolute, std::string_view content, mode_t mode) const {
  directory_.write(absolute, content, mode);
}

void HostFixture::mkdir(std::string_view absolute, mode_t mode) const {
  fs::create_directories(real(absolute));
  ::chmod(real(absolute).c_str(), mode);
}

void HostFixture::replay_listing(std::string_view absolute, std::string_view listing) const {
  constexpr std::size_t kModeLetters = 10;
  for (const std::string_view line : split(listing, '\n')) {
    if (line.size() <= kModeLetters) continue;
    const std::string path =
        std::string(absolute) + "/" + std::string(line.substr(line.rfind(' ') + 1));
    const mode_t mode = mode_of(line.substr(1, kModeLetters - 1));
    if (line[0] == 'd') {
      mkdir(path, mode);
    } else {
      write(path, "", mode);
    }
  }
}

RunResult run_collector(Collector& collector, const host::Root& root,
                        const std::vector<Home>& homes, const Config& config, Instant now) {
  const ManualClock clock(now);
  store::Store store = store::Store::in_memory();
  const Context context{
      root, config, homes, store, now, clock, now.steady + std::chrono::seconds(30), {}};
  auto batch = std::make_shared<Batch>();
  RunResult run;
  run.result = collector.collect(context, *batch);
  expect_declared(collector, *batch);
  run.unknowns = batch->unknowns();
  run.batch = std::move(batch);
  std::istringstream lines(render_text(std::span(&run.batch, 1)));
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with('#')) run.text += line + "\n";
  }
  return run;
}

void expect_declared(const Collector& collector, const Batch& batch) {
  for (const auto& [name, family] : batch.families()) {
    const auto declared = std::ranges::count(collector.info().metrics, name, &MetricInfo::name);
    EXPECT_EQ(declared, 1) << name;
  }
}

std::vector<Home> homes_of(const host::Root& root, const std::vector<std::string>& configured) {
  auto found = find_homes(root, configured);
  EXPECT_TRUE(found) << found.error().message;
  if (!found) return {};
  for (const Error& problem : found->problems) ADD_FAILURE() << problem.message;
  return found->homes;
}

}  // namespace clawvigil::test
