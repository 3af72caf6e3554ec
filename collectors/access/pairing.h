// Messages of strangers who wait for pairing: the only trace of a rejection that every channel
// leaves at the default log level. A first message makes a request, each further one moves its
// last_seen_at. Both layouts are read: channel_pairing_requests of state/openclaw.sqlite, and
// credentials/<channel>-pairing.json of the older versions:
//
//   {"version":1,"requests":[{"id":"111","code":"ABCD","createdAt":"2026-11-21T22:49:21.554Z",
//     "lastSeenAt":"2026-11-21T22:51:02.101Z","meta":{…}}]}
//
// Several messages between two readings are one. The reader of the logs must count no rejection of
// the reason "pairing": this class counts them all.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "collectors/state_database.h"
#include "exporter/collect/collector.h"
#include "exporter/collect/event_ledger.h"
#include "exporter/store/keyed_hash.h"

namespace clawvigil {

class PairingRejections {
 public:
  // Counts clawvigil_messages_rejected_total{reason="pairing"} into `ledger` and notes the senders
  // in sender_set(home, channel), without committing. `channels` are the configured ones; requests
  // of others are counted as channel "other". Requests there at the first reading of a home are
  // history: their senders are noted (24 hours reach back), no message is counted. What cannot be
  // read is unknown in `out`.
  void read(const Context& context, const Home& home, const std::vector<std::string>& channels,
            EventLedger& ledger, const store::KeyedHash& hash, Batch& out);

 private:
  // Of the database whose table was read to its end, by label of the home: nothing is opened while
  // it does not change.
  std::map<std::string, DatabaseAppearance> read_at_;
};

}  // namespace clawvigil
