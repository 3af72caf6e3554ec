// Which senders were turned away, as the parts of the collector `access` remember them: one set for
// each channel of a home, its members are keyed hashes of sender ids.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "exporter/collect/homes.h"
#include "exporter/store/keyed_hash.h"

namespace clawvigil {

[[nodiscard]] inline std::string sender_set(const Home& home, std::string_view channel) {
  return "senders/" + home.label + "/" + std::string(channel);
}

// The id as the channel gives it ("123456789"), without a prefix.
[[nodiscard]] inline std::uint64_t sender_member(const store::KeyedHash& hash,
                                                 std::string_view sender_id) {
  return hash.short_digest("sender", sender_id);
}

}  // namespace clawvigil
