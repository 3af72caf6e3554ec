#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exporter/config/loader.h"

namespace clawvigil::config {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

TEST(ConfigBackups, AreRead) {
  const auto config = load(
      "backups:\n"
      "  sources:\n"
      "    - {name: nightly, files: /mnt/nas/openclaw-*.tar.age, max-age: 26h, keep: 14}\n"
      "    - {name: restic, restic: /srv/restic/, keep: 7}\n"
      "    - {name: borg, borg: /root/.config/borg/security/abc}\n"
      "    - {name: provider, stamp: /var/lib/ok, encrypted: true, off-host: false}\n",
      {});
  ASSERT_TRUE(config) << to_string("f", config.error().front());
  const auto& list = config->backups.sources;
  ASSERT_EQ(list.size(), 4U);
  EXPECT_EQ(list[0].name, "nightly");
  EXPECT_EQ(list[0].kind, BackupKind::files);
  EXPECT_EQ(list[0].path, "/mnt/nas/openclaw-*.tar.age");
  EXPECT_EQ(list[0].max_age, 26h);
  EXPECT_EQ(list[0].keep, 14U);
  EXPECT_FALSE(list[0].encrypted);
  EXPECT_EQ(list[1].kind, BackupKind::restic);
  EXPECT_EQ(list[1].path, "/srv/restic");
  EXPECT_EQ(list[2].kind, BackupKind::borg);
  EXPECT_EQ(list[3].kind, BackupKind::stamp);
  EXPECT_EQ(list[3].encrypted, true);
  EXPECT_EQ(list[3].off_host, false);
}

TEST(ConfigBackups, SayWhatIsWrong) {
  const auto problem = [](std::string_view item) {
    const auto config = load("backups: {sources: [" + std::string(item) + "]}", {});
    return config ? std::string("no problem") : to_string("f", config.error().front());
  };
  EXPECT_THAT(problem("{files: /a/*}"), HasSubstr("key \"name\" is missing"));
  EXPECT_THAT(problem("{name: a}"), HasSubstr("expected one of files, restic, borg, stamp"));
  EXPECT_THAT(problem("{name: a, files: /a/*, stamp: /b}"),
              HasSubstr("expected one of files, restic, borg, stamp"));
  EXPECT_THAT(problem("{name: a, files: \"~/a/*\"}"), HasSubstr("an absolute path in which"));
  EXPECT_THAT(problem("{name: a, files: /a/}"), HasSubstr("an absolute path in which"));
  EXPECT_THAT(problem("{name: a/b, stamp: /b}"), HasSubstr("letters, digits, - and _"));
  EXPECT_THAT(problem("{name: a, stamp: /b, keep: 3}"), HasSubstr("keep cannot be watched"));
  EXPECT_THAT(problem("{name: a, restic: /b, keep: 0}"), HasSubstr("a number from 1 to 10000"));
  EXPECT_THAT(problem("{name: a, restic: /b, max-age: 5m}"), HasSubstr("an hour or more"));
  EXPECT_THAT(problem("{name: a, restic: /b, off_host: true}"), HasSubstr("off-host"));
  EXPECT_THAT(problem("{name: a, restic: /b}, {name: a, borg: /c}"), HasSubstr("given twice"));
  EXPECT_THAT(problem("/backup/*"), HasSubstr("{name: nightly"));
}

}  // namespace
}  // namespace clawvigil::config
