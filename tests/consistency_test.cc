// Holds the sources to the rules of CONTRIBUTING.md, and collectors, fixtures, fuzz targets and
// documents to each other.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <regex>
#include <set>

#include "collectors/registry.h"
#include "exporter/cli/alerting.h"
#include "exporter/collect/hub.h"
#include "tests/support/build_paths.h"
#include "tests/support/source_tree.h"
#include "tests/support/temp_dir.h"

namespace clawvigil {
namespace {

namespace fs = std::filesystem;
using test::code_of;
using test::fixture;
using test::includes_of;
using test::layer_of;
using test::read_all;
using test::SourceFile;
using test::sources_below;

std::vector<SourceFile> program_sources() {
  std::vector<SourceFile> sources = sources_below("exporter");
  std::ranges::move(sources_below("collectors"), std::back_inserter(sources));
  std::ranges::move(sources_below("alerts"), std::back_inserter(sources));
  return sources;
}

TEST(Consistency, IncludesFollowTheOrderOfTheLayers) {
  using Names = std::set<std::string>;
  const Names everything{
      "exporter/base",    "exporter/host",    "exporter/model", "exporter/store", "exporter/config",
      "exporter/collect", "collectors/parse", "collectors",     "exporter/probe", "exporter/web",
      "alerts/promql",    "alerts/engine",    "alerts/notify"};
  const Names below_web{"exporter/base",  "exporter/host",   "exporter/model",
                        "exporter/store", "exporter/config", "exporter/collect",
                        "alerts/promql",  "alerts/engine",   "alerts/notify"};
  const std::map<std::string, Names> may_include{
      {"exporter/base", {}},
      {"exporter/host", {"exporter/base"}},
      {"exporter/model", {"exporter/base"}},
      {"exporter/store", {"exporter/base"}},
      {"exporter/config", {"exporter/base"}},
      {"collectors/parse", {"exporter/base"}},
      {"exporter/collect",
       {"exporter/base", "exporter/host", "exporter/model", "exporter/store", "exporter/config"}},
      {"collectors",
       {"exporter/base", "exporter/host", "exporter/model", "exporter/store", "exporter/config",
        "exporter/collect", "collectors/parse"}},
      {"alerts/promql", {"exporter/base"}},
      {"alerts/engine",
       {"exporter/base", "exporter/model", "exporter/store", "exporter/config", "exporter/collect",
        "alerts/promql"}},
      {"alerts/notify",
       {"exporter/base", "exporter/host", "exporter/model", "exporter/store", "exporter/config",
        "alerts/promql", "alerts/engine"}},
      {"exporter/probe",
       {"exporter/base", "exporter/host", "exporter/config", "exporter/collect", "collectors/parse",
        "collectors"}},
      {"exporter/web", below_web},
      {"exporter/cli", everything},
      {"exporter", {"exporter/cli"}},
  };
  for (const SourceFile& source : program_sources()) {
    const std::string layer = layer_of(source.path);
    ASSERT_TRUE(may_include.contains(layer)) << source.path << " is of no known layer";
    for (const std::string& include : includes_of(source)) {
      const std::string other = layer_of(include);
      EXPECT_TRUE(other == layer || may_include.at(layer).contains(other))
          << source.path << " includes " << include;
    }
  }
}

// What only some files may use, each with its reason.
struct Restriction {
  const char* what;
  std::regex pattern;
  std::map<std::string, std::string> allowed;  // path or directory to reason
};

std::vector<Restriction> restrictions() {
  std::vector<Restriction> all;
  all.push_back(
      {"the clock",
       std::regex(R"(_clock::now|\bSystemClock\b|::time\(|gettimeofday|clock_gettime|)"
                  R"(timespec_get)"),
       {{"exporter/base/clock.h", "SystemClock itself"},
        {"exporter/base/log.cc", "a line carries the time it is written"},
        {"exporter/cli/serve.cc", "hands the one clock to every part"},
        {"exporter/cli/cli.cc", "the same for the commands"},
        {"exporter/collect/runner.cc", "the grace of a shutdown, waited for in real time"},
        {"exporter/host/", "deadlines of reads"},
        {"exporter/store/database_check.cc", "the budget of the check at start"}}});
  all.push_back({"another program",
                 std::regex(R"((^|[^\w.>])(std::)?(exec(l|le|lp|v|ve|vp|vpe|veat)|fexecve|popen|)"
                            R"(system|v?fork|clone3?|posix_spawnp?)\()"),
                 {{"exporter/host/child_process.cc", "forks itself, and starts no program"},
                  {"exporter/host/program.cc", "the probes' programs; never the daemon's"},
                  {"exporter/host/program_keeper.cc", "the same: starts them"}}});
  all.push_back({"files",
                 std::regex(R"((^|[^\w:.>])::(open|openat|openat2|creat|stat|lstat|fstatat|access|)"
                            R"(readlink|opendir|mmap|unlink|rename|mkdir)\(|std::[io]?fstream|)"
                            R"(\bf(re)?open\(|sqlite3_open|(std::filesystem|fs)::(exists|status|)"
                            R"(file_size|remove|rename|permissions|copy|create_|is_|)"
                            R"((recursive_)?directory_iterator))"),
                 {{"exporter/host/", "the only door to the machine"},
                  {"exporter/store/", "clawvigil's own database"}}});
  all.push_back({"sockets",
                 std::regex(R"((^|[^\w:.>])::(socket|connect|sendto|getaddrinfo)\()"),
                 {{"exporter/host/", "socket tables and loopback probes"},
                  {"exporter/web/server.cc", "tells why it cannot listen"}}});
  all.push_back({"memory and strings without bounds",
                 std::regex(R"(\b(strcpy|strcat|sprintf|vsprintf|gets|alloca|strtok)\()"),
                 {}});
  return all;
}

bool is_allowed(const Restriction& restriction, const std::string& path) {
  return std::ranges::any_of(restriction.allowed,
                             [&](const auto& entry) { return path.starts_with(entry.first); });
}

TEST(Consistency, FilesClocksAndProgramsAreReachedFromTheirPlacesOnly) {
  const std::vector<Restriction> all = restrictions();
  std::set<std::string> used;
  for (const SourceFile& source : program_sources()) {
    for (const std::string& line : source.lines) {
      const std::string code(code_of(line));
      for (const Restriction& restriction : all) {
        if (!std::regex_search(code, restriction.pattern)) continue;
        EXPECT_TRUE(is_allowed(restriction, source.path))
            << source.path << " uses " << restriction.what << ": " << code;
        used.insert(std::string(restriction.what) + source.path);
      }
    }
  }
  for (const Restriction& restriction : all) {
    for (const auto& [place, reason] : restriction.allowed) {
      const std::string prefix = std::string(restriction.what) + place;
      EXPECT_TRUE(std::ranges::any_of(
          used, [&](const std::string& entry) { return entry.starts_with(prefix); }))
          << place << " no longer uses " << restriction.what << ": remove the exception";
    }
  }
}

TEST(Consistency, NoFileIsLong) {
  constexpr std::size_t kMaxLines = 400;
  for (const char* directory : {"exporter", "collectors", "alerts", "tests"}) {
    for (const SourceFile& source : sources_below(directory)) {
      EXPECT_LE(source.lines.size(), kMaxLines) << source.path;
    }
  }
}

TEST(Consistency, EveryFamilyIsDeclaredOnce) {
  std::set<std::string_view> names;
  const auto declare = [&](const MetricInfo& metric) {
    EXPECT_TRUE(names.insert(metric.name).second) << metric.name;
  };
  std::ranges::for_each(Hub::metrics(), declare);
  for (const CollectorInfo* const info : cli::exporting_infos()) {
    std::ranges::for_each(info->metrics, declare);
  }
}

TEST(Consistency, EveryCollectorIsTestedAndDescribed) {
  const std::string table = read_all(fs::path(CLAWVIGIL_SOURCE_DIR) / "docs" / "collectors.md");
  for (const CollectorInfo* const info : collector_infos()) {
    const std::string name(info->name);
    EXPECT_TRUE(fs::exists(fixture("collectors/" + name + "_test.cc"))) << name;
    EXPECT_NE(table.find("| `" + name + "` |"), std::string::npos) << name;
  }
}

TEST(Consistency, EveryCaseHasAnExpectation) {
  for (const auto& entry : fs::recursive_directory_iterator(fixture("collectors"))) {
    if (!entry.is_directory() || entry.path().filename() != "home") continue;
    EXPECT_TRUE(fs::exists(entry.path().parent_path() / "metrics.txt")) << entry.path();
  }
}

TEST(Consistency, EveryParserIsFuzzedFromACorpus) {
  std::set<std::string> fuzzed;
  std::vector<std::string> pending;
  for (const SourceFile& source : sources_below("tests/fuzz")) {
    std::ranges::move(includes_of(source), std::back_inserter(pending));
    const std::string name = fs::path(source.path).stem().string();
    if (!name.ends_with("_fuzz")) continue;
    const fs::path corpus = fixture("fuzz/corpus/" + name.substr(0, name.size() - 5));
    EXPECT_TRUE(fs::exists(corpus) && !fs::is_empty(corpus)) << corpus;
  }
  // What a fuzzed parser includes is fuzzed with it.
  std::map<std::string, std::vector<std::string>> includes;
  for (const SourceFile& source : sources_below("collectors/parse")) {
    const std::string header = fs::path(source.path).replace_extension(".h").string();
    std::ranges::move(includes_of(source), std::back_inserter(includes[header]));
  }
  while (!pending.empty()) {
    const std::string header = pending.back();
    pending.pop_back();
    if (!fuzzed.insert(header).second || !includes.contains(header)) continue;
    std::ranges::copy(includes.at(header), std::back_inserter(pending));
  }
  for (const auto& [header, unused] : includes) EXPECT_TRUE(fuzzed.contains(header)) << header;
}

}  // namespace
}  // namespace clawvigil
