#include "alerts/notify/silences.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "alerts/notify/row_time.h"
#include "exporter/base/strings.h"

namespace clawvigil::notify {

namespace {

using promql::Matcher;

constexpr std::size_t kMaxComment = 200;
constexpr std::size_t kMaxMatcher = 1024;
constexpr std::string_view kExpected =
    "expected a matcher such as alertname=GatewayDown or severity=~\"warning|info\"";

struct Operator {
  std::string_view text;
  Matcher::Kind kind;
};
constexpr Operator kOperators[] = {{"=~", Matcher::Kind::matches},
                                   {"!~", Matcher::Kind::not_matches},
                                   {"!=", Matcher::Kind::not_equal},
                                   {"=", Matcher::Kind::equal}};

bool is_label_name(std::string_view name) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !name.empty() && letter(name.front()) &&
         std::ranges::all_of(name, [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

Result<std::string> unquote(std::string_view text) {
  if (!text.starts_with('"')) return std::string(text);
  std::string value;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') {
      if (i + 1 != text.size()) return fail(Errc::parse, "text after the closing quote");
      return value;
    }
    if (text[i] == '\\') {
      if (++i == text.size()) break;
      if (text[i] != '"' && text[i] != '\\') value += '\\';  // of a regular expression
    }
    value += text[i];
  }
  return fail(Errc::parse, "the closing quote is missing");
}

Result<> ensure_table(store::Store& store) {
  return store.ensure_schema(
      "CREATE TABLE IF NOT EXISTS silences("
      "id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, matchers TEXT NOT NULL,"
      "comment TEXT NOT NULL, created INTEGER NOT NULL, expires INTEGER NOT NULL)");
}

// Reading must not write: the table is made when it turns out to be missing.
Result<store::Statement> prepare(store::Store& store, std::string_view sql) {
  Result<store::Statement> statement = store.prepare(sql);
  if (statement) return statement;
  TRY(ensure_table(store));
  return store.prepare(sql);
}

constexpr std::int64_t kNever = 0;
std::string to_row(const std::vector<Matcher>& matchers) {
  auto list = nlohmann::json::array();
  for (const Matcher& matcher : matchers) list.push_back(to_string(matcher));
  return list.dump();
}

Result<std::vector<Matcher>> matchers_from_row(std::string_view text) {
  const auto list = nlohmann::json::parse(text, nullptr, false);
  if (!list.is_array()) return fail(Errc::parse, "matchers of a silence");
  std::vector<Matcher> matchers;
  for (const auto& entry : list) {
    if (!entry.is_string()) return fail(Errc::parse, "matchers of a silence");
    TRY_ASSIGN(Matcher matcher, parse_matcher(entry.get_ref<const std::string&>()));
    matchers.push_back(std::move(matcher));
  }
  return matchers;
}

Result<Silence> silence_from_row(const store::Statement& row) {
  Silence silence;
  silence.id = row.integer(0);
  silence.kind = row.text(1) == "accepted" ? SilenceKind::accepted : SilenceKind::silence;
  TRY_ASSIGN(silence.matchers, matchers_from_row(row.text(2)));
  silence.comment = row.text(3);
  silence.created = from_row(row.integer(4));
  if (row.integer(5) != kNever) silence.expires = from_row(row.integer(5));
  return silence;
}

// Every column of every row, to see whether anything has changed.
std::string fingerprint(const store::Statement& row) {
  std::string text;
  for (int column = 0; column < 6; ++column) {
    text += row.text(column);
    text += '\0';
  }
  return text;
}

constexpr const char* kSelect =
    "SELECT id, kind, matchers, comment, created, expires FROM silences ORDER BY id";

}  // namespace

Result<Matcher> parse_matcher(std::string_view text) {
  if (text.size() > kMaxMatcher) return fail(Errc::too_large, "a matcher of more than 1024 bytes");
  const std::size_t at = text.find_first_of("=!");
  if (at == std::string_view::npos) {
    return fail(Errc::parse, "\"" + sanitize(text) + "\": " + std::string(kExpected));
  }
  const std::string_view name = trim(text.substr(0, at));
  const std::string_view rest = text.substr(at);
  if (!is_label_name(name)) {
    return fail(Errc::parse,
                "\"" + sanitize(name) + "\" is not the name of a label; " + std::string(kExpected));
  }
  for (const Operator& candidate : kOperators) {
    if (!rest.starts_with(candidate.text)) continue;
    Result<std::string> value = unquote(trim(rest.substr(candidate.text.size())));
    if (!value) return prefixed(std::move(value).error(), sanitize(text));
    if (!is_valid_utf8(*value)) return fail(Errc::parse, "a matcher must be UTF-8");
    Result<Matcher> matcher = Matcher::create(candidate.kind, std::string(name), *value);
    if (!matcher) return prefixed(std::move(matcher).error(), sanitize(text));
    return matcher;
  }
  return fail(Errc::parse, "\"" + sanitize(text) + "\": expected one of = != =~ !~ after \"" +
                               std::string(name) + "\"");
}

std::string to_string(const Matcher& matcher) {
  std::string text = matcher.name();
  for (const Operator& candidate : kOperators) {
    if (candidate.kind == matcher.kind()) text += candidate.text;
  }
  text += '"';
  for (const char c : matcher.value()) {
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
  return text + '"';
}

std::string_view to_string(SilenceKind kind) {
  return kind == SilenceKind::accepted ? "accepted" : "silence";
}

bool Silence::matches(const promql::Labels& labels) const {
  return std::ranges::all_of(matchers, [&](const Matcher& m) { return m.matches(labels); });
}

Result<> Silences::refresh(store::Store& store) {
  TRY_ASSIGN(store::Statement select, prepare(store, kSelect));
  std::vector<std::string> rows;
  while (true) {
    TRY_ASSIGN(const bool row, select.step());
    if (!row) break;
    rows.push_back(fingerprint(select));
  }
  if (rows == rows_) return {};
  TRY_ASSIGN(silences_, list_silences(store));
  rows_ = std::move(rows);
  return {};
}

const Silence* Silences::match(const promql::Labels& labels, SystemTime now) const {
  const auto rank = [](const Silence& silence) {
    return std::pair(silence.kind == SilenceKind::accepted,
                     silence.expires.value_or(SystemTime::max()));
  };
  const Silence* best = nullptr;
  for (const Silence& silence : silences_) {
    if (!silence.active(now) || !silence.matches(labels)) continue;
    if (best == nullptr || rank(silence) > rank(*best)) best = &silence;
  }
  return best;
}

Result<std::int64_t> add_silence(store::Store& store, const Silence& silence, SystemTime now) {
  const bool every = std::ranges::all_of(
      silence.matchers, [](const Matcher& matcher) { return matcher.matches(std::string_view()); });
  if (every) {
    return fail(Errc::parse,
                "a silence needs a matcher that an alert can fail; " + std::string(kExpected));
  }
  if (!silence.expires && silence.kind == SilenceKind::silence) {
    return fail(Errc::parse, "a silence needs an end");
  }
  if (silence.expires && *silence.expires <= now) {
    return fail(Errc::parse, "the end is in the past");
  }
  TRY_ASSIGN(store::Statement insert,
             prepare(store,
                     "INSERT INTO silences(kind, matchers, comment, created, expires) "
                     "VALUES(?1, ?2, ?3, ?4, ?5) RETURNING id"));
  insert.bind(1, to_string(silence.kind))
      .bind(2, to_row(silence.matchers))
      .bind(3, sanitize(silence.comment, kMaxComment))
      .bind(4, to_row(now))
      .bind(5, silence.expires ? to_row(*silence.expires) : kNever);
  TRY_ASSIGN(const bool row, insert.step());
  if (!row) return fail(Errc::io, "the silence was not stored");
  const std::int64_t id = insert.integer(0);
  TRY(insert.step());
  return id;
}

Result<std::vector<Silence>> list_silences(store::Store& store) {
  TRY_ASSIGN(store::Statement select, prepare(store, kSelect));
  std::vector<Silence> silences;
  while (true) {
    TRY_ASSIGN(const bool row, select.step());
    if (!row) return silences;
    // A row that cannot be read silences nothing.
    if (auto silence = silence_from_row(select)) silences.push_back(*std::move(silence));
  }
}

Result<> expire_silence(store::Store& store, std::int64_t id, SystemTime now) {
  TRY_ASSIGN(store::Statement update,
             prepare(store,
                     "UPDATE silences SET expires = ?2 "
                     "WHERE id = ?1 AND (expires = 0 OR expires > ?2) RETURNING id"));
  update.bind(1, id).bind(2, to_row(now));
  TRY_ASSIGN(const bool found, update.step());
  if (!found)
    return fail(Errc::not_found, "there is no silence " + std::to_string(id) +
                                     " in force; see clawvigil silence list");
  TRY(update.step());
  return {};
}

Result<> prune_silences(store::Store& store, SystemTime now, Duration keep) {
  TRY_ASSIGN(store::Statement remove,
             prepare(store, "DELETE FROM silences WHERE expires <> 0 AND expires < ?1"));
  return remove.bind(1, to_row(now - keep)).run();
}

alerts::SilencedBy silenced_by(const Silences& silences, SystemTime now) {
  return [&silences, now](const promql::Labels& labels) -> std::optional<alerts::Silenced> {
    const Silence* const silence = silences.match(labels, now);
    if (silence == nullptr) return std::nullopt;
    return alerts::Silenced{silence->kind == SilenceKind::accepted, silence->comment,
                            silence->expires};
  };
}

}  // namespace clawvigil::notify
