// A hub with made-up collectors and everything else a web server needs, for tests of the server and
// of the page. The metrics carry the names and labels of the catalogue.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/collect/hub.h"
#include "exporter/web/alert_board.h"
#include "exporter/web/server.h"

namespace clawvigil::test {

class WebFixture {
 public:
  // "empty": collectors that have not run, no home. "quiet": no OpenClaw on the host.
  // "demo": two homes, one of them badly configured, failing and partial collectors.
  // "hostile": every label value, path and message is `payload`.
  // "series": 500 series in one family.
  explicit WebFixture(std::string_view scene, std::string payload = {});

  [[nodiscard]] web::ServerOptions options();
  [[nodiscard]] std::shared_ptr<const Snapshot> snapshot() const;
  [[nodiscard]] std::string page() const;  // render_page() of the present state

  // Publishes one more batch of the first collector, as a run would.
  void publish_again();

  const SystemClock clock;
  HomeRegistry homes;
  web::AlertBoard alerts;
  std::unique_ptr<Hub> hub;

 private:
  void quiet();
  void demo();
  void hostile(const std::string& payload);
  void series();
  void success(std::size_t collector, std::shared_ptr<const Batch> batch);
};

}  // namespace clawvigil::test
