#include "exporter/model/batch.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "exporter/base/strings.h"

namespace clawvigil {
namespace {

constexpr Metric kPlain{MetricType::gauge, "clawvigil_test_plain", "A gauge for the test."};
constexpr Metric kLabelled{
    MetricType::counter, "clawvigil_test_things_total", "A counter for the test.", {"kind"}, 3};

TEST(Batch, SetReplacesAndAddAccumulates) {
  Batch batch;
  batch.set(kPlain, 1);
  batch.set(kPlain, 2);
  batch.add(kLabelled, 2, "a");
  batch.add(kLabelled, 3, "a");
  EXPECT_EQ(batch.find("clawvigil_test_plain")->samples.at({}), 2);
  EXPECT_EQ(batch.find("clawvigil_test_things_total")->samples.at({"a"}), 5);
  EXPECT_EQ(batch.find("clawvigil_test_other"), nullptr);
}

TEST(Batch, NaNIsLeftOutAndInfinityKept) {
  Batch batch;
  batch.set(kPlain, std::nan(""));
  batch.add(kLabelled, std::nan(""), "a");
  EXPECT_TRUE(batch.families().empty());
  batch.set(kPlain, std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isinf(batch.find("clawvigil_test_plain")->samples.at({})));
}

TEST(Batch, ExcessSeriesAreDroppedAndCounted) {
  Batch batch;
  for (const char* kind : {"a", "b", "c", "d", "e"}) batch.set(kLabelled, 1, kind);
  batch.set(kLabelled, 7, "a");
  const Family* family = batch.find("clawvigil_test_things_total");
  EXPECT_EQ(family->samples.size(), 3U);
  EXPECT_EQ(family->dropped, 2U);
  EXPECT_EQ(family->samples.at({"a"}), 7);
}

TEST(Batch, LabelValuesAreSanitised) {
  Batch batch;
  batch.set(kLabelled, 1, "line\nbreak\xFF" + std::string(1000, 'x'));
  const std::string& value =
      batch.find("clawvigil_test_things_total")->samples.begin()->first.front();
  EXPECT_LE(value.size(), 128U);
  EXPECT_TRUE(is_valid_utf8(value));
  EXPECT_EQ(value.find('\n'), std::string::npos);
}

TEST(Batch, UnknownsAreSanitisedAndBounded) {
  Batch batch;
  for (int i = 0; i < 1000; ++i) batch.unknown({Errc::denied, "a\nb" + std::string(5000, 'x')});
  EXPECT_EQ(batch.unknowns().size(), 64U);
  EXPECT_LE(batch.unknowns().front().detail.size(), 512U);
  EXPECT_EQ(batch.unknowns().front().detail.find('\n'), std::string::npos);
}

TEST(Batch, FindingsAreSanitisedBoundedAndNoSamples) {
  Batch batch;
  for (std::size_t i = 0; i < Batch::kMaxFindings + 10; ++i) {
    batch.finding(kLabelled, "/a\x1b[31m\n" + std::string(5000, 'x'), i, "kind\n");
  }
  ASSERT_EQ(batch.findings().size(), Batch::kMaxFindings);
  const Finding& first = batch.findings().front();
  EXPECT_LE(first.file.size(), 512U);
  EXPECT_EQ(first.file.find('\x1b'), std::string::npos);
  EXPECT_EQ(first.labels.front().find('\n'), std::string::npos);
  EXPECT_TRUE(batch.families().empty());
}

}  // namespace
}  // namespace clawvigil
