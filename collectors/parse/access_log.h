// Access logs of reverse proxies: which client got which status for which host. The format is told
// line by line:
//
//   common, combined (nginx, Apache), with or without a host in front
//     198.51.100.7 - - [22/Nov/2026:08:02:24 +0000] "GET / HTTP/1.1" 401 179 "-" "curl/7.88.1"
//     claw.example.org:443 198.51.100.7 - - [22/Nov/2026:08:02:24 +0000] "GET / HTTP/1.1" 401 …
//   Traefik's common format: as above, then … 7 "router" "http://127.0.0.1:18789" 3ms
//   one JSON object a line: Caddy ("msg":"handled request","request":{"host":…},"status":401),
//     Traefik ("DownstreamStatus":401,"RequestHost":…,"ServiceAddr":"127.0.0.1:18789"), nginx with
//     escape=json and keys of the owner's choice (status, host or server_name, remote_addr)
//
// A stranger chooses URL, user agent, referrer and user name. All these programs escape quotes and
// line breaks in what they write between quotes, so the fields read here cannot be forged: the
// request is what stands between the first unescaped quote and the one before the status. Traefik's
// common format writes the user name bare, so it is read from its end; a line break in that name
// still makes two lines of one, which its JSON format does not. nginx's escape=none protects
// nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace clawvigil {

struct AccessRecord {
  int status = 0;                   // 100 to 999; 0: a JSON line about something else
  std::string client;               // address as written, "" if the format has none
  std::string host;                 // lower case without port, "" if the format has none
  std::uint16_t upstream_port = 0;  // Traefik: of the loopback service the request went to, or 0
};

class AccessLogParser {
 public:
  AccessLogParser();
  AccessLogParser(AccessLogParser&&) noexcept;
  AccessLogParser& operator=(AccessLogParser&&) noexcept;
  ~AccessLogParser();

  // One line, with or without its '\n'. nullopt: of no known format. Time and memory are linear in
  // the line, which the caller bounds.
  [[nodiscard]] std::optional<AccessRecord> parse(std::string_view line);

 private:
  struct Json;
  std::unique_ptr<Json> json_;
};

// The first line of `lines` that holds 401, 403 or 429 anywhere, with its '\n'; only such a line
// can be a refused request. Everything up to its end is removed from `lines`; "" when there is
// none.
[[nodiscard]] std::string_view next_refused_candidate(std::string_view& lines);

// "claw.example.org" of "https://Claw.Example.org:8443/path", "claw.example.org:443",
// "claw.example.org."; "::1" of "[::1]:80".
[[nodiscard]] std::string bare_host(std::string_view origin);

}  // namespace clawvigil
