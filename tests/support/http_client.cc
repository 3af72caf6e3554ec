#include "tests/support/http_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <charconv>

#include "exporter/base/strings.h"

namespace clawvigil::test {

namespace {

constexpr std::string_view kEndOfHead = "\r\n\r\n";

HttpResponse parse_head(std::string_view head) {
  HttpResponse response;
  constexpr std::size_t kStatusAt = 9;
  if (head.starts_with("HTTP/1.1 ")) {
    std::from_chars(head.data() + kStatusAt, head.data() + kStatusAt + 3, response.status);
  }
  for (const std::string_view line : split(head, '\n')) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    response.headers[to_lower_ascii(line.substr(0, colon))] = trim(line.substr(colon + 1));
  }
  return response;
}

}  // namespace

HttpClient::HttpClient(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    fd_.reset();
  }
}

bool HttpClient::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool HttpClient::read_more(std::chrono::steady_clock::time_point deadline) {
  using std::chrono::milliseconds;
  const auto left = std::chrono::ceil<milliseconds>(deadline - std::chrono::steady_clock::now());
  pollfd wait{fd_.get(), POLLIN, 0};
  if (left.count() <= 0 || ::poll(&wait, 1, static_cast<int>(left.count())) <= 0) return false;
  std::array<char, 65536> chunk{};
  const ssize_t count = ::recv(fd_.get(), chunk.data(), chunk.size(), 0);
  if (count <= 0) return false;
  buffer_.append(chunk.data(), static_cast<std::size_t>(count));
  return true;
}

HttpResponse HttpClient::receive(bool head, std::chrono::milliseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (buffer_.find(kEndOfHead) == std::string::npos) {
    if (!read_more(deadline)) return {};
  }
  const std::size_t body_at = buffer_.find(kEndOfHead) + kEndOfHead.size();
  HttpResponse response = parse_head(std::string_view(buffer_).substr(0, body_at));
  const std::size_t length = head ? 0 : std::stoul("0" + response.headers["content-length"]);
  while (buffer_.size() < body_at + length && read_more(deadline)) {
  }
  response.body = buffer_.substr(body_at, length);
  buffer_.erase(0, body_at + response.body.size());
  return response;
}

std::string HttpClient::receive_all(std::chrono::milliseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (read_more(deadline)) {
  }
  return std::move(buffer_);
}

bool HttpClient::closed_by_server(std::chrono::milliseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (read_more(deadline)) {
  }
  return std::chrono::steady_clock::now() < deadline;
}

HttpResponse http(std::uint16_t port, std::string_view method, std::string_view path,
                  std::string_view headers) {
  HttpClient client(port);
  std::string request;
  request.append(method).append(" ").append(path).append(" HTTP/1.1\r\nHost: localhost\r\n");
  request.append("Connection: close\r\n").append(headers).append("\r\n");
  client.send(request);
  return client.receive(method == "HEAD");
}

}  // namespace clawvigil::test
