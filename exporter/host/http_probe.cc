#include "exporter/host/http_probe.h"

#include <array>
#include <optional>
#include <utility>

#include "exporter/host/byte_stream.h"
#include "exporter/host/http_reply.h"
#include "exporter/host/tls_stream.h"

namespace clawvigil::host {

namespace {

// Of HTTP/1.0, so that the server sends the body as it is and closes.
std::string head_text(std::string_view method, std::string_view path, std::string_view host) {
  return std::string(method) + " " + std::string(path) + " HTTP/1.0\r\nHost: " + std::string(host) +
         "\r\nUser-Agent: clawvigil\r\nAccept: */*\r\n";
}

std::string request_text(const ProbeRequest& request) {
  const bool post = !request.json_body.empty();
  std::string text =
      head_text(post ? "POST" : "GET", request.path, "127.0.0.1:" + std::to_string(request.port));
  if (post) {
    text += "Content-Type: application/json\r\nContent-Length: " +
            std::to_string(request.json_body.size()) + "\r\n";
  }
  return text + "\r\n" + request.json_body;
}

Result<std::unique_ptr<ByteStream>> open_stream(const ProbeRequest& request, SteadyTime deadline) {
  TRY_ASSIGN(Fd socket, connect_loopback(request.port, deadline));
  if (request.tls) return tls_stream(std::move(socket), deadline);
  return plain_stream(std::move(socket), deadline);
}

// Appends what comes next; false at the end of the connection.
Result<bool> receive(ByteStream& stream, std::string& text) {
  constexpr std::size_t kChunk = 4096;
  std::array<char, kChunk> chunk{};
  TRY_ASSIGN(const std::size_t got, stream.read(chunk));
  text.append(chunk.data(), got);
  return got > 0;
}

Result<ProbeReply> read_reply(ByteStream& stream) {
  const auto incomplete = fail(Errc::io, "the answer is incomplete");
  const auto too_large = fail(Errc::too_large, "the answer is too large");
  std::string text;
  std::optional<ReplyHead> head;
  while (!head) {
    TRY_ASSIGN(const bool more, receive(stream, text));
    if (!more) return incomplete;
    TRY_ASSIGN(head, parse_reply_head(text));
  }
  if (head->body_size.value_or(0) > kMaxProbeBody) return too_large;
  text.erase(0, head->size);
  while (text.size() < head->body_size.value_or(kMaxProbeBody + 1)) {
    TRY_ASSIGN(const bool more, receive(stream, text));
    if (more) continue;
    if (head->body_size) return incomplete;
    return ProbeReply{head->status, std::move(text)};
  }
  if (!head->body_size) return too_large;
  text.resize(*head->body_size);
  return ProbeReply{head->status, std::move(text)};
}

Result<ProbeReply> exchange(ByteStream& stream, std::string_view request, SteadyTime start) {
  TRY(stream.write(request));
  TRY_ASSIGN(ProbeReply reply, read_reply(stream));
  reply.duration = SystemClock{}.now().steady - start;
  return reply;
}

Result<ProbeReply> ask(const ProbeRequest& request) {
  const SteadyTime start = SystemClock{}.now().steady;
  TRY_ASSIGN(const auto stream, open_stream(request, start + kProbeTimeout));
  return exchange(*stream, request_text(request), start);
}

Result<ProbeReply> ask(const Dir& directory, std::string_view name, std::string_view host,
                       std::string_view path) {
  const SteadyTime start = SystemClock{}.now().steady;
  TRY_ASSIGN(Fd socket, connect_unix(directory, name));
  const auto stream = plain_stream(std::move(socket), start + kProbeTimeout);
  return exchange(*stream, head_text("GET", path, host) + "\r\n", start);
}

}  // namespace

Result<ProbeReply> probe_loopback(const ProbeRequest& request) {
  Result<ProbeReply> reply = ask(request);
  if (reply) return reply;
  return prefixed(std::move(reply).error(), (request.tls ? "https" : "http") +
                                                ("://127.0.0.1:" + std::to_string(request.port)) +
                                                request.path);
}

Result<ProbeReply> probe_unix(const Dir& directory, std::string_view name, std::string_view host,
                              std::string_view path) {
  Result<ProbeReply> reply = ask(directory, name, host, path);
  if (reply) return reply;
  return prefixed(std::move(reply).error(), std::string(name));
}

}  // namespace clawvigil::host
