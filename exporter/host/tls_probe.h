// What a stranger gets who visits an HTTPS address: handshake, certificate, the beginning of the
// answers. In a child process (child_process.h), because a server may be anyone's: OpenSSL and the
// resolver live and die there, and the daemon stays as small as it was.
//
// Up to three connections, made before the child is confined and used one after the other:
//
//   GET <path>                 over TLS
//   POST <protected_path> {}   over TLS
//   GET <path>                 without TLS on port 80
//
// Redirects are not followed, nothing else is fetched. Bounds: 6 s to connect (2 s for the second
// and third), 5 s for handshake and answer (each), 16 KiB of header and 4 KiB of body, 30 s in all.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "exporter/base/result.h"
#include "exporter/host/certificates.h"

namespace clawvigil::host {

inline constexpr std::size_t kMaxAnswerBody = 4UL * 1024;
inline constexpr std::chrono::seconds kTlsProbeDeadline{30};

struct TlsProbeRequest {
  std::string host;  // name or address that the certificate must be for; sent as SNI and Host
  std::uint16_t port = 443;
  std::string connect_host;  // where to connect
  std::uint16_t connect_port = 443;
  std::string path = "/";
  std::string protected_path;    // "": not asked
  bool plain_http = false;       // ask port 80, too
  std::string_view trusted_pem;  // certificates of authorities
};

// Why a chain is not valid, by its X509_V_… (openssl-verify(1)): expired, not_yet_valid,
// self_signed, issuer_unknown (an intermediate certificate is missing, or the root is not trusted),
// weak (keys or digests browsers refuse), purpose (not for a server, or a signer that is no
// authority), other; "" for X509_V_OK.
[[nodiscard]] std::string_view chain_problem(int verify_result);

enum class TlsStage { resolve, connect, handshake, answer };

struct TlsFailure {
  TlsStage stage = TlsStage::resolve;
  Error error;
};

// The first bytes of an answer, at least its whole header; or why there is none: timeout,
// too_large (the header), io (closed before its end).
using AnswerText = Result<std::string>;

struct TlsProbeReport {
  std::optional<TlsFailure> failure;  // of the first connection; a resolver's, too
  // Of a completed handshake, whatever it is worth; unset if it came not so far. Its chain is unset
  // unless it is valid. (A server may send more than is needed, such as old roots.)
  std::optional<CertificateFacts> handshake;
  std::optional<AnswerText> page;
  std::optional<AnswerText> protected_route;  // unset if not asked
  std::optional<AnswerText> plain;            // unset if not asked, or nothing listens there
};

// Blocks. Any thread. Errors tell nothing about the server: unsupported: libssl.so.3 is not
// installed, or the kernel has no Landlock; timeout: `stop`; io: the child failed.
[[nodiscard]] Result<TlsProbeReport> probe_tls(const TlsProbeRequest& request,
                                               const std::stop_token& stop);

}  // namespace clawvigil::host
