// All credentials of one home, from all their places.
#pragma once

#include <functional>
#include <map>
#include <string_view>
#include <vector>

#include "collectors/keys/credential_set.h"
#include "exporter/base/result.h"
#include "exporter/collect/homes.h"
#include "exporter/host/file.h"
#include "exporter/host/passwd.h"
#include "exporter/store/keyed_hash.h"

namespace clawvigil::keys {

struct HomeCredentials {
  std::vector<Credential> credentials;
  std::map<std::string_view, std::size_t> plaintext;  // by location; all of kLocations
  std::map<std::string_view, std::size_t> hidden;     // by reason; all of kHidden
  std::vector<Error> problems;                        // what could not be read
};

// Whether the age of a value has been looked into before.
using IsKnown = std::function<bool(const Fingerprint& value)>;

// An openclaw.json that cannot be read is an error; everything else is a problem. When a value is
// not known, the older copies of openclaw.json are asked how long it has been there.
// `account` is the one that owns the home, or nullptr.
[[nodiscard]] Result<HomeCredentials> find_credentials(const host::Root& root, const Home& home,
                                                       const host::Account* account,
                                                       const store::KeyedHash& hash,
                                                       const IsKnown& is_known);

}  // namespace clawvigil::keys
