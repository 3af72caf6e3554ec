#include "exporter/host/certificates.h"

#include <algorithm>

#include "exporter/host/certificate_frames.h"
#include "exporter/host/child_process.h"
#include "exporter/host/x509.h"

namespace clawvigil::host {

namespace {

constexpr std::chrono::seconds kDeadline{10};
constexpr std::uint64_t kCpuSeconds = 5;

Result<std::string> facts_of(const OpenSsl& library, const CertificateText& text) {
  TRY_ASSIGN(const auto certificates, parse_certificates(library, text.pem, kMaxCertificates));
  CertificateFacts facts;
  TRY_ASSIGN(facts.leaf, validity_of(library, certificates.front().get()));
  for (std::size_t i = 1; i < certificates.size(); ++i) {
    TRY_ASSIGN(const Validity validity, validity_of(library, certificates[i].get()));
    if (!facts.chain || validity.not_after < facts.chain->not_after) facts.chain = validity;
  }
  facts.name_matches = std::ranges::any_of(text.hosts, [&](const std::string& host) {
    return is_for_host(library, certificates.front().get(), host);
  });
  return encode(facts);
}

Result<CertificateDates> dates_of(std::string_view frame) {
  TRY_ASSIGN(const std::string text, outcome_of(frame));
  TRY_ASSIGN(const CertificateFacts facts, decode_facts(text));
  return CertificateDates{facts.leaf, facts.chain, facts.name_matches};
}

}  // namespace

Result<std::vector<Result<CertificateDates>>> read_certificates(
    const std::vector<CertificateText>& texts, const std::stop_token& stop) {
  std::vector<Result<CertificateDates>> results;
  TRY_ASSIGN(const Dir nothing, directory_of_nothing());
  const OpenSsl* library = nullptr;  // in the child
  const auto prepare = [&]() -> Result<> {
    TRY_ASSIGN(library, OpenSsl::load());
    return {};
  };
  const auto run = [&](ChildOutput& out) -> Result<> {
    for (const CertificateText& text : texts) {
      TRY(out.send(outcome_frame(facts_of(*library, text))));
    }
    return {};
  };
  const Result<> done =
      run_child({.directory = nothing, .deadline = kDeadline, .cpu_seconds = kCpuSeconds}, stop,
                {.prepare = prepare, .run = run}, [&](std::string_view frame) -> Result<> {
                  results.push_back(dates_of(frame));
                  return {};
                });
  if (!done) return std::unexpected(done.error());
  if (results.size() == texts.size()) return results;
  return fail(Errc::parse, "the child process told of other certificates than it was asked for");
}

}  // namespace clawvigil::host
