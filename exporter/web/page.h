// The status page: what is broken first, with the command that repairs it; then each area with its
// checks, what is spent, keys, ports, what happened lately, and behind folds all that is known of
// this host. Pure functions of their input; one complete HTML document in one language, without
// script, fetching nothing, of at most kMaxPageBytes.
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
  Language language = Language::english;
};

// Of so many homes the use of models is under Spending, of others with the rest of the home.
inline constexpr std::size_t kSpendingHomes = 4;
inline constexpr std::size_t kMaxPageBytes = 60'000;

[[nodiscard]] std::string render_page(const PageInput& input);

namespace page {

// The parts of the page, in its order. `index` makes element ids unique.
void headline(Html& html, const AlertView* view);
void verdict(Html& html, const PageInput& input);
void broken(Html& html, const AlertView* view);
void checks(Html& html, const AlertView* view);
void spending(Html& html, const PageInput& input);
void spend_chart(Html& html, const std::vector<SpendDay>& days);
void budgets(Html& html, const View& view, const AlertView* alerts);
void key_ages(Html& html, const PageInput& input);
void listeners(Html& html, const View& view);
// At most `most_messages`, `linked` to the checks if these are on the page.
void recent(Html& html, const AlertView* view, std::size_t most_messages, bool linked);
void health(Html& html, const PageInput& input);
void home(Html& html, const View& view, const Home& home, std::size_t index);
void firewall(Html& html, const View& view);
void reach(Html& html, const View& view);
void tls(Html& html, const View& view);
void logins(Html& html, const View& view);
void ground(Html& html, const View& view);
void updates(Html& html, const PageInput& input);
void backups_and_retention(Html& html, const View& view);

// Parts of the parts.
void channels(Html& html, const View& view, std::size_t index);
void access(Html& html, const View& view, std::size_t index);
void limits(Html& html, const View& view, std::size_t index);
void agents(Html& html, const View& view, std::size_t index);
void audit(Html& html, const View& view, std::size_t index);
void credentials(Html& html, const View& view, std::size_t index);
void files(Html& html, const View& view, std::size_t index);
void workspace(Html& html, const View& view, std::size_t index);
void usage(Html& html, const View& view, std::size_t index);
void spend(Html& html, const View& view, std::size_t index);
void messages(Html& html, const AlertView& view, std::size_t most, bool linked);
void receivers(Html& html, const AlertView& view);
void unknowns(Html& html, const View& view);
void collectors(Html& html, const View& view);

// A card that is folded away under its heading until it is wanted.
void begin_part(Html& html, std::string_view id, Phrase title);
void end_part(Html& html);
// A card that is always open.
void begin_card(Html& html, std::string_view id, Phrase title);
void end_card(Html& html);

// The id of the row of a rule's check; of the whole part for a rule of the owner's own.
[[nodiscard]] std::string anchor_of(const alerts::PostureEntry& rule);
// True for a scope from which others can reach a socket: neither loopback nor the tailnet.
[[nodiscard]] bool is_outside(std::string_view scope);
[[nodiscard]] Phrase name_of_scope(std::string_view scope);
// "tcp 18789 (anyone), openclaw-gateway.service, claw"
[[nodiscard]] Sentence describe_listener(const Row& row);
// The same in one language; that of a rule nobody has translated is English.
[[nodiscard]] Sentence sentence_of(const std::string& english, const std::string& french,
                                   std::size_t max_bytes);

}  // namespace page

}  // namespace clawvigil::web
