#include "tests/support/http_server.h"

#include <sys/socket.h>

#include <array>

#include "exporter/base/strings.h"

namespace clawvigil::test {

namespace {

constexpr int kBacklog = 64;

void send_all(int client, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(client, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

bool receive_more(int client, std::string& text) {
  std::array<char, 16384> buffer{};
  const ssize_t got = ::recv(client, buffer.data(), buffer.size(), 0);
  if (got <= 0) return false;
  text.append(buffer.data(), static_cast<std::size_t>(got));
  return true;
}

// The request line and headers of `head`.
HttpExchange parse_head(std::string_view head) {
  HttpExchange exchange;
  const auto lines = split(head, '\n');
  const auto words = split(trim(lines.front()), ' ');
  exchange.method = words.front();
  if (words.size() > 1) exchange.path = words[1];
  for (const std::string_view line : lines) {
    const std::size_t colon = line.find(": ");
    if (colon == std::string_view::npos) continue;
    exchange.headers[to_lower_ascii(line.substr(0, colon))] = trim(line.substr(colon + 2));
  }
  return exchange;
}

}  // namespace

HttpAnswer http_answer(int status, const std::string& body, const std::string& headers) {
  return {"HTTP/1.1 " + std::to_string(status) + " Text\r\nContent-Length: " +
          std::to_string(body.size()) + "\r\nConnection: close\r\n" + headers + "\r\n" + body};
}

HttpServer::HttpServer(Handler handler) : handler_(std::move(handler)), listener_(kBacklog) {
  acceptor_ = std::thread([this] { accept_all(); });
}

HttpServer::HttpServer(Handler handler, const std::string& unix_path)
    : handler_(std::move(handler)), listener_(kBacklog, unix_path) {
  acceptor_ = std::thread([this] { accept_all(); });
}

HttpServer::~HttpServer() {
  ::shutdown(listener_.socket.get(), SHUT_RDWR);
  acceptor_.join();
  {
    const std::lock_guard lock(mutex_);
    for (const Fd& client : clients_) ::shutdown(client.get(), SHUT_RDWR);
  }
  for (std::thread& worker : workers_) worker.join();
}

std::string HttpServer::url() const { return "http://127.0.0.1:" + std::to_string(port()); }

std::vector<HttpExchange> HttpServer::exchanges() const {
  const std::lock_guard lock(mutex_);
  return exchanges_;
}

bool HttpServer::wait_for(std::size_t count) const {
  return eventually([&] { return exchanges().size() >= count; });
}

void HttpServer::accept_all() {
  while (true) {
    Fd client(::accept4(listener_.socket.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!client) return;
    const int fd = client.get();
    {
      const std::lock_guard lock(mutex_);
      clients_.push_back(std::move(client));
    }
    workers_.emplace_back([this, fd] { serve(fd); });
  }
}

void HttpServer::serve(int client) {
  std::string text;
  while (text.find("\r\n\r\n") == std::string::npos) {
    if (!receive_more(client, text)) return;
  }
  const std::size_t head = text.find("\r\n\r\n") + 4;
  HttpExchange exchange = parse_head(std::string_view(text).substr(0, head));
  const auto length = exchange.headers.find("content-length");
  const std::size_t size = length == exchange.headers.end() ? 0 : std::stoul(length->second);
  while (text.size() < head + size) {
    if (!receive_more(client, text)) return;
  }
  exchange.body = text.substr(head);
  const HttpAnswer answer = handler_(exchange);
  {
    const std::lock_guard lock(mutex_);
    exchanges_.push_back(std::move(exchange));
  }
  send_all(client, answer.bytes);
  if (answer.hang) {
    while (receive_more(client, text)) {
    }
  }
  ::shutdown(client, SHUT_RDWR);
}

bool eventually(const std::function<bool()>& condition, std::chrono::milliseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

}  // namespace clawvigil::test
