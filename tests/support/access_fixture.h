// A host with OpenClaw homes and their logs in the usual places, and the collector `access` over
// it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/access.h"
#include "tests/support/collector_harness.h"
#include "tests/support/host_fixture.h"
#include "tests/support/manual_clock.h"

namespace clawvigil::test {

class AccessFixture {
 public:
  static constexpr std::string_view kLog = "/tmp/openclaw/openclaw-2026-11-22.log";

  // /tmp/openclaw exists, as the gateway makes it.
  AccessFixture();

  // A home of the user "claw" (its label; with a profile "claw/<profile>") with this openclaw.json.
  void add_home(std::string_view config, const std::string& profile = "");
  void append(std::string_view absolute, std::string_view text) const;
  // One run, some seconds later.
  Batch run();
  // The daemon ends and another one begins with the same state database.
  void restart();

  HostFixture host;
  ManualClock clock;

 private:
  TempDir state_;
  Config config_;
  std::vector<std::string> paths_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<Collector> collector_ = make_access_collector();
};

}  // namespace clawvigil::test
