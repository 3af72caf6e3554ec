// Credentials that are files of their own: those in the directory credentials/ of a home, and SSH
// keys.
#pragma once

#include <vector>

#include "collectors/keys/credential_set.h"
#include "exporter/base/result.h"
#include "exporter/collect/homes.h"
#include "exporter/host/file.h"
#include "exporter/host/passwd.h"

namespace clawvigil::keys {

// credentials/*.json but the pairing stores, and credentials/whatsapp/<account>/creds.json, of
// which the key made when the phone was linked counts (the rest changes all the time). What has an
// expiry beside it is renewed by OpenClaw. Returns what could not be read. At most 1,024 files of 4
// MiB.
[[nodiscard]] std::vector<Error> add_credential_files(const Home& home, CredentialSet& set);

// /etc/ssh/ssh_host_<type>_key.pub: ssh_host/ed25519.
[[nodiscard]] std::vector<Error> add_ssh_host_keys(const host::Root& root, CredentialSet& set);

// ~/.ssh/id_<name> of the account: ssh_user/ed25519. A key is known by its public part, where the
// .pub file is there: another passphrase is no other key.
[[nodiscard]] std::vector<Error> add_ssh_user_keys(const host::Root& root,
                                                   const host::Account& account,
                                                   CredentialSet& set);

}  // namespace clawvigil::keys
