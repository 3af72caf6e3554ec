#include "exporter/host/tls_visit.h"

#include <algorithm>
#include <array>
#include <memory>

#include "exporter/base/ip_address.h"
#include "exporter/host/certificate_frames.h"
#include "exporter/host/http_reply.h"
#include "exporter/host/openssl.h"
#include "exporter/host/tls_session.h"
#include "exporter/host/x509.h"

namespace clawvigil::host {

namespace {

constexpr std::chrono::seconds kConnectTimeout{6};
constexpr std::chrono::seconds kConnectAgainTimeout{2};
constexpr std::chrono::seconds kAnswerTimeout{5};
constexpr std::uint16_t kHttpPort = 80;
constexpr std::uint16_t kHttpsPort = 443;
constexpr std::size_t kMaxAuthorities = 2'000;
// RSA and DH below 2048 bits, SHA-1: what browsers refuse, too.
constexpr int kSecurityLevel = 2;

std::string port_suffix(std::uint16_t port) {
  return port == kHttpsPort ? "" : ":" + std::to_string(port);
}

SteadyTime in(std::chrono::seconds time) { return SystemClock{}.now().steady + time; }

bool is_v6(const std::string& host) { return host.find(':') != std::string::npos; }

// With a body it is a POST of JSON.
std::string request_text(const std::string& host, const std::string& path, std::string_view json) {
  std::string text = (json.empty() ? "GET " : "POST ") + path + " HTTP/1.1\r\nHost: " + host;
  text += "\r\nUser-Agent: clawvigil\r\nAccept: */*\r\nConnection: close\r\n";
  if (!json.empty()) {
    text += "Content-Type: application/json\r\nContent-Length: " + std::to_string(json.size());
    text += "\r\n";
  }
  return text.append("\r\n").append(json);
}

constexpr std::string_view kHeadEnd = "\r\n\r\n";

// Removes answers that announce another one: "HTTP/1.1 103 Early Hints".
void drop_interim(std::string& text) {
  while (text.starts_with("HTTP/1.1 1")) {
    const std::size_t end = text.find(kHeadEnd);
    if (end == std::string::npos) return;
    text.erase(0, end + kHeadEnd.size());
  }
}

// Sends the request and reads a header, and `body` bytes more if the server sends them in time.
AnswerText ask(ByteStream& stream, const std::string& request, std::size_t body) {
  TRY(stream.write(request));
  std::string text;
  std::array<char, 4096> chunk{};
  std::size_t budget = kMaxReplyHead + body;
  while (true) {
    drop_interim(text);
    const std::size_t end = text.find(kHeadEnd);
    const bool complete = end != std::string::npos;
    const std::size_t most = complete ? end + kHeadEnd.size() + body : 0;
    if (complete && text.size() >= most) return text.substr(0, most);
    const auto got = budget > 0
                         ? stream.read(std::span(chunk).first(std::min(chunk.size(), budget)))
                         : fail(Errc::too_large, "the header is too large");
    if (complete && (!got || *got == 0)) return text;
    if (!got) return std::unexpected(got.error());
    if (*got == 0) return fail(Errc::io, "closed before the answer was complete");
    text.append(chunk.data(), *got);
    budget -= *got;
  }
}

Result<CertificateFacts> facts_of(const OpenSsl& library, const SSL* session,
                                  const std::string& host) {
  CertificateFacts facts;
  facts.verify_result = static_cast<int>(library.verify_result(session));
  X509* const leaf = library.peer_certificate(session);
  if (leaf == nullptr) return fail(Errc::parse, "the server has no certificate");
  TRY_ASSIGN(facts.leaf, validity_of(library, leaf));
  facts.name_matches = is_for_host(library, leaf, host);
  const auto* const chain = reinterpret_cast<const OPENSSL_STACK*>(library.verified_chain(session));
  const bool valid = facts.verify_result == X509_V_OK && chain != nullptr;
  for (int i = 1; i < (valid ? library.stack_size(chain) : 0); ++i) {
    const auto* const signer = static_cast<const X509*>(library.stack_value(chain, i));
    TRY_ASSIGN(const Validity validity, validity_of(library, signer));
    if (!facts.chain || validity.not_after < facts.chain->not_after) facts.chain = validity;
  }
  return facts;
}

Result<> tell(ChildOutput& out, VisitPart part, const Result<std::string>& outcome) {
  return out.send(std::string(1, static_cast<char>(part)) + outcome_frame(outcome));
}

}  // namespace

// What both TLS connections share.
struct TlsVisit::Session {
  const OpenSsl& library;
  std::unique_ptr<SSL_CTX, decltype(&::SSL_CTX_free)> context;

  static Result<Session> create(const OpenSsl& library, std::string_view trusted_pem) {
    // What a browser would not agree to, a visitor cannot get; ALPN for servers that need it.
    constexpr std::array<unsigned char, 9> kAlpn{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
    Session session{library, {library.context_new(library.client_method()), library.context_free}};
    SSL_CTX* const context = session.context.get();
    if (context == nullptr) return fail(Errc::io, "OpenSSL cannot start a session");
    library.set_options(context, SSL_OP_IGNORE_UNEXPECTED_EOF);
    library.set_security_level(context, kSecurityLevel);
    library.set_alpn(context, kAlpn.data(), kAlpn.size());
    // Without any authority every chain is invalid, which is what the verdict then says.
    const auto authorities = parse_certificates(library, trusted_pem, kMaxAuthorities);
    if (!authorities && authorities.error().code != Errc::parse) {
      return std::unexpected(authorities.error());
    }
    if (!authorities) return session;
    for (const Certificate& authority : *authorities) {
      library.trust(library.trusted(context), authority.get());
    }
    return session;
  }
};

TlsVisit::TlsVisit(const TlsProbeRequest& request)
    : request_(request),
      host_(is_v6(request.host) ? "[" + request.host + "]" : request.host),
      server_name_(is_ip_address(request.host) ? "" : request.host) {}

Result<> TlsVisit::prepare() {
  TRY_ASSIGN(library_, OpenSsl::load());
  connect();
  return {};
}

void TlsVisit::connect() {
  const auto addresses = resolve(request_.connect_host, request_.connect_port);
  if (!addresses) {
    resolved_ = std::unexpected(addresses.error());
    return;
  }
  auto first = connect_first(*addresses, in(kConnectTimeout));
  if (!first) {
    connected_ = std::unexpected(first.error());
    return;
  }
  page_ = std::move(first->socket);
  const auto again = [&](TcpAddress address) {
    auto connection = connect_first({address}, in(kConnectAgainTimeout));
    return connection ? std::move(connection->socket) : Fd();
  };
  if (!request_.protected_path.empty()) protected_route_ = again(first->address);
  if (!request_.plain_http) return;
  first->address.set_port(kHttpPort);
  plain_ = again(first->address);
}

Result<> TlsVisit::run(ChildOutput& out) {
  if (!resolved_) return tell(out, VisitPart::resolve, std::unexpected(resolved_.error()));
  if (!connected_) return tell(out, VisitPart::connect, std::unexpected(connected_.error()));
  TRY_ASSIGN(Session session, Session::create(*library_, request_.trusted_pem));
  TRY(visit_page(session, out));
  if (!request_.protected_path.empty()) {
    TRY(tell(out, VisitPart::protected_route, ask_protected_route(session)));
  }
  if (!plain_) return {};
  const auto stream = plain_stream(std::move(plain_), in(kAnswerTimeout));
  return tell(out, VisitPart::plain, ask(*stream, request_text(host_, request_.path, ""), 0));
}

Result<> TlsVisit::visit_page(Session& session, ChildOutput& out) {
  TlsSession stream(*library_, session.context.get(), std::move(page_), in(kAnswerTimeout));
  if (const auto done = stream.handshake(server_name_); !done) {
    return tell(out, VisitPart::handshake, std::unexpected(done.error()));
  }
  const auto facts = facts_of(*library_, stream.get(), request_.host);
  if (!facts) return tell(out, VisitPart::handshake, std::unexpected(facts.error()));
  TRY(tell(out, VisitPart::handshake, encode(*facts)));
  const std::string request = request_text(host_ + port_suffix(request_.port), request_.path, "");
  return tell(out, VisitPart::page, ask(stream, request, 0));
}

AnswerText TlsVisit::ask_protected_route(Session& session) {
  if (!protected_route_) return fail(Errc::io, "a second connection was refused");
  TlsSession stream(*library_, session.context.get(), std::move(protected_route_),
                    in(kAnswerTimeout));
  TRY(stream.handshake(server_name_));
  const std::string request =
      request_text(host_ + port_suffix(request_.port), request_.protected_path, "{}");
  return ask(stream, request, kMaxAnswerBody);
}

}  // namespace clawvigil::host
