// The part of a probe (tls_probe.h) that its child process does. Internal to exporter/host.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "exporter/base/fd.h"
#include "exporter/base/result.h"
#include "exporter/host/byte_stream.h"
#include "exporter/host/child_process.h"
#include "exporter/host/tcp.h"
#include "exporter/host/tls_probe.h"

namespace clawvigil::host {

class OpenSsl;

enum class VisitPart : char { resolve, connect, handshake, page, protected_route, plain };

class TlsVisit {
 public:
  explicit TlsVisit(const TlsProbeRequest& request);

  // Loads OpenSSL and makes the connections; what fails of that is told by run().
  // Error: unsupported.
  [[nodiscard]] Result<> prepare();
  // Sends one frame for each part that was tried. Error: the parent does not listen.
  [[nodiscard]] Result<> run(ChildOutput& out);

 private:
  struct Session;

  void connect();
  // The first connection, up to its answer.
  [[nodiscard]] Result<> visit_page(Session& session, ChildOutput& out);
  [[nodiscard]] AnswerText ask_protected_route(Session& session);

  const TlsProbeRequest& request_;
  std::string host_;         // as in the header Host, without port
  std::string server_name_;  // for SNI; "" for an address
  const OpenSsl* library_ = nullptr;
  Result<> resolved_;
  Result<> connected_;
  Fd page_;
  Fd protected_route_;
  Fd plain_;
};

}  // namespace clawvigil::host
