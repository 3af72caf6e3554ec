#include "collectors/access/pairing.h"

#include <algorithm>
#include <utility>

#include "collectors/access/senders.h"
#include "collectors/access_families.h"
#include "collectors/parse/openclaw_pairing.h"
#include "collectors/state_database.h"
#include "exporter/base/utc_time.h"

namespace clawvigil {

namespace {

using namespace access_families;

constexpr std::size_t kMaxFiles = 1'024;
constexpr std::size_t kMaxFileBytes = 1'024UL * 1'024;
constexpr std::chrono::seconds kQueryBudget{1};
// OpenClaw lets a request expire after an hour; what is older than this is not remembered, and not
// counted should it still be there.
constexpr std::chrono::hours kRemember{30 * 24};

// A channel the configuration does not name: names in the stores are the agent's to choose.
constexpr std::string_view kOtherChannel = "other";

struct Knock {
  std::string channel;
  std::string sender;
  SystemTime last_seen;
};
using Knocks = std::vector<Knock>;

// nullopt: this database has no such table.
Result<std::optional<Knocks>> read_table(host::ReadOnlyDatabase& database) {
  TRY_ASSIGN(const bool exists, database.has_table("channel_pairing_requests"));
  if (!exists) return std::nullopt;
  TRY_ASSIGN(host::Query query, database.prepare("SELECT channel_key, request_id, last_seen_at "
                                                 "FROM channel_pairing_requests LIMIT ?1"));
  query.bind(1, static_cast<std::int64_t>(kMaxPairingRequests + 1));
  Knocks knocks;
  while (true) {
    TRY_ASSIGN(const bool row, query.step());
    if (!row) return knocks;
    if (knocks.size() == kMaxPairingRequests) {
      return fail(Errc::too_large, "channel_pairing_requests: too many rows");
    }
    const auto time = parse_utc_time(query.text(2));
    knocks.push_back(
        {std::string(query.text(0)), std::string(query.text(1)), time.value_or(SystemTime())});
  }
}

Result<Knocks> read_files(const Home& home, const std::vector<std::string>& channels) {
  Knocks knocks;
  const auto entries = home.dir->list("credentials", kMaxFiles);
  if (!entries && entries.error().code == Errc::not_found) return knocks;
  if (!entries) return std::unexpected(entries.error());
  for (const host::DirEntry& entry : *entries) {
    const auto file = pairing_store_file(entry.name, channels);
    if (!file || file->kind != StoreFile::Kind::requests) continue;
    const auto text =
        home.dir->read_file("credentials/" + entry.name, kMaxFileBytes, host::OpenRules{home.uid});
    if (!text && text.error().code == Errc::not_found) continue;  // it was just replaced
    if (!text) return std::unexpected(text.error());
    TRY_ASSIGN(std::vector<PairingRequest> requests, parse_pairing_requests(*text));
    for (PairingRequest& request : requests) {
      knocks.push_back({file->channel, std::move(request.id), request.last_seen});
    }
  }
  return knocks;
}

struct Store {
  Knocks knocks;
  bool is_table = false;
};

Result<Store> read_store(const Home& home, const std::vector<std::string>& channels) {
  TRY_ASSIGN(auto database, open_state_database(home, kQueryBudget));
  if (database) {
    TRY_ASSIGN(auto knocks, read_table(*database));
    if (knocks) return Store{std::move(*knocks), true};
  }
  TRY_ASSIGN(Knocks knocks, read_files(home, channels));
  return Store{std::move(knocks), false};
}

// Whether the sender has written since the last reading.
bool has_written(EventLedger& ledger, const Home& home, const store::KeyedHash& hash,
                 std::string_view channel, const Knock& knock) {
  const std::string set = "pairing/" + home.label + "/" + std::string(channel);
  const std::uint64_t member = sender_member(hash, knock.sender);
  const auto before = ledger.member(set, member);
  ledger.see(set, member, knock.last_seen);
  return !before || before->last_seen < knock.last_seen;
}

}  // namespace

void PairingRejections::read(const Context& context, const Home& home,
                             const std::vector<std::string>& channels, EventLedger& ledger,
                             const store::KeyedHash& hash, Batch& out) {
  const DatabaseAppearance appearance = state_database_appearance(home);
  const auto unchanged = read_at_.find(home.label);
  if (unchanged != read_at_.end() && unchanged->second == appearance) return;
  const auto store = read_store(home, channels);
  if (!store) {
    return out.unknown({store.error().code, home.label + ": " + store.error().message},
                       {kRejected.name(), kRejectedSenders.name()});
  }
  read_at_.erase(home.label);
  if (store->is_table && appearance.settled(context.now.wall)) read_at_[home.label] = appearance;
  const std::string source = "pairing/" + home.label;
  const bool first = !ledger.position(source);
  if (first) (void)ledger.set_position(source, "read");
  const SystemTime forgotten = context.now.wall - kRemember;
  for (const std::string& channel : channels) {
    ledger.declare(kRejected, home.label, channel, "pairing");
  }
  for (const Knock& knock : store->knocks) {
    if (knock.last_seen < forgotten) continue;
    const bool configured = std::ranges::find(channels, knock.channel) != channels.end();
    const std::string_view channel = configured ? std::string_view(knock.channel) : kOtherChannel;
    const bool written = has_written(ledger, home, hash, channel, knock);
    ledger.see(sender_set(home, channel), sender_member(hash, knock.sender),
               std::min(knock.last_seen, context.now.wall));
    if (written && !first) ledger.add(kRejected, 1, home.label, channel, "pairing");
  }
}

}  // namespace clawvigil
