// A raw TCP client for loopback: sends exactly what it is told, reads with a deadline.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "exporter/base/fd.h"

namespace clawvigil::test {

struct HttpResponse {
  int status = 0;                              // 0: none arrived
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
};

class HttpClient {
 public:
  explicit HttpClient(std::uint16_t port);

  // False once the server has closed the connection.
  bool send(std::string_view bytes) const;
  // One response by its Content-Length (none after a HEAD), or what arrived until the deadline.
  [[nodiscard]] HttpResponse receive(bool head = false,
                                     std::chrono::milliseconds deadline = kDeadline);
  // Everything until the server closes; with the time limit.
  [[nodiscard]] std::string receive_all(std::chrono::milliseconds deadline = kDeadline);
  [[nodiscard]] bool closed_by_server(std::chrono::milliseconds deadline = kDeadline);

  static constexpr std::chrono::milliseconds kDeadline{5000};

 private:
  // False at the end of the stream or at the deadline.
  bool read_more(std::chrono::steady_clock::time_point deadline);
  Fd fd_;
  std::string buffer_;
};

// One request on a connection of its own, with "Host: localhost" and Connection: close.
[[nodiscard]] HttpResponse http(std::uint16_t port, std::string_view method, std::string_view path,
                                std::string_view headers = {});

}  // namespace clawvigil::test
