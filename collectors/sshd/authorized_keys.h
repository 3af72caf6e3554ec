// The public keys that may log in to an account, and when they were last seen to change.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "collectors/parse/sshd_config.h"
#include "collectors/sshd/system.h"
#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/collect/event_ledger.h"
#include "exporter/host/file.h"
#include "exporter/store/keyed_hash.h"

namespace clawvigil::sshd {

struct AuthorizedKeys {
  std::vector<std::string> keys;  // with their options, sorted
  std::vector<Error> problems;    // files that cannot be read, so that `keys` is not complete
};

// Reads the files that `settings` names for this account, at most 1 MiB each. A file that does not
// exist holds no key; one that is a symlink, or of another user than the account or root, is a
// problem.
[[nodiscard]] AuthorizedKeys read_authorized_keys(const host::Root& root,
                                                  const SshdSettings& settings,
                                                  const host::Account& account);

// When the keys themselves (not their comments, order or file) were last seen to change, by a keyed
// hash of them in `ledger`. What is there at the very first run (`first`) is no change, the first
// key an account gets later is one. nullopt: no change seen so far.
[[nodiscard]] Result<std::optional<SystemTime>> keys_changed(const host::Account& account,
                                                             const AuthorizedKeys& keys, bool first,
                                                             SystemTime now,
                                                             const store::KeyedHash& hash,
                                                             EventLedger& ledger);

}  // namespace clawvigil::sshd
