// `clawvigil silence …` and `clawvigil accept …`: what the owner knows about and does not want to
// be told of. Both are written to the state database, where the daemon finds them within seconds;
// its HTTP endpoint can change nothing, because the agent reaches that, too.
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>

#include "alerts/notify/silences.h"
#include "exporter/base/digits.h"
#include "exporter/base/duration.h"
#include "exporter/base/strings.h"
#include "exporter/cli/commands.h"
#include "exporter/cli/state_access.h"
#include "exporter/cli/terminal.h"
#include "exporter/config/values.h"
#include "exporter/store/acceptances.h"
#include "exporter/store/store.h"

namespace clawvigil::cli {

namespace {

using nlohmann::json;
using notify::Silence;
using notify::SilenceKind;

std::string until(const std::optional<SystemTime>& expires) {
  return expires ? "until " + local_time(*expires) : "for good";
}

std::string matchers_text(const Silence& silence) {
  std::string out;
  for (const promql::Matcher& matcher : silence.matchers) {
    out += (out.empty() ? "" : " ") + notify::to_string(matcher);
  }
  return out;
}

json to_json(const Silence& silence) {
  json matchers = json::array();
  for (const promql::Matcher& matcher : silence.matchers)
    matchers.push_back(notify::to_string(matcher));
  return {{"id", silence.id},
          {"kind", to_string(silence.kind)},
          {"matchers", matchers},
          {"comment", silence.comment},
          {"created", to_unix_seconds(silence.created)},
          {"expires", silence.expires ? json(to_unix_seconds(*silence.expires)) : json()}};
}

Result<std::vector<Silence>> active(store::Store& store, SilenceKind kind, SystemTime now) {
  TRY_ASSIGN(std::vector<Silence> all, notify::list_silences(store));
  std::erase_if(all, [&](const Silence& s) { return s.kind != kind || !s.active(now); });
  return all;
}

std::vector<std::string> row_of(const Silence& silence) {
  return {std::to_string(silence.id), matchers_text(silence), until(silence.expires),
          silence.comment};
}

Result<std::vector<promql::Matcher>> parse_matchers(const std::vector<std::string>& words) {
  std::vector<promql::Matcher> matchers;
  for (const std::string& word : words) {
    TRY_ASSIGN(promql::Matcher matcher, notify::parse_matcher(word));
    matchers.push_back(std::move(matcher));
  }
  return matchers;
}

Result<std::int64_t> parse_id(const std::string& word, std::string_view list_command) {
  const auto id = parse_integer<std::int64_t>(word);
  if (id && *id > 0) return *id;
  return fail(Errc::parse, "found \"" + sanitize(word) +
                               "\", expected an ID as shown by clawvigil " +
                               std::string(list_command));
}

// "tcp/443"
Result<store::AcceptedListener> parse_listener(const std::string& word) {
  const auto parts = split(word, '/');
  if (parts.size() == 2 && (parts[0] == "tcp" || parts[0] == "udp")) {
    if (const auto port = config::parse_port(parts[1], 1)) {
      return store::AcceptedListener{std::string(parts[0]), *port, "", std::nullopt};
    }
  }
  return fail(Errc::parse,
              "found \"" + sanitize(word) + "\", expected a listener such as tcp/443 or udp/51820");
}

std::optional<SystemTime> end_of(const CommandContext& context) {
  const auto& duration = context.arguments.given.duration;
  if (!duration) return std::nullopt;
  return context.clock.now().wall + *duration;
}

}  // namespace

int silence_add(const CommandContext& context) {
  return with_state(context, [&](store::Store& store, const Config&) -> Result<> {
    const CommandArguments& given = context.arguments.given;
    if (given.words.empty()) {
      return fail(Errc::parse,
                  "silence add needs a MATCHER such as alertname=GatewayDown (labels: clawvigil "
                  "check --json)");
    }
    if (!given.duration) {
      return fail(Errc::parse, "silence add needs --for=DURATION, for instance --for=2h");
    }
    const SystemTime now = context.clock.now().wall;
    Silence silence;
    TRY_ASSIGN(silence.matchers, parse_matchers(given.words));
    silence.comment = given.comment;
    silence.created = now;
    silence.expires = end_of(context);
    TRY_ASSIGN(const std::int64_t id, notify::add_silence(store, silence, now));
    context.out << "silence " << id << ": " << matchers_text(silence) << " "
                << until(silence.expires) << "\nEnd it earlier with: clawvigil silence expire "
                << id << "\n";
    return {};
  });
}

int silence_list(const CommandContext& context) {
  return with_state(context, [&](store::Store& store, const Config&) -> Result<> {
    TRY_ASSIGN(const auto silences, active(store, SilenceKind::silence, context.clock.now().wall));
    if (context.arguments.given.json) {
      json all = json::array();
      for (const Silence& silence : silences) all.push_back(to_json(silence));
      context.out << all.dump(2) << "\n";
      return {};
    }
    if (silences.empty()) {
      context.out << "no silence is in force\n";
      return {};
    }
    std::vector<std::vector<std::string>> rows{{"ID", "ALERTS", "", "COMMENT"}};
    for (const Silence& silence : silences) rows.push_back(row_of(silence));
    context.out << table(rows);
    return {};
  });
}

int silence_expire(const CommandContext& context) {
  return with_state(context, [&](store::Store& store, const Config&) -> Result<> {
    TRY_ASSIGN(const std::int64_t id, parse_id(context.arguments.given.word, "silence list"));
    TRY(notify::expire_silence(store, id, context.clock.now().wall));
    context.out << "silence " << id << " has ended\n";
    return {};
  });
}

int accept_listener(const CommandContext& context) {
  return with_state(context, [&](store::Store& store, const Config&) -> Result<> {
    TRY_ASSIGN(store::AcceptedListener listener, parse_listener(context.arguments.given.word));
    listener.comment = context.arguments.given.comment;
    listener.expires = end_of(context);
    TRY(store::accept_listener(store, listener, context.clock.now().wall));
    const std::string name = listener.protocol + "/" + std::to_string(listener.port);
    context.out << name << " is accepted " << until(listener.expires)
                << "\nTake it back with: clawvigil accept remove " << name << "\n";
    return {};
  });
}

int accept_finding(const CommandContext& context) {
  return with_state(context, [&](store::Store& store, const Config&) -> Result<> {
    const CommandArguments& given = context.arguments.given;
    if (given.word.empty()) {
      return fail(Errc::parse,
                  "accept finding needs the name of an ALERT as clawvigil check shows it");
    }
    const auto settings = context.settings();
    if (!settings) return fail(Errc::parse, "the rules are not valid");
    if (settings->rules->find(given.word) == nullptr) {
      return fail(Errc::parse,
                  "there is no rule \"" + sanitize(given.word) + "\" (see clawvigil rules list)");
    }
    const SystemTime now = context.clock.now().wall;
    Silence silence;
    silence.kind = SilenceKind::accepted;
    std::vector<std::string> words{"alertname=" + given.word};
    words.insert(words.end(), given.words.begin(), given.words.end());
    TRY_ASSIGN(silence.matchers, parse_matchers(words));
    silence.comment = given.comment;
    silence.created = now;
    silence.expires = end_of(context);
    TRY_ASSIGN(const std::int64_t id, notify::add_silence(store, silence, now));
    context.out << matchers_text(silence) << " is accepted " << until(silence.expires)
                << "\nTake it back with: clawvigil accept remove " << id << "\n";
    return {};
  });
}

int accept_list(const CommandContext& context) {
  return with_state(context, [&](store::Store& store, const Config&) -> Result<> {
    const SystemTime now = context.clock.now().wall;
    TRY_ASSIGN(const auto findings, active(store, SilenceKind::accepted, now));
    TRY_ASSIGN(const auto listeners, store::accepted_listeners(store, now));
    if (context.arguments.given.json) {
      json all = json::array();
      for (const auto& listener : listeners) {
        all.push_back(
            {{"kind", "listener"},
             {"id", listener.protocol + "/" + std::to_string(listener.port)},
             {"comment", listener.comment},
             {"expires", listener.expires ? json(to_unix_seconds(*listener.expires)) : json()}});
      }
      for (const Silence& finding : findings) all.push_back(to_json(finding));
      context.out << all.dump(2) << "\n";
      return {};
    }
    if (findings.empty() && listeners.empty()) {
      context.out << "nothing is accepted by command; see also listeners.accept in the "
                     "configuration\n";
      return {};
    }
    std::vector<std::vector<std::string>> rows{{"ID", "ACCEPTED", "", "COMMENT"}};
    for (const auto& listener : listeners) {
      const std::string name = listener.protocol + "/" + std::to_string(listener.port);
      rows.push_back({name, "listener " + name, until(listener.expires), listener.comment});
    }
    for (const Silence& finding : findings) rows.push_back(row_of(finding));
    context.out << table(rows);
    return {};
  });
}

int accept_remove(const CommandContext& context) {
  return with_state(context, [&](store::Store& store, const Config&) -> Result<> {
    const std::string& word = context.arguments.given.word;
    if (const auto listener = parse_listener(word)) {
      TRY_ASSIGN(const bool removed,
                 store::withdraw_listener(store, listener->protocol, listener->port));
      if (!removed) {
        return fail(Errc::not_found,
                    word + " is not accepted by command (see clawvigil accept list)");
      }
    } else {
      TRY_ASSIGN(const std::int64_t id, parse_id(word, "accept list"));
      TRY(notify::expire_silence(store, id, context.clock.now().wall));
    }
    context.out << word << " is no longer accepted\n";
    return {};
  });
}

}  // namespace clawvigil::cli
