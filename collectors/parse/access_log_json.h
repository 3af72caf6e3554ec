// The JSON lines of access_log.h. Internal to it.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "collectors/parse/access_log.h"

namespace clawvigil {

// The port of "127.0.0.1:18789" or "http://localhost:18789"; 0 when it is not on loopback.
[[nodiscard]] std::uint16_t loopback_port(std::string_view address);

class AccessJsonReader {
 public:
  // nullopt: no JSON object, or a status that is none.
  [[nodiscard]] std::optional<AccessRecord> read(std::string_view line);

 private:
  simdjson::ondemand::parser parser_;
  std::string padded_;
};

}  // namespace clawvigil
