// tls.endpoints: what is visited as a stranger would.
#include <algorithm>
#include <array>

#include "exporter/base/https_url.h"
#include "exporter/base/strings.h"
#include "exporter/config/structures.h"
#include "exporter/config/values.h"

namespace clawvigil::config {

namespace {

constexpr std::string_view kWhere = "tls.endpoints";
constexpr std::size_t kMaxEndpoints = 8;  // each may take half a minute of a run every five
constexpr std::size_t kMaxNameBytes = 100;
constexpr std::uint16_t kHttpsPort = 443;

using EndpointField = Field<TlsEndpoint>;
constexpr std::array kEndpointFields{
    EndpointField{"name", "a name of at most 100 bytes, as alerts shall show it",
                  [](TlsEndpoint& endpoint, std::string_view text) {
                    endpoint.name = sanitize(text, kMaxNameBytes);
                    return !text.empty() && endpoint.name == text;
                  }},
    EndpointField{"url", "a URL that begins with https://",
                  [](TlsEndpoint& endpoint, std::string_view text) {
                    endpoint.url = text;
                    return parse_https_url(text).has_value();
                  },
                  EndpointField::Need::required},
    EndpointField{"address", "an address and a port such as 127.0.0.1:443",
                  [](TlsEndpoint& endpoint, std::string_view text) {
                    endpoint.address = text;
                    return parse_host_port(text).has_value();
                  }},
    EndpointField{"ca-file", "an absolute path",
                  [](TlsEndpoint& endpoint, std::string_view text) {
                    endpoint.ca_file = text;
                    return is_absolute_path(text);
                  }},
    EndpointField{"authentication", "true or false",
                  [](TlsEndpoint& endpoint, std::string_view text) {
                    endpoint.expect_authentication = text == "true";
                    return text == "true" || text == "false";
                  }},
};

// "claw.example.org", "claw.example.org:8443"
std::string name_of(const HttpsUrl& url) {
  const auto& [host, port] = url.server;
  return port == kHttpsPort ? host : host + ":" + std::to_string(port);
}

void add_endpoint(Reader& reader, const yaml::Node& node, TlsEndpoint endpoint, Config& config) {
  auto& list = config.tls.endpoints;
  if (endpoint.name.empty()) {
    endpoint.name = sanitize(name_of(*parse_https_url(endpoint.url)), kMaxNameBytes);
  }
  const std::string where(kWhere);
  if (std::ranges::find(list, endpoint.name, &TlsEndpoint::name) != list.end()) {
    return reader.problem(node, where + ": the name \"" + endpoint.name + "\" is given twice");
  }
  if (list.size() == kMaxEndpoints) return reader.problem(node, where + ": more than 8 items");
  list.push_back(std::move(endpoint));
}

}  // namespace

void read_tls_endpoints(Reader& reader, const yaml::Node& node, Config& config) {
  reader.read_list<TlsEndpoint>(kEndpointFields, node, kWhere,
                                "{url: \"https://claw.example.org/\"}",
                                [&](const yaml::Node& item, TlsEndpoint endpoint) {
                                  add_endpoint(reader, item, std::move(endpoint), config);
                                });
}

std::string tls_endpoints_sample() {
  return "  # Examples:\n"
         "  # endpoints:\n"
         "  #   - url: https://claw.example.org/\n"
         "  #     address: 127.0.0.1:443   # connect here, not where the name leads to\n"
         "  #   - url: https://files.example.org/\n"
         "  #     name: files   # in alerts\n"
         "  #     ca-file: /etc/ssl/own-ca.pem   # trusted beside the system's authorities\n"
         "  #     authentication: false   # not the gateway: strangers are welcome\n"
         "  endpoints: []\n";
}

}  // namespace clawvigil::config
