#include "collectors/tls/endpoint_facts.h"

#include <vector>

#include "collectors/parse/http_security.h"
#include "collectors/tls_families.h"

namespace clawvigil::tls {

namespace {

using namespace tls_families;
using Names = std::vector<std::string_view>;

constexpr std::uint16_t kHttpsPort = 443;
constexpr int kFirstServerError = 500;

void unknown(const TlsEndpoint& endpoint, Error error, const Names& families, Batch& out) {
  error.message = endpoint.name + ": " + error.message;
  out.unknown(error, families);
}

std::string_view reason_of(const host::TlsFailure& failure) {
  const bool late = failure.error.code == Errc::timeout;
  switch (failure.stage) {
    case host::TlsStage::resolve:
      return "resolve";
    case host::TlsStage::connect:
      if (failure.error.code == Errc::not_found) return "refused";
      return late ? "connect_timeout" : "unreachable";
    case host::TlsStage::handshake:
      return late ? "handshake_timeout" : "handshake";
    case host::TlsStage::answer:
      if (failure.error.code == Errc::too_large) return "answer_too_large";
      if (failure.error.code == Errc::parse) return "not_http";
      return late ? "answer_timeout" : "answer_closed";
  }
  return "answer_closed";
}

double seconds(std::chrono::sys_seconds time) {
  return static_cast<double>(time.time_since_epoch().count());
}

void export_handshake(const TlsEndpoint& endpoint, const host::CertificateFacts& handshake,
                      Batch& out) {
  const std::string_view problem = host::chain_problem(handshake.verify_result);
  out.set(kChainValid, problem.empty() ? 1 : 0, endpoint.name);
  if (!problem.empty()) out.set(kChainProblem, 1, endpoint.name, problem);
  out.set(kNameValid, handshake.name_matches ? 1 : 0, endpoint.name);
  export_dates(endpoint.name, handshake.leaf, handshake.chain, out);
}

void export_page(const TlsEndpoint& endpoint, const HttpHead& page, Batch& out) {
  // A proxy whose service is down answers by itself, usually without the headers.
  if (page.status >= kFirstServerError) {
    const Error error{Errc::unsupported, "answered with status " + std::to_string(page.status)};
    return unknown(endpoint, error, {kHeader.name()}, out);
  }
  for (const SecurityHeader& header : security_headers(page)) {
    out.set(kHeader, header.present ? 1 : 0, endpoint.name, header.name);
  }
}

void export_plain(const TlsEndpoint& endpoint, const host::AnswerText& plain, Batch& out) {
  // Closed without an answer, or not HTTP: nothing is served there.
  if (!plain && plain.error().code == Errc::io) return;
  if (!plain) {
    Error error = plain.error();
    error.message = "port 80: " + error.message;
    return unknown(endpoint, std::move(error), {kRedirects.name()}, out);
  }
  const auto head = parse_http_head(*plain);
  const std::optional<bool> redirects = head ? redirects_to_https(*head) : std::nullopt;
  if (redirects) out.set(kRedirects, *redirects ? 1 : 0, endpoint.name);
}

void export_refusal(const TlsEndpoint& endpoint, const HttpsUrl& url,
                    const host::AnswerText& answer, Batch& out) {
  const auto verdict = [&]() -> Result<bool> {
    if (!answer) return std::unexpected(answer.error());
    TRY_ASSIGN(const HttpHead head, parse_http_head(*answer));
    return refuses_strangers(head, protected_path(url));
  }();
  if (verdict) return out.set(kAuthRequired, *verdict ? 1 : 0, endpoint.name);
  Error error = verdict.error();
  if (error.code == Errc::unsupported) {
    error.message += "; is the gateway at this URL? (authentication: false if not)";
  }
  unknown(endpoint, std::move(error), {kAuthRequired.name()}, out);
}

// What cannot be known of an endpoint that was not reached, or not to the end.
void export_failure(const TlsEndpoint& endpoint, const HttpsUrl& url,
                    const host::TlsProbeReport& report, const host::TlsFailure& failure,
                    Batch& out) {
  out.set(kProbeFailure, 1, endpoint.name, reason_of(failure));
  Names missing{kHeader.name()};
  if (!report.handshake) {
    missing.insert(missing.end(),
                   {kChainValid.name(), kNameValid.name(), kNotAfter.name(), kNotBefore.name()});
  }
  const bool connected = failure.stage > host::TlsStage::connect;
  if (!connected && endpoint.expect_authentication) missing.push_back(kAuthRequired.name());
  if (!connected && url.server.port == kHttpsPort) missing.push_back(kRedirects.name());
  unknown(endpoint, failure.error, missing, out);
}

}  // namespace

std::string protected_path(const HttpsUrl& url) {
  const std::string path = url.path.substr(0, url.path.find('?'));
  return path.substr(0, path.rfind('/') + 1) + "tools/invoke";
}

host::TlsProbeRequest request_for(const TlsEndpoint& endpoint, const HttpsUrl& url,
                                  std::string_view trusted_pem) {
  const HostPort target = parse_host_port(endpoint.address).value_or(url.server);
  host::TlsProbeRequest request;
  request.host = url.server.host;
  request.port = url.server.port;
  request.connect_host = target.host;
  request.connect_port = target.port;
  request.path = url.path;
  if (endpoint.expect_authentication) request.protected_path = protected_path(url);
  // Another port is another service's; its port 80 need not be this one's.
  request.plain_http = url.server.port == kHttpsPort;
  request.trusted_pem = trusted_pem;
  return request;
}

void export_dates(std::string_view endpoint, const host::Validity& leaf,
                  const std::optional<host::Validity>& chain, Batch& out) {
  constexpr std::string_view kLeaf = "leaf";
  constexpr std::string_view kChain = "chain";
  out.set(kNotAfter, seconds(leaf.not_after), endpoint, kLeaf);
  out.set(kNotBefore, seconds(leaf.not_before), endpoint, kLeaf);
  if (!chain) return;
  out.set(kNotAfter, seconds(chain->not_after), endpoint, kChain);
  out.set(kNotBefore, seconds(chain->not_before), endpoint, kChain);
}

void export_report(const TlsEndpoint& endpoint, const HttpsUrl& url,
                   const Result<host::TlsProbeReport>& report, Batch& out) {
  if (!report) {
    Names all = names_of(kMetrics);
    std::erase(all, kEndpoints.name());
    return unknown(endpoint, report.error(), all, out);
  }
  std::optional<host::TlsFailure> failure = report->failure;
  if (report->handshake) export_handshake(endpoint, *report->handshake, out);
  if (report->page && *report->page) {
    const auto page = parse_http_head(**report->page);
    if (page) export_page(endpoint, *page, out);
    if (!page) failure = {host::TlsStage::answer, page.error()};
  }
  out.set(kProbeSuccess, failure ? 0 : 1, endpoint.name);
  if (failure) export_failure(endpoint, url, *report, *failure, out);
  if (report->protected_route) export_refusal(endpoint, url, *report->protected_route, out);
  if (report->plain) export_plain(endpoint, *report->plain, out);
}

}  // namespace clawvigil::tls
