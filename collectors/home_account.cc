#include "collectors/home_account.h"

namespace clawvigil {

const host::Account* account_of(const std::vector<host::Account>& accounts, const Home& home) {
  const host::Account* found = nullptr;
  for (const host::Account& account : accounts) {
    if (account.uid != home.uid) continue;
    const bool below = home.path.starts_with(account.home + "/");
    if (found == nullptr || below) found = &account;
    if (below) break;
  }
  return found;
}

}  // namespace clawvigil
