// When a file was last changed, as a test wants it.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <array>
#include <chrono>
#include <string>

#include "exporter/base/clock.h"

namespace clawvigil::test {

// Of a symbolic link its own time.
inline void set_changed(const std::string& path, SystemTime when) {
  const auto since = when.time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since);
  const timespec time{seconds.count(), std::chrono::nanoseconds(since - seconds).count()};
  const std::array<timespec, 2> times{time, time};
  ASSERT_EQ(::utimensat(AT_FDCWD, path.c_str(), times.data(), AT_SYMLINK_NOFOLLOW), 0) << path;
}

}  // namespace clawvigil::test
