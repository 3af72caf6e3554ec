#include "tests/support/access_fixture.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace clawvigil::test {

AccessFixture::AccessFixture() {
  const std::string id = std::to_string(::getuid());
  host.write("/etc/passwd", "claw:x:" + id + ":" + id + "::/home/claw:/bin/sh\n");
  host.mkdir("/tmp/openclaw", 0700);
  config_.rootfs = host.real("");
  restart();
}

void AccessFixture::add_home(std::string_view config, const std::string& profile) {
  const std::string path = "/home/claw/.openclaw" + (profile.empty() ? "" : "-" + profile);
  host.mkdir(path, 0700);
  host.write(path + "/openclaw.json", config, 0600);
  paths_.push_back(path);
}

void AccessFixture::append(std::string_view absolute, std::string_view text) const {
  std::ofstream(host.real(absolute), std::ios::app) << text;
}

Batch AccessFixture::run() {
  constexpr std::chrono::seconds kInterval{5};
  clock.advance(kInterval);
  const std::vector<Home> homes = homes_of(host.root(), paths_);
  const Instant now = clock.now();
  Batch batch;
  const Context context{host.root(),
                        config_,
                        homes,
                        *store_,
                        now,
                        clock,
                        now.steady + collector_->info().deadline,
                        std::stop_token()};
  const auto done = collector_->collect(context, batch);
  if (!done) ADD_FAILURE() << done.error().message;
  return batch;
}

void AccessFixture::restart() {
  store_ = std::make_unique<store::Store>(store::Store::open(state_.path(), clock.now().wall));
  collector_ = make_access_collector();
}

}  // namespace clawvigil::test
