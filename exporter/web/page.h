// The status page: what the rules say, then what is known about this host, as facts. Pure
// functions of their input; one complete HTML document without script, fetching nothing.
//
// What is unknown is shown as unknown with its reason, never as good. A state is always said in
// words; colour only repeats it. Every string from the host is escaped (html.h) and tables are cut
// at kMaxTableRows with a note of how many rows are left out.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "exporter/base/clock.h"
#include "exporter/collect/homes.h"
#include "exporter/collect/hub.h"
#include "exporter/web/alert_board.h"
#include "exporter/web/facts.h"
#include "exporter/web/html.h"
#include "exporter/web/table.h"
#include "exporter/web/view.h"

namespace clawvigil::web {

struct PageInput {
  const Snapshot& snapshot;
  const HomeList& homes;
  std::string_view version;
  std::string_view revision;
  std::string_view hostname;
  SystemTime started;
  std::string_view telemetry_path;
  const AlertView* alerts = nullptr;  // null: not evaluated here, or not yet
};

[[nodiscard]] std::string render_page(const PageInput& input);

namespace page {

// The parts of the page, in its order. `index` makes element ids unique.
void overview(Html& html, const PageInput& input);
void alerts(Html& html, const AlertView* view);
void home(Html& html, const View& view, const Home& home, std::size_t index);
void channels(Html& html, const View& view, std::size_t index);
void access(Html& html, const View& view, std::size_t index);
void limits(Html& html, const View& view, std::size_t index);
void agents(Html& html, const View& view, std::size_t index);
void audit(Html& html, const View& view, std::size_t index);
void credentials(Html& html, const View& view, std::size_t index);
void files(Html& html, const View& view, std::size_t index);
void workspace(Html& html, const View& view, std::size_t index);
void usage(Html& html, const View& view, std::size_t index);
void budgets(Html& html, const View& view);
void listeners(Html& html, const View& view);
void firewall(Html& html, const View& view);
void reach(Html& html, const View& view);
void tls(Html& html, const View& view);
void logins(Html& html, const View& view);
void ground(Html& html, const View& view);
void updates(Html& html, const PageInput& input);
void backups_and_retention(Html& html, const View& view);
void unknowns(Html& html, const View& view);
void collectors(Html& html, const View& view);

// True for a scope from which others can reach a socket: neither loopback nor the tailnet.
[[nodiscard]] bool is_outside(std::string_view scope);
// "tcp 18789, any address, openclaw-gateway.service, claw"
[[nodiscard]] std::string describe_listener(const Row& row);

}  // namespace page

}  // namespace clawvigil::web
