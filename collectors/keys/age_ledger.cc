#include "collectors/keys/age_ledger.h"

#include <algorithm>
#include <vector>

#include "exporter/base/milliseconds.h"

namespace clawvigil::keys {

namespace {

constexpr std::string_view kSchema =
    "CREATE TABLE IF NOT EXISTS credential_names(home TEXT NOT NULL, credential TEXT NOT NULL, "
    "fingerprint TEXT NOT NULL, rotations INTEGER NOT NULL, replaced_ms INTEGER, "
    "PRIMARY KEY(home, credential)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS credential_values(home TEXT NOT NULL, credential TEXT NOT NULL, "
    "fingerprint TEXT NOT NULL, proven_ms INTEGER NOT NULL, first_seen_ms INTEGER NOT NULL, "
    "last_seen_ms INTEGER NOT NULL, PRIMARY KEY(home, credential, fingerprint)) "
    "STRICT, WITHOUT ROWID;";

// When a value was last seen is written this often, not every minute.
constexpr std::chrono::hours kSeenStep{24};
constexpr SystemTime kFirstCredible{std::chrono::sys_days(std::chrono::year(2000) / 1 / 1)};

}  // namespace

Result<AgeLedger> AgeLedger::open(store::Store& store) {
  AgeLedger ledger;
  TRY(store.ensure_schema(kSchema));
  TRY(ledger.load_names(store));
  TRY(ledger.load_values(store));
  return ledger;
}

Result<> AgeLedger::load_names(store::Store& store) {
  TRY_ASSIGN(auto select, store.prepare("SELECT home, credential, fingerprint, rotations, "
                                        "replaced_ms FROM credential_names"));
  while (true) {
    TRY_ASSIGN(const bool row, select.step());
    if (!row) return {};
    Name& name = names_[{std::string(select.text(0)), std::string(select.text(1))}];
    name.current = select.text(2);
    name.rotations = static_cast<std::uint64_t>(select.integer(3));
    if (!select.is_null(4)) name.replaced = from_milliseconds(select.integer(4));
  }
}

Result<> AgeLedger::load_values(store::Store& store) {
  TRY_ASSIGN(auto select, store.prepare("SELECT home, credential, fingerprint, proven_ms, "
                                        "first_seen_ms, last_seen_ms FROM credential_values"));
  while (true) {
    TRY_ASSIGN(const bool row, select.step());
    if (!row) return {};
    const auto name = names_.find({std::string(select.text(0)), std::string(select.text(1))});
    if (name == names_.end()) continue;
    const Fingerprint print(select.text(2));
    const Value read{from_milliseconds(select.integer(3)), from_milliseconds(select.integer(4)),
                     from_milliseconds(select.integer(5))};
    name->second.values[print] = read.last_seen;
    Value& value = values_.emplace(print, read).first->second;
    value.proven = std::min(value.proven, read.proven);
    value.first_seen = std::min(value.first_seen, read.first_seen);
    value.last_seen = std::max(value.last_seen, read.last_seen);
  }
}

AgeLedger::Age AgeLedger::note(std::string_view home, std::string_view credential,
                               const Fingerprint& print, std::optional<SystemTime> proven,
                               SystemTime now) {
  // As the database keeps it: a restart must not move a time by a fraction.
  now = from_milliseconds(to_milliseconds(now));
  if (!proven || *proven < kFirstCredible || *proven > now) proven = now;
  proven = from_milliseconds(to_milliseconds(*proven));
  const auto [entry, is_new] = names_.try_emplace({std::string(home), std::string(credential)});
  Name& name = entry->second;
  Value& value = values_.try_emplace(print, Value{*proven, now, now}).first->second;
  if (*proven < value.proven) {
    value.proven = *proven;
    name.changed = true;
  }
  const auto [seen, never_here] = name.values.try_emplace(print, now);
  if (is_new) {
    name.current = print;
  } else if (name.current != print) {
    name.current = print;
    name.replaced = now;
    if (never_here) ++name.rotations;
    name.changed = true;
  }
  if (never_here || now - seen->second >= kSeenStep) {
    seen->second = now;
    name.changed = true;
  }
  value.last_seen = now;
  return {value.proven, value.first_seen, name.rotations, name.replaced};
}

// Keeps the ledger within its bounds.
void AgeLedger::forget(SystemTime now) {
  const auto last_seen = [](const Name& name) {
    SystemTime latest{};
    for (const auto& [print, time] : name.values) latest = std::max(latest, time);
    return latest;
  };
  for (auto entry = names_.begin(); entry != names_.end();) {
    Name& name = entry->second;
    while (name.values.size() > kMaxValuesPerName) {
      const auto oldest = std::ranges::min_element(name.values, {}, [&](const auto& value) {
        return value.first == name.current ? SystemTime::max() : value.second;
      });
      name.values.erase(oldest);
      name.changed = true;
    }
    const bool gone = now - last_seen(name) > kKept;
    if (gone) removed_.push_back(entry->first);
    entry = gone ? names_.erase(entry) : std::next(entry);
  }
  while (names_.size() > kMaxNames) {
    const auto oldest = std::ranges::min_element(
        names_, {}, [&](const auto& entry) { return last_seen(entry.second); });
    removed_.push_back(oldest->first);
    names_.erase(oldest);
  }
  std::erase_if(values_, [&](const auto& entry) {
    return std::ranges::none_of(
        names_, [&](const auto& name) { return name.second.values.contains(entry.first); });
  });
}

Result<> AgeLedger::write(store::Store& store, const Key& key, const Name& name) {
  TRY_ASSIGN(auto clear, store.prepare("DELETE FROM credential_values "
                                       "WHERE home = ?1 AND credential = ?2"));
  TRY(clear.bind(1, key.first).bind(2, key.second).run());
  TRY_ASSIGN(auto insert,
             store.prepare("INSERT INTO credential_values VALUES (?1, ?2, ?3, ?4, ?5, ?6)"));
  for (const auto& [print, last_seen] : name.values) {
    const auto found = values_.find(print);
    if (found == values_.end()) continue;
    TRY(insert.bind(1, key.first)
            .bind(2, key.second)
            .bind(3, print)
            .bind(4, to_milliseconds(found->second.proven))
            .bind(5, to_milliseconds(found->second.first_seen))
            .bind(6, to_milliseconds(last_seen))
            .run());
  }
  TRY_ASSIGN(auto replace, store.prepare("INSERT OR REPLACE INTO credential_names "
                                         "VALUES (?1, ?2, ?3, ?4, ?5)"));
  replace.bind(1, key.first).bind(2, key.second).bind(3, name.current);
  replace.bind(4, static_cast<std::int64_t>(name.rotations));
  if (name.replaced) replace.bind(5, to_milliseconds(*name.replaced));
  return replace.run();
}

Result<> AgeLedger::commit(store::Store& store, SystemTime now) {
  const bool changed =
      std::ranges::any_of(names_, [](const auto& entry) { return entry.second.changed; });
  if (!changed && removed_.empty()) return {};
  forget(now);
  TRY_ASSIGN(auto transaction, store.begin());
  for (const Key& key : removed_) {
    for (const char* sql : {"DELETE FROM credential_names WHERE home = ?1 AND credential = ?2",
                            "DELETE FROM credential_values WHERE home = ?1 AND credential = ?2"}) {
      TRY_ASSIGN(auto remove, store.prepare(sql));
      TRY(remove.bind(1, key.first).bind(2, key.second).run());
    }
  }
  for (const auto& [key, name] : names_) {
    if (name.changed) TRY(write(store, key, name));
  }
  TRY(transaction.commit());
  removed_.clear();
  for (auto& [key, name] : names_) name.changed = false;
  return {};
}

}  // namespace clawvigil::keys
