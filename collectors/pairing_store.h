// Who was approved, who waits for approval, which devices are paired: from the tables of
// state/openclaw.sqlite where they exist, else from the JSON files of the older versions.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/collect/homes.h"

namespace clawvigil {

struct PairingState {
  // Channel to the number of different ids. Unset: not readable, see `problems`.
  std::optional<std::map<std::string, std::size_t>> approved;
  std::optional<std::map<std::string, std::size_t>> requests;  // not yet expired
  std::optional<std::size_t> paired_devices;
  std::optional<std::size_t> pending_devices;  // not yet expired
  std::vector<Error> problems;
};

// `channels` are the configured ones, to take file names apart. At most 1,024 files, 1 MiB each,
// and 8 MiB of database rows are read. Nothing there at all is a known 0.
[[nodiscard]] PairingState read_pairing_state(const Home& home,
                                              const std::vector<std::string>& channels,
                                              SystemTime now);

}  // namespace clawvigil
