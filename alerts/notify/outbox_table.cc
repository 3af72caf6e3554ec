#include "alerts/notify/outbox_table.h"

#include "alerts/notify/row_time.h"

namespace clawvigil::notify {

namespace {

constexpr std::int64_t kNever = 0;

Result<Message> message_from_row(const store::Statement& row) {
  Message message;
  message.id = row.integer(0);
  message.receiver = row.text(1);
  message.key = row.text(2);
  message.attempts = static_cast<std::uint32_t>(row.integer(3));
  message.parts_sent = static_cast<std::uint32_t>(row.integer(4));
  message.passed_on = row.integer(5) != 0;
  message.told_elsewhere = row.integer(6) != 0;
  message.copy_of = row.integer(7);
  TRY_ASSIGN(message.notification, notification_from_json(row.text(8)));
  message.saved = true;
  return message;
}

struct Rows {
  std::vector<Message> messages;
  std::vector<std::int64_t> unreadable;
};

Result<Rows> read_rows(store::Store& store) {
  TRY_ASSIGN(store::Statement select,
             store.prepare("SELECT id, receiver, key, attempts, parts_sent, passed_on, "
                           "told_elsewhere, copy_of, notification FROM outbox ORDER BY id"));
  Rows rows;
  while (true) {
    TRY_ASSIGN(const bool row, select.step());
    if (!row) return rows;
    if (auto message = message_from_row(select)) {
      rows.messages.push_back(*std::move(message));
    } else {
      rows.unreadable.push_back(select.integer(0));
    }
  }
}

}  // namespace

Result<> ensure_outbox_tables(store::Store& store) {
  TRY(ensure_message_log(store));
  return store.ensure_schema(
      "CREATE TABLE IF NOT EXISTS outbox("
      "id INTEGER PRIMARY KEY, receiver TEXT NOT NULL, key TEXT NOT NULL,"
      "attempts INTEGER NOT NULL, parts_sent INTEGER NOT NULL, passed_on INTEGER NOT NULL,"
      "told_elsewhere INTEGER NOT NULL, copy_of INTEGER NOT NULL, notification TEXT NOT NULL);"
      "CREATE TABLE IF NOT EXISTS notify_receivers("
      "name TEXT PRIMARY KEY, delivered INTEGER NOT NULL, failed INTEGER NOT NULL,"
      "given_up INTEGER NOT NULL, last_success INTEGER NOT NULL);"
      "CREATE TABLE IF NOT EXISTS notify_failing("
      "name TEXT PRIMARY KEY, since INTEGER NOT NULL, next_try INTEGER NOT NULL,"
      "reason TEXT NOT NULL, contact INTEGER NOT NULL)");
}

Result<std::vector<Message>> look_at_messages(store::Store& store) {
  TRY_ASSIGN(Rows rows, read_rows(store));
  return std::move(rows.messages);
}

Result<std::vector<Message>> read_messages(store::Store& store) {
  TRY_ASSIGN(Rows rows, read_rows(store));
  for (const std::int64_t id : rows.unreadable) TRY(delete_message(store, id));
  return std::move(rows.messages);
}

Result<std::map<std::string, ReceiverCounts>> read_counts(store::Store& store) {
  TRY_ASSIGN(store::Statement select,
             store.prepare("SELECT name, delivered, failed, given_up, last_success, since, "
                           "next_try, reason, contact FROM notify_receivers LEFT JOIN "
                           "notify_failing USING (name)"));
  std::map<std::string, ReceiverCounts> all;
  while (true) {
    TRY_ASSIGN(const bool row, select.step());
    if (!row) return all;
    ReceiverCounts& counts = all[std::string(select.text(0))];
    counts.delivered = static_cast<std::uint64_t>(select.integer(1));
    counts.failed = static_cast<std::uint64_t>(select.integer(2));
    counts.given_up = static_cast<std::uint64_t>(select.integer(3));
    if (const std::int64_t last = select.integer(4); last != kNever) {
      counts.last_success = from_row(last);
    }
    if (select.is_null(5)) continue;
    counts.failing = Failing{from_row(select.integer(5)), from_row(select.integer(6)),
                             std::string(select.text(7)), select.integer(8) != 0};
  }
}

Result<> write_message(store::Store& store, const Message& message) {
  TRY_ASSIGN(store::Statement insert,
             store.prepare("INSERT OR REPLACE INTO outbox VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9)"));
  return insert.bind(1, message.id)
      .bind(2, message.receiver)
      .bind(3, message.key)
      .bind(4, std::int64_t{message.attempts})
      .bind(5, std::int64_t{message.parts_sent})
      .bind(6, std::int64_t{message.passed_on})
      .bind(7, std::int64_t{message.told_elsewhere})
      .bind(8, message.copy_of)
      .bind(9, to_json(message.notification))
      .run();
}

Result<> delete_message(store::Store& store, std::int64_t id) {
  TRY_ASSIGN(store::Statement remove, store.prepare("DELETE FROM outbox WHERE id = ?1"));
  return remove.bind(1, id).run();
}

Result<> write_counts(store::Store& store, const std::string& receiver,
                      const ReceiverCounts& counts) {
  TRY_ASSIGN(store::Statement insert,
             store.prepare("INSERT OR REPLACE INTO notify_receivers VALUES(?1,?2,?3,?4,?5)"));
  TRY(insert.bind(1, receiver)
          .bind(2, static_cast<std::int64_t>(counts.delivered))
          .bind(3, static_cast<std::int64_t>(counts.failed))
          .bind(4, static_cast<std::int64_t>(counts.given_up))
          .bind(5, counts.last_success ? to_row(*counts.last_success) : kNever)
          .run());
  if (!counts.failing) {
    TRY_ASSIGN(store::Statement works, store.prepare("DELETE FROM notify_failing WHERE name = ?1"));
    return works.bind(1, receiver).run();
  }
  TRY_ASSIGN(store::Statement fails,
             store.prepare("INSERT OR REPLACE INTO notify_failing VALUES(?1,?2,?3,?4,?5)"));
  return fails.bind(1, receiver)
      .bind(2, to_row(counts.failing->since))
      .bind(3, to_row(counts.failing->next_try))
      .bind(4, counts.failing->reason)
      .bind(5, std::int64_t{counts.failing->contact})
      .run();
}

}  // namespace clawvigil::notify
