// A machine with one account whose OpenClaw a test writes file by file, for tests of the collector
// "keys".
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <memory>
#include <string>

#include "collectors/keys.h"
#include "tests/support/collector_harness.h"
#include "tests/support/host_fixture.h"

namespace clawvigil::test {

inline constexpr char kCreated[] = "clawvigil_credential_created_timestamp_seconds";
inline constexpr char kExpiry[] = "clawvigil_credential_expiry_timestamp_seconds";
inline constexpr char kRotations[] = "clawvigil_credential_rotations_total";
inline constexpr char kMaxAge[] = "clawvigil_credential_max_age_seconds";
inline constexpr char kUnmatched[] = "clawvigil_credential_setting_unmatched";
inline constexpr char kNotWatched[] = "clawvigil_credentials_not_watched";
inline constexpr char kPlaintext[] = "clawvigil_plaintext_secrets";

inline constexpr double kDay = 86400;

// A machine with one account, "claw", whose OpenClaw a test writes file by file.
class KeysHost : public testing::Test {
 protected:
  KeysHost() {
    host_.write("/etc/passwd",
                "claw:x:" + std::to_string(::geteuid()) + ":1::/home/claw:/bin/sh\n");
    host_.mkdir("/home/claw/.openclaw", 0700);
    config(R"({"gateway":{"auth":{"token":"MARKER-gateway-token"}}})");
  }

  void config(const std::string& text) { write("openclaw.json", text); }
  void write(const std::string& name, const std::string& text) {
    write_at("/home/claw/.openclaw/" + name, text);
  }
  // As of `age_` before now.
  void write_at(const std::string& path, const std::string& text) {
    host_.write(path, text, 0600);
    const double seconds = to_unix_seconds(clock_.now().wall) - age_;
    const timespec time{static_cast<time_t>(seconds), 0};
    const timespec times[2] = {time, time};
    ASSERT_EQ(::utimensat(AT_FDCWD, host_.real(path).c_str(), times, 0), 0);
  }
  std::string real(const std::string& name) { return host_.real("/home/claw/.openclaw/" + name); }

  Batch run() {
    const auto homes = homes_of(host_.root());
    const Instant now = clock_.now();
    const Context context{host_.root(),
                          settings_,
                          homes,
                          store_,
                          now,
                          clock_,
                          now.steady + std::chrono::hours(1),
                          {}};
    Batch out;
    const auto result = collector_->collect(context, out);
    EXPECT_TRUE(result) << result.error().message;
    expect_declared(*collector_, out);
    return out;
  }
  // What a restart of the daemon does.
  void restart() {
    collector_ = make_keys_collector();
    store_ = store::Store::open(state_ / "state", clock_.now().wall);
  }
  double now() { return to_unix_seconds(clock_.now().wall); }
  double age(const Batch& out, const std::string& id, const std::string& home = "claw") {
    return now() - value(out, kCreated, {home, id, id.substr(0, id.find('/'))});
  }

  HostFixture host_;
  TempDir state_;
  ManualClock clock_;
  Config settings_;
  double age_ = 10 * kDay;
  store::Store store_ = store::Store::open(state_ / "state", clock_.now().wall);
  std::unique_ptr<Collector> collector_ = make_keys_collector();
};

}  // namespace clawvigil::test
