// The door to the file system against everything an agent could put behind it.
#include "exporter/host/file.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <thread>

#include "tests/support/child_process.h"
#include "tests/support/temp_dir.h"

namespace clawvigil::test {
namespace {

using host::Dir;
using host::FileKind;
using host::Root;

constexpr std::size_t kLimit = 1000;

template <class T>
std::string_view reason(const Result<T>& result) {
  return result ? "ok" : to_string(result.error().code);
}

TEST(File, ReadsAPlainFileUpToItsLimit) {
  const TempDir directory;
  const Dir anchor = directory.anchor();
  directory.write("exact", std::string(kLimit, 'x'));
  directory.write("more", std::string(kLimit + 1, 'x'));
  directory.write("empty", "");
  EXPECT_EQ(anchor.read_file("exact", kLimit, {}).value_or("?").size(), kLimit);
  EXPECT_EQ(reason(anchor.read_file("more", kLimit, {})), "too_large");
  EXPECT_EQ(anchor.read_file("empty", kLimit, {}).value_or("?"), "");
  EXPECT_EQ(anchor.read_file("empty", 0, {}).value_or("?"), "");
  EXPECT_EQ(reason(anchor.read_file("missing", kLimit, {})), "not_found");
  EXPECT_EQ(reason(anchor.read_file("exact/below", kLimit, {})), "not_found");
}

TEST(File, RefusesWhatIsNoRegularFile) {
  const TempDir directory;
  const Dir anchor = directory.anchor();
  ASSERT_EQ(::mkfifo((directory / "fifo").c_str(), 0600), 0);
  ASSERT_EQ(::mkdir((directory / "directory").c_str(), 0700), 0);
  const Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = directory / "socket";
  std::memcpy(address.sun_path, path.c_str(), path.size());
  ASSERT_EQ(::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  for (const char* name : {"fifo", "directory", "socket"}) {
    EXPECT_EQ(reason(anchor.read_file(name, kLimit, {})), "unsafe") << name;
  }
  EXPECT_EQ(anchor.stat("fifo")->kind, FileKind::other);
  EXPECT_EQ(anchor.stat("socket")->kind, FileKind::other);
  EXPECT_EQ(anchor.stat("directory")->kind, FileKind::directory);
}

TEST(File, RefusesDevices) {
  const TempDir directory;
  if (::mknod((directory / "null").c_str(), S_IFCHR | 0600, ::makedev(1, 3)) != 0) {
    GTEST_SKIP() << "SKIPPED: needs root to make a device node";
  }
  EXPECT_EQ(reason(directory.anchor().read_file("null", kLimit, {})), "unsafe");
}

TEST(File, RefusesSymlinksInAnyComponent) {
  const TempDir directory;
  const TempDir outside;
  outside.write("secret", "outside");
  directory.write("inside", "inside");
  std::filesystem::create_symlink(outside / "secret", directory / "last");
  std::filesystem::create_symlink("inside", directory / "harmless");
  std::filesystem::create_symlink(outside.path(), directory / "middle");
  std::filesystem::create_symlink("/proc/self/root", directory / "magic");
  const Dir anchor = directory.anchor();
  for (const char* path : {"last", "harmless", "middle/secret", "magic/etc/passwd"}) {
    EXPECT_EQ(reason(anchor.read_file(path, kLimit, {})), "unsafe") << path;
  }
  EXPECT_EQ(reason(anchor.open_dir("middle")), "unsafe");
  EXPECT_EQ(reason(anchor.list("middle", 10)), "unsafe");
  EXPECT_EQ(reason(anchor.stat("middle/secret")), "unsafe");
  EXPECT_EQ(anchor.stat("last")->kind, FileKind::symlink);
}

TEST(File, RefusesPathsThatLeave) {
  const TempDir directory;
  directory.write("file", "x");
  ASSERT_EQ(::mkdir((directory / "sub").c_str(), 0700), 0);
  const Dir below = *directory.anchor().open_dir("sub");
  EXPECT_EQ(reason(below.read_file("../file", kLimit, {})), "unsafe");
  EXPECT_EQ(reason(below.read_file("../sub/../file", kLimit, {})), "unsafe");
  EXPECT_EQ(reason(below.read_file("/etc/passwd", kLimit, {})), "unsafe");
  EXPECT_EQ(reason(below.read_file(std::string_view("a\0b", 3), kLimit, {})), "unsafe");
  EXPECT_EQ(reason(below.open_dir("..")), "unsafe");
  EXPECT_EQ(reason(below.read_file("", kLimit, {})), "not_found");
  EXPECT_EQ(reason(below.read_file(std::string(5000, 'a'), kLimit, {})), "too_large");
  EXPECT_EQ(directory.anchor().read_file("sub/../file", kLimit, {}).value_or("?"), "x");
}

TEST(File, RefusesHardLinksAndForeignOwners) {
  const TempDir directory;
  directory.write("one", "x");
  std::filesystem::create_hard_link(directory / "one", directory / "two");
  const Dir anchor = directory.anchor();
  EXPECT_EQ(reason(anchor.read_file("two", kLimit, {})), "unsafe");
  EXPECT_EQ(reason(anchor.read_file("two", kLimit, {std::nullopt, true})), "ok");
  EXPECT_EQ(reason(anchor.read_file("two", kLimit, {::getuid(), true})), "ok");
  EXPECT_EQ(reason(anchor.read_file("two", kLimit, {::getuid() + 1, true})), "unsafe");
}

// Swaps two names atomically until stopped.
std::jthread swapping(const std::string& first, const std::string& second) {
  return std::jthread([=](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      ::renameat2(AT_FDCWD, first.c_str(), AT_FDCWD, second.c_str(), RENAME_EXCHANGE);
    }
  });
}

TEST(File, SymlinkSwapNeverLeadsOutside) {
  const TempDir directory;
  const TempDir outside;
  outside.write("file", "outside");
  directory.write("file", "inside");
  std::filesystem::create_symlink(outside / "file", directory / "other");
  const Dir anchor = directory.anchor();
  const std::jthread attacker = swapping(directory / "file", directory / "other");
  int refused = 0;
  for (int i = 0; i < 20'000; ++i) {
    const auto content = anchor.read_file("file", kLimit, {});
    if (content) {
      ASSERT_EQ(*content, "inside");
    } else {
      ASSERT_EQ(reason(content), "unsafe");
      ++refused;
    }
  }
  EXPECT_GT(refused, 0);
}

TEST(File, DirectorySwapNeverLeadsOutside) {
  const TempDir directory;
  const TempDir outside;
  outside.write("file", "outside");
  std::filesystem::create_directories(directory / "sub/deep");
  directory.write("sub/deep/file", "inside");
  std::filesystem::create_directory(directory / "fake");
  std::filesystem::create_symlink(outside.path(), directory / "fake/deep");
  const Dir anchor = directory.anchor();
  const std::jthread attacker = swapping(directory / "sub", directory / "fake");
  int refused = 0;
  for (int i = 0; i < 20'000; ++i) {
    const auto content = anchor.read_file("sub/deep/file", kLimit, {});
    if (content) {
      ASSERT_EQ(*content, "inside");
    } else {
      ASSERT_THAT(reason(content), testing::AnyOf("unsafe", "busy"));
      ++refused;
    }
  }
  EXPECT_GT(refused, 0);
}

TEST(File, SparseTebibyteIsRefusedAtOnce) {
  const TempDir directory;
  directory.write("huge", "");
  std::filesystem::resize_file(directory / "huge", 1ULL << 40U);
  EXPECT_EQ(reason(directory.anchor().read_file("huge", 1U << 30U, {})), "too_large");
}

TEST(File, GrowingAndShrinkingFilesStayBounded) {
  const TempDir directory;
  directory.write("file", "");
  const Dir anchor = directory.anchor();
  const std::jthread writer([&](const std::stop_token& stop) {
    const Fd fd(::open((directory / "file").c_str(), O_WRONLY | O_CLOEXEC));
    for (std::size_t i = 0; !stop.stop_requested(); ++i) {
      EXPECT_EQ(::ftruncate(fd.get(), static_cast<off_t>(i % (2 * kLimit))), 0);
    }
  });
  for (int i = 0; i < 5000; ++i) {
    const auto content = anchor.read_file("file", kLimit, {});
    if (content) {
      ASSERT_LE(content->size(), kLimit);
    } else {
      ASSERT_EQ(reason(content), "too_large");
    }
  }
}

TEST(File, OpenFileOutlivesItsNameAndItsContent) {
  const TempDir directory;
  directory.write("file", "content");
  const auto file = directory.anchor().open_file("file", {});
  ASSERT_TRUE(file);
  std::filesystem::remove(directory / "file");
  std::string buffer(10, '\0');
  EXPECT_EQ(file->read_at(3, buffer).value_or(99), 4U);
  EXPECT_EQ(buffer.substr(0, 4), "tent");
  EXPECT_EQ(file->read_at(1000, buffer).value_or(99), 0U);
  EXPECT_FALSE(file->read_at(std::uint64_t{1} << 63U, buffer));
  EXPECT_EQ(file->stat()->links, 0U);
}

TEST(File, ListsNamesAsTheyAreUpToALimit) {
  const TempDir directory;
  const Dir anchor = directory.anchor();
  EXPECT_EQ(anchor.list(".", 0)->size(), 0U);
  directory.write("not-utf8-\xFF\xFE", "");
  directory.write("new\nline", "");
  ASSERT_EQ(::mkfifo((directory / "fifo").c_str(), 0600), 0);
  const auto entries = anchor.list(".", 3);
  ASSERT_TRUE(entries);
  EXPECT_THAT(*entries, testing::UnorderedElementsAre(
                            testing::Field(&host::DirEntry::name, "not-utf8-\xFF\xFE"),
                            testing::Field(&host::DirEntry::name, "new\nline"),
                            testing::Field(&host::DirEntry::kind, FileKind::other)));
  EXPECT_EQ(reason(anchor.list(".", 2)), "too_large");
  EXPECT_EQ(reason(anchor.list("missing", 2)), "not_found");
  EXPECT_TRUE(anchor.read_file("new\nline", kLimit, {}));
  const auto refused = anchor.read_file("new\nline/x", kLimit, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message.find('\n'), std::string::npos);
}

TEST(File, HundredThousandEntriesAreBounded) {
  const TempDir directory;
  for (int i = 0; i < 100'000; ++i) {
    const std::string path = directory / std::to_string(i);
    ASSERT_EQ(::mknod(path.c_str(), S_IFREG | 0600, 0), 0);
  }
  const SteadyTime start = SystemClock{}.now().steady;
  EXPECT_EQ(reason(directory.anchor().list(".", 10'000)), "too_large");
  EXPECT_LT(SystemClock{}.now().steady - start, std::chrono::seconds(2));
  EXPECT_EQ(directory.anchor().list(".", 100'000)->size(), 100'000U);
}

TEST(File, DescriptorsAreNotLeaked) {
  const TempDir directory;
  directory.write("file", "x");
  std::filesystem::create_symlink("file", directory / "link");
  const Dir anchor = directory.anchor();
  const auto open_descriptors = [] {
    return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
  };
  const auto before = open_descriptors();
  for (int i = 0; i < 10; ++i) {
    static_cast<void>(anchor.read_file("file", 0, {}));
    static_cast<void>(anchor.read_file("link", kLimit, {}));
    static_cast<void>(anchor.read_file("file", kLimit, {::getuid() + 1, false}));
    static_cast<void>(anchor.list(".", 1));
    static_cast<void>(anchor.list(".", 9));
  }
  EXPECT_EQ(open_descriptors(), before);
}

TEST(File, PermissionDeniedIsDenied) {
  const TempDir directory(0755);
  directory.write("file", "x", 0000);
  ASSERT_EQ(::mkdir((directory / "closed").c_str(), 0000), 0);
  ChildProcess child([&] {
    constexpr uid_t kNobody = 65534;
    if (::geteuid() == 0 && (::setgid(kNobody) != 0 || ::setuid(kNobody) != 0)) return 1;
    const Dir anchor = directory.anchor();
    if (reason(anchor.read_file("file", kLimit, {})) != "denied") return 2;
    if (reason(anchor.read_file("closed/file", kLimit, {})) != "denied") return 3;
    if (reason(anchor.list("closed", 10)) != "denied") return 4;
    return 0;
  });
  EXPECT_EQ(child.wait(), 0);
}

TEST(File, OtherFileSystemsBelowAreRefused) {
  const TempDir directory;
  ASSERT_EQ(::mkdir((directory / "mount").c_str(), 0700), 0);
  ASSERT_EQ(::mkdir((directory / "bound").c_str(), 0700), 0);
  constexpr int kNoPrivilege = 42;
  ChildProcess child([&] {
    if (::unshare(CLONE_NEWNS) != 0) return kNoPrivilege;
    if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return kNoPrivilege;
    if (::mount("tmpfs", (directory / "mount").c_str(), "tmpfs", 0, "size=64k") != 0) return 1;
    if (::mount("/etc", (directory / "bound").c_str(), nullptr, MS_BIND, nullptr) != 0) return 2;
    directory.write("mount/file", "x");
    const Dir anchor = directory.anchor();
    if (reason(anchor.read_file("mount/file", kLimit, {})) != "unsafe") return 3;
    if (reason(anchor.read_file("bound/passwd", 1U << 20U, {})) != "unsafe") return 4;
    if (reason(anchor.list("bound", kLimit)) != "unsafe") return 5;
    return 0;
  });
  const int status = child.wait();
  if (status == kNoPrivilege) GTEST_SKIP() << "SKIPPED: needs root for a mount namespace";
  EXPECT_EQ(status, 0);
}

TEST(Root, AnchorFollowsSymlinksInParentsButNotInTheLast) {
  const TempDir directory;
  std::filesystem::create_directories(directory / "real/home/.openclaw");
  std::filesystem::create_directory_symlink("/real", directory / "link");  // absolute: in the root
  std::filesystem::create_directory_symlink("../../../../etc", directory / "up");
  std::filesystem::create_directory_symlink(".openclaw", directory / "real/home/.alias");
  directory.write("real/file", "x");
  const auto root = Root::open(directory.path());
  ASSERT_TRUE(root);
  EXPECT_EQ(reason(root->anchor("/real/home/.openclaw")), "ok");
  EXPECT_EQ(reason(root->anchor("/link/home/.openclaw/")), "ok");
  EXPECT_EQ(reason(root->anchor("//link/home")), "ok");
  EXPECT_EQ(reason(root->anchor("/")), "ok");
  EXPECT_EQ(reason(root->anchor("/link")), "unsafe");
  EXPECT_EQ(reason(root->anchor("/real/home/.alias")), "unsafe");
  EXPECT_EQ(reason(root->anchor("/up/ssh")), "not_found");
  EXPECT_EQ(reason(root->anchor("/real/file")), "not_found");
  EXPECT_EQ(reason(root->anchor("/real/home/..")), "unsafe");
  EXPECT_EQ(reason(Root::open(directory / "missing")), "not_found");
}

TEST(Root, ReadsSystemFiles) {
  const auto root = Root::open("/");
  ASSERT_TRUE(root);
  const auto stat = root->read_system_file("/proc/self/stat", 4096);
  ASSERT_TRUE(stat) << stat.error().message;
  EXPECT_TRUE(stat->starts_with(std::to_string(::getpid())));
  EXPECT_EQ(reason(root->read_system_file("/proc/self/stat", 4)), "too_large");
  EXPECT_EQ(reason(root->read_system_file("/proc/no-such", 4096)), "not_found");
  EXPECT_EQ(reason(root->read_system_file("/etc", 4096)), "unsafe");
  EXPECT_EQ(reason(root->read_system_file("/dev/zero", 4096)), "unsafe");
}

TEST(Root, SystemFilesMayBeSymlinksInsideTheRoot) {
  const TempDir directory;
  std::filesystem::create_directories(directory / "run");
  directory.write("run/real", "inside");
  std::filesystem::create_symlink("/run/real", directory / "link");
  std::filesystem::create_symlink("../../../etc/passwd", directory / "up");
  ASSERT_EQ(::mkfifo((directory / "fifo").c_str(), 0600), 0);
  const auto root = Root::open(directory.path());
  ASSERT_TRUE(root);
  EXPECT_EQ(root->read_system_file("/link", kLimit).value_or("?"), "inside");
  EXPECT_EQ(reason(root->read_system_file("/up", kLimit)), "not_found");
  EXPECT_EQ(reason(root->read_system_file("/fifo", kLimit)), "unsafe");
}

}  // namespace
}  // namespace clawvigil::test
