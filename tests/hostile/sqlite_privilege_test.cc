// The daemon's position: another user, no capability but CAP_DAC_READ_SEARCH, against 0600 files in
// a 0700 directory with a live WAL writer. With and without the secure bit no-setuid-fixup.
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstdio>

#include "exporter/host/sqlite.h"
#include "tests/support/child_process.h"
#include "tests/support/daemon_process.h"
#include "tests/support/sqlite_writer.h"
#include "tests/support/temp_dir.h"

namespace clawvigil::test {
namespace {

constexpr uid_t kAgent = 65533;
constexpr uid_t kWatcher = 65534;

bool become_agent() {
  return ::setresgid(kAgent, kAgent, kAgent) == 0 && ::setresuid(kAgent, kAgent, kAgent) == 0;
}

// What `setpriv --reuid --ambient-caps` and systemd's AmbientCapabilities= do.
bool become_watcher(bool no_setuid_fixup) {
  if (no_setuid_fixup && ::prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP) != 0) return false;
  if (::prctl(PR_SET_KEEPCAPS, 1) != 0) return false;
  if (::setresgid(kWatcher, kWatcher, kWatcher) != 0) return false;
  if (::setresuid(kWatcher, kWatcher, kWatcher) != 0) return false;
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, 2> data{};
  const auto only = static_cast<__u32>(1U << CAP_DAC_READ_SEARCH);
  data[0] = {only, only, only};
  if (::syscall(SYS_capset, &header, data.data()) != 0) return false;
  return ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_READ_SEARCH, 0, 0) == 0;
}

class OtherUser : public testing::TestWithParam<bool> {};

TEST_P(OtherUser, ReadsALiveDatabase) {
  if (::geteuid() != 0) GTEST_SKIP() << "SKIPPED: needs root to become two other users";
  const TempDir outer(0755);
  const std::string home = outer / "home";
  ASSERT_EQ(::mkdir(home.c_str(), 0700), 0);
  ASSERT_EQ(::chown(home.c_str(), kAgent, kAgent), 0);
  const std::string path = home + "/x.sqlite";
  auto* progress = make_shared_value<WriterProgress>();
  const ChildProcess writer([&] {
    ::umask(077);
    if (!become_agent()) return 1;
    create_accounts(path, "WAL");
    return write_accounts(path, WriterStyle::checkpointing, 1, *progress);
  });
  ASSERT_TRUE(eventually([&] { return progress->commits > 0; }));

  ChildProcess reader([&] {
    const auto root = host::Root::open("/");
    const auto directory = root->anchor(home);
    if (!become_watcher(GetParam()) || !directory) return 10;
    const host::OpenRules rules{kAgent, false};
    const auto later = root->anchor(home);  // the capability, not the root of before
    if (!later) return 11;
    for (int i = 0; i < 50; ++i) {
      auto database =
          host::ReadOnlyDatabase::open(*later, "x.sqlite", rules, std::chrono::seconds(5));
      if (!database) return std::fprintf(stderr, "%s\n", database.error().message.c_str()), 12;
      auto query =
          database->prepare("SELECT (SELECT sum(balance) FROM a) + (SELECT sum(balance) FROM b)");
      if (!query || !query->step().value_or(false)) return 13;
      if (query->integer(0) != kTotalBalance) return 14;
    }
    return 0;
  });
  EXPECT_EQ(reader.wait(), 0);
}

INSTANTIATE_TEST_SUITE_P(Sqlite, OtherUser, testing::Bool());

}  // namespace
}  // namespace clawvigil::test
