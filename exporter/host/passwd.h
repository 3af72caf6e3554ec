// Accounts of the machine, from its passwd(5) file (the daemon never asks NSS: that could leave the
// machine).
//
//   claw:x:1000:1000:OpenClaw,,,:/home/claw:/bin/bash
#pragma once

#include <sys/types.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/result.h"
#include "exporter/host/file.h"

namespace clawvigil::host {

struct Account {
  std::string name;
  uid_t uid = 0;
  gid_t gid = 0;
  std::string home;  // absolute
  std::string shell;
};

// Lines that are not an account (comments, NIS includes, bad numbers, a home that is not absolute)
// are left out. At most 50,000 accounts are taken.
[[nodiscard]] std::vector<Account> parse_passwd(std::string_view text);

// <root>/etc/passwd; Errc::too_large beyond 4 MiB.
[[nodiscard]] Result<std::vector<Account>> read_accounts(const Root& root);

// Names by uid, read again whenever the file has changed. One thread.
class AccountNames {
 public:
  // The first account with this uid, or the number as text.
  [[nodiscard]] std::string name_of(uid_t uid) const;
  // One stat; call it once per run. When the file cannot be read the names are forgotten.
  void refresh(const Root& root);

 private:
  std::map<uid_t, std::string> names_;
  std::optional<FileStat> read_at_;
};

}  // namespace clawvigil::host
