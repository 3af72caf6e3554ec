// A recorder over a database on disk.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "alerts/engine/recorded_history.h"
#include "alerts/engine/recorder.h"
#include "exporter/base/milliseconds.h"
#include "tests/support/temp_dir.h"

namespace clawvigil::test {

class RecorderFixture : public testing::Test {
 protected:
  // Recorder::write or ::mark, committed.
  void save(Result<> (alerts::Recorder::*what)(store::Store&)) {
    auto transaction = store_.begin();
    ASSERT_TRUE(transaction);
    const auto written = (recorder_.*what)(store_);
    ASSERT_TRUE(written) << written.error().message;
    ASSERT_TRUE(transaction->commit());
    recorder_.saved();
  }
  std::int64_t number(const char* sql) {
    auto statement = store_.prepare(sql);
    EXPECT_TRUE(statement);
    EXPECT_TRUE(statement->step().value_or(false));
    return statement->integer(0);
  }
  // All that is in the database, until now_.
  alerts::RecordedHistory load() {
    const auto make = [](std::string_view metric, std::vector<promql::Label> labels) {
      labels.push_back({"__name__", std::string(metric)});
      return promql::Labels(std::move(labels));
    };
    auto loaded = alerts::RecordedHistory::load(store_, {""}, 0, to_milliseconds(now_), make);
    EXPECT_TRUE(loaded);
    return *std::move(loaded);
  }

  TempDir directory_;
  SystemTime now_{std::chrono::hours(1000)};
  store::Store store_ = store::Store::open(directory_.path(), now_);
  alerts::Recorder recorder_;
};

}  // namespace clawvigil::test
