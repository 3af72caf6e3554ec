#include "exporter/store/acceptances.h"

#include "exporter/base/strings.h"

namespace clawvigil::store {

namespace {

constexpr std::size_t kMaxComment = 200;
constexpr std::int64_t kNever = 0;

Result<> ensure_table(Store& store) {
  return store.ensure_schema(
      "CREATE TABLE IF NOT EXISTS accepted_listeners("
      "protocol TEXT NOT NULL, port INTEGER NOT NULL, comment TEXT NOT NULL,"
      "expires INTEGER NOT NULL, PRIMARY KEY(protocol, port))");
}

// Reading must not write: the table is made when it turns out to be missing.
Result<Statement> prepare(Store& store, std::string_view sql) {
  Result<Statement> statement = store.prepare(sql);
  if (statement) return statement;
  TRY(ensure_table(store));
  return store.prepare(sql);
}

std::int64_t to_row(std::optional<SystemTime> time) {
  return time ? time->time_since_epoch().count() : kNever;
}

}  // namespace

// Asked every second.
Result<std::vector<AcceptedListener>> accepted_listeners(Store& store, SystemTime now) {
  constexpr std::string_view kSelect =
      "SELECT protocol, port, comment, expires FROM accepted_listeners "
      "WHERE expires = 0 OR expires > ?1 ORDER BY protocol, port";
  Result<Statement*> cached = store.cached(kSelect);
  if (!cached) {
    TRY(ensure_table(store));
    cached = store.cached(kSelect);
  }
  TRY_ASSIGN(Statement* const select, std::move(cached));
  select->bind(1, to_row(now));
  std::vector<AcceptedListener> listeners;
  while (true) {
    TRY_ASSIGN(const bool row, select->step());
    if (!row) return listeners;
    AcceptedListener& listener = listeners.emplace_back();
    listener.protocol = select->text(0);
    listener.port = static_cast<std::uint16_t>(select->integer(1));
    listener.comment = select->text(2);
    if (const std::int64_t expires = select->integer(3); expires != kNever) {
      listener.expires = SystemTime(Duration(expires));
    }
  }
}

Result<> accept_listener(Store& store, const AcceptedListener& listener, SystemTime now) {
  if (listener.protocol != "tcp" && listener.protocol != "udp") {
    return fail(Errc::parse, "expected the protocol tcp or udp");
  }
  if (listener.port == 0) return fail(Errc::parse, "expected a port from 1 to 65535");
  if (listener.expires && *listener.expires <= now) {
    return fail(Errc::parse, "the expiry is in the past");
  }
  TRY_ASSIGN(Statement insert,
             prepare(store, "INSERT OR REPLACE INTO accepted_listeners VALUES(?1, ?2, ?3, ?4)"));
  return insert.bind(1, listener.protocol)
      .bind(2, std::int64_t{listener.port})
      .bind(3, sanitize(listener.comment, kMaxComment))
      .bind(4, to_row(listener.expires))
      .run();
}

Result<bool> withdraw_listener(Store& store, std::string_view protocol, std::uint16_t port) {
  TRY_ASSIGN(Statement remove,
             prepare(store,
                     "DELETE FROM accepted_listeners WHERE protocol = ?1 AND port = ?2 "
                     "RETURNING port"));
  remove.bind(1, protocol).bind(2, std::int64_t{port});
  TRY_ASSIGN(const bool existed, remove.step());
  if (existed) TRY(remove.step());
  return existed;
}

Result<> prune_accepted_listeners(Store& store, SystemTime now, Duration keep) {
  TRY_ASSIGN(Statement remove, prepare(store,
                                       "DELETE FROM accepted_listeners "
                                       "WHERE expires <> 0 AND expires < ?1"));
  return remove.bind(1, to_row(now - keep)).run();
}

}  // namespace clawvigil::store
