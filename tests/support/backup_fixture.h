// A directory of backups with times of our choosing, and the collector over it.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "collectors/backups.h"
#include "tests/support/collector_harness.h"
#include "tests/support/file_time.h"
#include "tests/support/unknown_text.h"

namespace clawvigil::test {

class BackupFixture : public testing::Test {
 protected:
  static constexpr Duration kDay = std::chrono::days(1);

  // A file below the temporary directory that was last changed `age` ago.
  std::string write(const std::string& name, std::string_view content, Duration age,
                    mode_t mode = 0600) const {
    harness_.directory().write(name, content, mode);
    const std::string path = harness_.directory() / name;
    set_age(path, age);
    return path;
  }
  void set_age(const std::string& path, Duration age) const {
    set_changed(path, harness_.clock.now().wall - age);
  }
  BackupSource& add_source(BackupKind kind, const std::string& path) {
    auto& list = harness_.config.backups.sources;
    BackupSource source;
    source.name = "b" + std::to_string(list.size());
    source.kind = kind;
    source.path = path;
    return list.emplace_back(std::move(source));
  }
  BackupSource& add_files(const std::string& pattern) {
    return add_source(BackupKind::files, harness_.directory() / pattern);
  }
  Batch run() { return harness_.run(*collector_); }

  CollectorHarness harness_;
  std::unique_ptr<Collector> collector_ = make_backups_collector();
};

}  // namespace clawvigil::test
