// An HTTP server on loopback, or on a unix socket, that answers exactly what a test tells it to,
// however wrong.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "exporter/base/fd.h"
#include "tests/support/loopback_listener.h"

namespace clawvigil::test {

struct HttpExchange {
  std::string method;
  std::string path;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
};

struct HttpAnswer {
  std::string bytes;  // as they go over the wire; see http_answer()
  bool hang = false;  // after the bytes: keep the connection until the client leaves
};

// A whole answer with Content-Length; `headers` in lines that end in \r\n.
[[nodiscard]] HttpAnswer http_answer(int status, const std::string& body = {},
                                     const std::string& headers = {});

class HttpServer {
 public:
  using Handler = std::function<HttpAnswer(const HttpExchange&)>;  // called by several threads
  explicit HttpServer(Handler handler);
  HttpServer(Handler handler, const std::string& unix_path);
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  ~HttpServer();

  [[nodiscard]] std::uint16_t port() const { return listener_.port; }
  [[nodiscard]] std::string url() const;  // "http://127.0.0.1:PORT"
  [[nodiscard]] std::vector<HttpExchange> exchanges() const;
  // Waits until `count` requests have come; false after 10 s.
  [[nodiscard]] bool wait_for(std::size_t count) const;

 private:
  void accept_all();
  void serve(int client);

  Handler handler_;
  LoopbackListener listener_;
  mutable std::mutex mutex_;
  std::vector<HttpExchange> exchanges_;
  std::list<Fd> clients_;
  std::vector<std::thread> workers_;
  std::thread acceptor_;
};

// Polls until `condition` holds; false after `limit`.
[[nodiscard]] bool eventually(const std::function<bool()>& condition,
                              std::chrono::milliseconds limit = std::chrono::seconds(10));

}  // namespace clawvigil::test
