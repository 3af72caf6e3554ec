// The account of /etc/passwd that a home belongs to.
#pragma once

#include <vector>

#include "exporter/collect/homes.h"
#include "exporter/host/passwd.h"

namespace clawvigil {

// Of several accounts with the home's uid the one whose home directory it lies below, else the
// first. nullptr when there is none; points into `accounts`.
[[nodiscard]] const host::Account* account_of(const std::vector<host::Account>& accounts,
                                              const Home& home);

}  // namespace clawvigil
