// The messages of sshd, from one source: the journal where this host has one, else
// /var/log/auth.log and its uncompressed predecessors. Never both, as each holds the same events.
//
// In the journal only what a program of root wrote under sshd's name counts (_UID=0), so no user
// can put words into its mouth. Lines of auth.log carry no proof of who wrote them.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/collect/collector.h"
#include "exporter/collect/event_ledger.h"
#include "exporter/host/journal.h"
#include "exporter/host/log_follower.h"

namespace clawvigil::sshd {

struct LoginMessage {
  std::string_view process;  // pid of the connection's sshd
  std::string_view text;
  SystemTime time;  // auth.log: when it was read
  bool history;     // written before this source was first read: to learn from, not to count
};

// One thread.
class LoginLog {
 public:
  using Sink = std::function<void(const LoginMessage&)>;

  // Hands out what has come since the last call, at most kMaxEntries or kMaxBytes (the rest comes
  // next time), and notes the position in `ledger`. The first time, what the last 30 days hold
  // comes as history. not_found: neither a journal nor an auth.log; denied and others: what there
  // is cannot be read. Returns what could be read only in part.
  [[nodiscard]] Result<std::vector<Error>> read(const Context& context, EventLedger& ledger,
                                                const Sink& sink);

 private:
  static constexpr std::size_t kMaxEntries = 200'000;
  static constexpr std::uint64_t kMaxBytes = 64UL << 20U;

  [[nodiscard]] Result<> open_journal(const Context& context, const EventLedger& ledger);
  [[nodiscard]] Result<> read_journal(const Context& context, EventLedger& ledger,
                                      const Sink& sink);
  [[nodiscard]] Result<bool> read_entries(const Sink& sink);
  [[nodiscard]] Result<std::vector<Error>> read_file(const Context& context, EventLedger& ledger,
                                                     const Sink& sink);

  std::optional<host::Journal> journal_;
  SteadyTime opened_at_{};
  std::string place_;      // in the journal, as noted in the ledger
  bool learning_ = false;  // what comes is history
  std::optional<host::LogFollower> file_;
};

}  // namespace clawvigil::sshd
