// Silences: alerts the owner does not want to be told of, by matchers, for a time; and accepted
// findings, which are the same for as long as the owner says. Table silences of the state database;
// commands write it, the dispatcher and the page read it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/engine/posture.h"
#include "alerts/promql/labels.h"
#include "alerts/promql/source.h"
#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/store/store.h"

namespace clawvigil::notify {

// "alertname=GatewayDown", "severity=~warning|info", "unit!=\"ssh.service\"". The value may be
// quoted (with \" and \\ inside). parse, with what was expected; a regular expression's own error.
[[nodiscard]] Result<promql::Matcher> parse_matcher(std::string_view text);
// The form that parse_matcher reads.
[[nodiscard]] std::string to_string(const promql::Matcher& matcher);

enum class SilenceKind { silence, accepted };
[[nodiscard]] std::string_view to_string(SilenceKind kind);

struct Silence {
  std::int64_t id = 0;
  SilenceKind kind = SilenceKind::silence;
  std::vector<promql::Matcher> matchers;  // all of them must match
  std::string comment;
  SystemTime created;
  std::optional<SystemTime> expires;  // nullopt: never, for accepted findings only

  [[nodiscard]] bool matches(const promql::Labels& labels) const;
  [[nodiscard]] bool active(SystemTime now) const { return !expires || now < *expires; }
};

class Silences {
 public:
  // Reads the table again; on an error what was read before stays in force. Cheap when nothing has
  // changed.
  [[nodiscard]] Result<> refresh(store::Store& store);

  [[nodiscard]] const std::vector<Silence>& all() const { return silences_; }
  // The active one that matches `labels`: an accepted finding before a silence, the one that lasts
  // longest first. The pointer lives until the next refresh.
  [[nodiscard]] const Silence* match(const promql::Labels& labels, SystemTime now) const;

 private:
  std::vector<Silence> silences_;
  std::vector<std::string> rows_;  // as read, to see a change
};

// What the posture asks of each alert at `now`. Refers to `silences`.
[[nodiscard]] alerts::SilencedBy silenced_by(const Silences& silences, SystemTime now);

// What commands do. The comment is sanitised; parse: no matcher, a matcher that matches everything
// (every matcher accepts the empty value), a silence without an expiry, an expiry in the past.
[[nodiscard]] Result<std::int64_t> add_silence(store::Store& store, const Silence& silence,
                                               SystemTime now);
[[nodiscard]] Result<std::vector<Silence>> list_silences(store::Store& store);
// Ends it now; not_found when there is none of this id or it has ended already.
[[nodiscard]] Result<> expire_silence(store::Store& store, std::int64_t id, SystemTime now);
// Removes what ended more than `keep` ago.
[[nodiscard]] Result<> prune_silences(store::Store& store, SystemTime now, Duration keep);

}  // namespace clawvigil::notify
