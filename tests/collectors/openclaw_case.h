// Runs a collector over a case directory: tests/collectors/<collector>/<case>/
//   home/        the state directory; home/state.sql becomes state/openclaw.sqlite
//   metrics.txt  what /metrics would show, then one line per unknown
// With CLAWVIGIL_UPDATE_GOLDENS=1 in the environment metrics.txt is rewritten instead of compared.
#pragma once

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "exporter/collect/collector.h"
#include "exporter/model/exposition.h"

namespace clawvigil {

class TemporaryHome {
 public:
  // A private copy of `source`, so that databases can be made in it.
  explicit TemporaryHome(const std::filesystem::path& source) {
    std::string name = std::filesystem::temp_directory_path() / "clawvigil-case-XXXXXX";
    path_ = ::mkdtemp(name.data());
    std::filesystem::copy(source, path_, std::filesystem::copy_options::recursive);
    if (std::filesystem::exists(path_ / "state.sql")) make_database();
  }
  TemporaryHome(const TemporaryHome&) = delete;
  TemporaryHome& operator=(const TemporaryHome&) = delete;
  ~TemporaryHome() { std::filesystem::remove_all(path_); }

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] Home home(const host::Root& root) const {
    auto dir = root.anchor(path_.string());
    EXPECT_TRUE(dir) << (dir ? "" : dir.error().message);
    return {"claw", path_.string(), ::geteuid(),
            std::make_shared<const host::Dir>(std::move(*dir))};
  }

 private:
  void make_database() {
    std::ifstream file(path_ / "state.sql");
    const std::string sql{std::istreambuf_iterator<char>(file), {}};
    std::filesystem::create_directory(path_ / "state");
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open((path_ / "state/openclaw.sqlite").c_str(), &database), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(database);
    sqlite3_close(database);
  }

  std::filesystem::path path_;
};

inline constexpr SystemTime kCaseTime{std::chrono::seconds(1795302000)};  // 2026-11-21T23:00:00Z

// One run of `collector` over `homes`.
inline std::shared_ptr<const Batch> run_collector(Collector& collector,
                                                  const std::vector<Home>& homes,
                                                  SteadyTime now = SteadyTime{}) {
  class FixedClock final : public Clock {
   public:
    explicit FixedClock(Instant instant) : instant_(instant) {}
    [[nodiscard]] Instant now() const override { return instant_; }

   private:
    Instant instant_;
  };
  const auto root = host::Root::open("/");
  const Config config;
  store::Store store = store::Store::in_memory();
  const Instant instant{kCaseTime, now};
  const FixedClock clock(instant);
  const Context context{*root, config, homes, store, instant, clock, now + std::chrono::hours(1),
                        {}};
  auto batch = std::make_shared<Batch>();
  const auto result = collector.collect(context, *batch);
  EXPECT_TRUE(result) << (result ? "" : result.error().message);
  return batch;
}

inline std::string render_case(const std::shared_ptr<const Batch>& batch) {
  std::string text = render_text(std::vector<std::shared_ptr<const Batch>>{batch});
  std::vector<std::string> unknowns;
  for (const Unknown& unknown : batch->unknowns()) {
    unknowns.push_back("# unknown " + std::string(to_string(unknown.reason)) + ": " +
                       unknown.detail + "\n");
  }
  std::sort(unknowns.begin(), unknowns.end());
  for (const std::string& line : unknowns) text += line;
  return text;
}

inline void check_case(const std::filesystem::path& directory, Collector& collector) {
  SCOPED_TRACE(directory.string());
  const auto root = host::Root::open("/");
  const TemporaryHome home(directory / "home");
  const std::string text = render_case(run_collector(collector, {home.home(*root)}));
  const std::filesystem::path golden = directory / "metrics.txt";
  if (std::getenv("CLAWVIGIL_UPDATE_GOLDENS") != nullptr) {
    std::ofstream(golden) << text;
    return;
  }
  std::ifstream file(golden);
  EXPECT_EQ(text, std::string(std::istreambuf_iterator<char>(file), {}));
}

// Every case of `collector_name`; `make` builds a fresh collector for each.
template <class Make>
void check_all_cases(const std::string& collector_name, Make make) {
  int cases = 0;
  const std::filesystem::path root =
      std::filesystem::path(CLAWVIGIL_SOURCE_DIR) / "tests/collectors" / collector_name;
  for (const auto& entry : std::filesystem::directory_iterator(root)) {
    check_case(entry.path(), *make());
    ++cases;
  }
  EXPECT_GT(cases, 0);
}

}  // namespace clawvigil
