// Turns what sshd says into counts.
//
// One connection leaves several lines; what is counted once for each of them is told apart by the
// pid of its sshd. That memory is bounded and not kept over restarts: a connection that was cut in
// two by one may count once more.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "collectors/sshd/login_log.h"
#include "exporter/base/clock.h"
#include "exporter/collect/event_ledger.h"
#include "exporter/store/keyed_hash.h"

namespace clawvigil::sshd {

// One thread.
class LoginEvents {
 public:
  // What the class of an account is: root, openclaw, other.
  using Classes = std::map<std::string, std::string_view, std::less<>>;

  // Every series at 0.
  static void declare(EventLedger& ledger);
  void take(const LoginMessage& message, const Classes& classes, const store::KeyedHash& hash,
            EventLedger& ledger);
  // Networks not seen for 90 days are forgotten.
  static void forget_old_sources(SystemTime now, EventLedger& ledger);

 private:
  // True if this connection has a failure already; notes that it has.
  bool failed_before(const LoginMessage& message);

  std::map<std::string, SystemTime, std::less<>> failed_;  // pid to the time of its failure
};

}  // namespace clawvigil::sshd
