#include "collectors/parse/access_log_json.h"

#include <algorithm>
#include <array>

#include "collectors/parse/json_members.h"
#include "exporter/base/digits.h"

namespace clawvigil {

namespace {

namespace ondemand = simdjson::ondemand;
using simdjson::error_code;

constexpr std::array<std::string_view, 6> kHosts{"server_name", "host",        "http_host",
                                                 "vhost",       "RequestHost", "RequestAddr"};
constexpr std::array<std::string_view, 5> kClients{"remote_addr", "client_ip", "remote_ip",
                                                   "ClientHost", "clientip"};

// What the keys of one object said.
struct Found {
  AccessRecord record;
  std::size_t host_rank = kHosts.size();  // of the key the host is from; the first of kHosts wins
  std::size_t client_rank = kClients.size();
  bool has_status = false;
  bool has_message = false;
  bool has_request = false;  // Caddy
  bool handled = false;      // Caddy: not one of its other messages
};

std::string_view text_of(ondemand::value& value) {
  std::string_view text;
  if (value.get_string().get(text) != simdjson::SUCCESS) return {};
  return text;
}

template <std::size_t N>
void keep(const std::array<std::string_view, N>& keys, std::string_view key, ondemand::value& value,
          std::size_t& rank, std::string& target) {
  const auto place = static_cast<std::size_t>(std::ranges::find(keys, key) - keys.begin());
  if (place >= rank) return;
  const std::string_view text = text_of(value);
  if (text.empty()) return;
  rank = place;
  target = text;
}

// A number, or a text of one.
int status_of(ondemand::value& value) {
  std::int64_t status = 0;
  ondemand::json_type type{};
  if (value.type().get(type) != simdjson::SUCCESS) return 0;
  if (type == ondemand::json_type::string) {
    const std::string_view text = text_of(value);
    const auto number = parse_integer<decltype(status)>(text);
    if (!number) return 0;
    status = *number;
  } else if (value.get_int64().get(status) != simdjson::SUCCESS) {
    return 0;
  }
  return status >= 100 && status <= 999 ? static_cast<int>(status) : 0;
}

error_code read_object(ondemand::object object, Found& found, bool top);

error_code read_member(std::string_view key, ondemand::value& value, Found& found, bool top) {
  if (top && (key == "status" || key == "DownstreamStatus")) {
    found.has_status = true;
    found.record.status = status_of(value);
  } else if (top && key == "msg") {
    found.has_message = true;
    found.handled = text_of(value) == "handled request";
  } else if (top && key == "ServiceAddr") {
    found.record.upstream_port = loopback_port(text_of(value));
  } else if (top && key == "request") {
    ondemand::object request;
    if (value.get_object().get(request) == simdjson::SUCCESS) {
      found.has_request = true;
      return read_object(request, found, false);
    }
  } else {
    keep(kHosts, key, value, found.host_rank, found.record.host);
    keep(kClients, key, value, found.client_rank, found.record.client);
  }
  return simdjson::SUCCESS;
}

error_code read_object(ondemand::object object, Found& found, bool top) {
  return json::for_each_member(object, [&](std::string_view key, ondemand::value value) {
    return read_member(key, value, found, top);
  });
}

}  // namespace

std::uint16_t loopback_port(std::string_view address) {
  const std::string host = bare_host(address);
  if (host != "localhost" && host != "::1" && !host.starts_with("127.")) return 0;
  if (const std::size_t scheme = address.find("://"); scheme != std::string_view::npos) {
    address.remove_prefix(scheme + 3);
  }
  address = address.substr(0, address.find('/'));
  const std::size_t colon = address.rfind(':');
  if (colon == std::string_view::npos) return 0;
  return parse_integer<std::uint16_t>(address.substr(colon + 1)).value_or(0);
}

std::optional<AccessRecord> AccessJsonReader::read(std::string_view line) {
  // nginx passes bytes beyond ASCII as they came, and nothing read here has any.
  padded_.assign(line);
  std::ranges::replace_if(
      padded_, [](char c) { return static_cast<unsigned char>(c) >= 0x80; }, '?');
  padded_.append(simdjson::SIMDJSON_PADDING, ' ');
  Found found;
  ondemand::document document;
  ondemand::object object;
  if (parser_.iterate(padded_.data(), line.size(), padded_.size()).get(document) !=
          simdjson::SUCCESS ||
      document.get_object().get(object) != simdjson::SUCCESS ||
      read_object(object, found, true) != simdjson::SUCCESS) {
    return std::nullopt;
  }
  const bool message = found.has_message && (!found.has_status || found.has_request);
  if (message && !found.handled) return AccessRecord{};
  if (found.record.status == 0) return std::nullopt;
  found.record.host = bare_host(found.record.host);
  return std::move(found.record);
}

}  // namespace clawvigil
