// The environment the gateway of a home starts with, as far as files tell: .env and
// gateway.systemd.env of the state directory, and the Environment= lines of its systemd unit, which
// win. What else its process has (a shell's variables, EnvironmentFile= elsewhere) is not seen.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/base/secret.h"
#include "exporter/collect/homes.h"
#include "exporter/host/file.h"
#include "exporter/host/passwd.h"

namespace clawvigil::keys {

struct Variable {
  Secret value;
  SystemTime written;         // when the file it stands in was last written
  std::string_view location;  // one of kLocations: env or unit
};

struct Variables {
  std::map<std::string, Variable> by_name;
  std::vector<Error> problems;  // files that are there and cannot be read
};

// `account` is the one the home belongs to, nullptr if it has none: no units of its own then.
// Units: ~/.config/systemd/user/openclaw*.service with their drop-ins, and those of
// /etc/systemd/system whose User= is the account. At most 64 files of 1 MiB.
[[nodiscard]] Variables read_variables(const host::Root& root, const Home& home,
                                       const host::Account* account);

}  // namespace clawvigil::keys
