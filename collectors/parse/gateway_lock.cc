#include "collectors/parse/gateway_lock.h"

#include <limits>
#include <nlohmann/json.hpp>

namespace clawvigil::parse {

bool is_gateway_lock_name(std::string_view name) {
  return name.starts_with("gateway.") && name.ends_with(".lock");
}

Result<std::uint16_t> gateway_lock_port(std::string_view text) {
  const auto lock = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!lock.is_object()) return fail(Errc::parse, "the gateway's lock file is not a JSON object");
  const auto port = lock.find("port");
  if (port == lock.end() || !port->is_number_unsigned()) {
    return fail(Errc::not_found, "the gateway's lock file names no port");
  }
  const auto value = port->get<std::uint64_t>();
  if (value == 0 || value > std::numeric_limits<std::uint16_t>::max()) {
    return fail(Errc::not_found, "the gateway's lock file names no usable port");
  }
  return static_cast<std::uint16_t>(value);
}

Result<std::int64_t> gateway_lock_pid(std::string_view text) {
  const auto lock = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!lock.is_object()) return fail(Errc::parse, "the gateway's lock file is not a JSON object");
  const auto pid = lock.find("pid");
  if (pid == lock.end() || !pid->is_number_unsigned()) {
    return fail(Errc::not_found, "the gateway's lock file names no process");
  }
  return pid->get<std::int64_t>();
}

}  // namespace clawvigil::parse
