#include "exporter/model/exposition.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <zlib.h>

#include <cstdio>
#include <limits>

#include "tests/support/temp_dir.h"

namespace clawvigil {
namespace {

constexpr Metric kUp{MetricType::gauge, "clawvigil_test_up", "Whether it is up."};
constexpr Metric kSeen{MetricType::counter,
                       "clawvigil_test_seen_total",
                       "Things seen, by where and what.",
                       {"place", "thing"}};
constexpr Metric kBuild{
    MetricType::info, "clawvigil_test_build_info", "What was built, in labels.", {"version"}};

std::shared_ptr<const Batch> hostile_batch() {
  auto batch = std::make_shared<Batch>();
  batch->set(kUp, 1);
  batch->set(kSeen, 3, R"(C:\dir "quoted")", "}\n# HELP x y");
  batch->set(kSeen, std::numeric_limits<double>::infinity(), "", "\xF0\x9F\x98\x80");
  batch->set(kSeen, 1.5e300, "a", "b");
  batch->set(kSeen, 1'700'000'000.125, "a", "c");
  batch->set(kBuild, 1, "1.0");
  return batch;
}

std::string render(const std::vector<std::shared_ptr<const Batch>>& batches) {
  return render_text(batches);
}

TEST(Exposition, EscapesLabelsAndSortsFamilies) {
  EXPECT_EQ(render({hostile_batch()}),
            "# HELP clawvigil_test_build_info What was built, in labels.\n"
            "# TYPE clawvigil_test_build_info gauge\n"
            "clawvigil_test_build_info{version=\"1.0\"} 1\n"
            "# HELP clawvigil_test_seen_total Things seen, by where and what.\n"
            "# TYPE clawvigil_test_seen_total counter\n"
            "clawvigil_test_seen_total{place=\"\",thing=\"\xF0\x9F\x98\x80\"} +Inf\n"
            "clawvigil_test_seen_total{place=\"C:\\\\dir \\\"quoted\\\"\","
            "thing=\"}\xEF\xBF\xBD# HELP x y\"} 3\n"
            "clawvigil_test_seen_total{place=\"a\",thing=\"b\"} 1.5e+300\n"
            "clawvigil_test_seen_total{place=\"a\",thing=\"c\"} 1700000000.125\n"
            "# HELP clawvigil_test_up Whether it is up.\n"
            "# TYPE clawvigil_test_up gauge\n"
            "clawvigil_test_up 1\n");
}

TEST(Exposition, FamilyOfTwoBatchesHasOneHeader) {
  auto other = std::make_shared<Batch>();
  other->set(kSeen, 9, "other", "thing");
  const std::string text = render({hostile_batch(), other});
  const std::string header = "# TYPE clawvigil_test_seen_total";
  EXPECT_EQ(text.find(header), text.rfind(header));
  EXPECT_NE(text.find("{place=\"other\",thing=\"thing\"} 9\n"), std::string::npos);
  EXPECT_EQ(render({}), "");
}

TEST(Exposition, PromtoolFindsNothingToSay) {
  if (std::system("command -v promtool >/dev/null 2>&1") != 0) {  // NOLINT(cert-env33-c)
    GTEST_SKIP() << "SKIPPED: promtool is not installed";
  }
  const test::TempDir directory;
  directory.write("metrics", render({hostile_batch()}));
  const std::string command = "promtool check metrics < " + (directory / "metrics") + " > " +
                              (directory / "output") + " 2>&1";
  EXPECT_EQ(std::system(command.c_str()), 0)  // NOLINT(cert-env33-c)
      << directory.anchor().read_file("output", 10'000, {}).value_or("");
}

std::string gunzip(const std::string& data, std::size_t capacity) {
  constexpr int kGzipWindowBits = 15 + 16;
  z_stream stream{};
  EXPECT_EQ(::inflateInit2(&stream, kGzipWindowBits), Z_OK);
  std::string input = data;
  std::string out(capacity, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(::inflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  ::inflateEnd(&stream);
  return out;
}

TEST(Exposition, GzipRoundTrip) {
  std::string incompressible;
  for (unsigned i = 0; i < 100'000; ++i) {
    incompressible += static_cast<char>((i * 2654435761U) >> 13U);
  }
  for (const std::string& text : {std::string(), render({hostile_batch()}), incompressible}) {
    const auto packed = gzip(text);
    ASSERT_TRUE(packed);
    EXPECT_EQ(gunzip(*packed, text.size() + 1), text);
  }
}

}  // namespace
}  // namespace clawvigil
