#include "exporter/host/tls_probe.h"

#include <openssl/x509_vfy.h>

#include <utility>

#include "exporter/host/certificate_frames.h"
#include "exporter/host/child_process.h"
#include "exporter/host/tls_visit.h"

namespace clawvigil::host {

namespace {

constexpr std::uint64_t kCpuSeconds = 10;

// A frame is a VisitPart and an outcome_frame().
Result<> take(std::string_view frame, TlsProbeReport& report) {
  if (frame.empty()) return fail(Errc::parse, "the child process sent an empty frame");
  const auto part = static_cast<VisitPart>(frame.front());
  Result<std::string> outcome = outcome_of(frame.substr(1));
  const auto fails_at = [&](TlsStage stage) {
    if (!outcome) report.failure = TlsFailure{stage, outcome.error()};
  };
  switch (part) {
    case VisitPart::resolve:
      fails_at(TlsStage::resolve);
      return {};
    case VisitPart::connect:
      fails_at(TlsStage::connect);
      return {};
    case VisitPart::handshake: {
      fails_at(TlsStage::handshake);
      if (!outcome) return {};
      TRY_ASSIGN(report.handshake, decode_facts(*outcome));
      return {};
    }
    case VisitPart::page:
      fails_at(TlsStage::answer);
      report.page = std::move(outcome);
      return {};
    case VisitPart::protected_route:
      report.protected_route = std::move(outcome);
      return {};
    case VisitPart::plain:
      report.plain = std::move(outcome);
      return {};
  }
  return fail(Errc::parse, "the child process sent an unknown frame");
}

}  // namespace

std::string_view chain_problem(int verify_result) {
  switch (verify_result) {
    case X509_V_OK:
      return "";
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return "expired";
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return "not_yet_valid";
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      return "self_signed";
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_CERT_UNTRUSTED:
      return "issuer_unknown";
    case X509_V_ERR_EE_KEY_TOO_SMALL:
    case X509_V_ERR_CA_KEY_TOO_SMALL:
    case X509_V_ERR_CA_MD_TOO_WEAK:
      return "weak";
    case X509_V_ERR_INVALID_PURPOSE:
    case X509_V_ERR_INVALID_CA:
    case X509_V_ERR_PATH_LENGTH_EXCEEDED:
      return "purpose";
    default:
      return "other";
  }
}

Result<TlsProbeReport> probe_tls(const TlsProbeRequest& request, const std::stop_token& stop) {
  TRY_ASSIGN(const Dir nothing, directory_of_nothing());
  TlsProbeReport report;
  TlsVisit visit(request);  // used by the child alone
  const Result<> done = run_child(
      {.directory = nothing, .deadline = kTlsProbeDeadline, .cpu_seconds = kCpuSeconds}, stop,
      {.prepare = [&] { return visit.prepare(); },
       .run = [&](ChildOutput& out) { return visit.run(out); }},
      [&](std::string_view frame) { return take(frame, report); });
  if (done) return report;
  const bool too_late = done.error().code == Errc::timeout && !stop.stop_requested();
  if (!too_late) return std::unexpected(done.error());
  // Everything but the resolver ends long before that.
  report = {};
  report.failure = {TlsStage::resolve, {Errc::timeout, "the resolver does not answer"}};
  return report;
}

}  // namespace clawvigil::host
