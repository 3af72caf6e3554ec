// What strangers get over HTTPS, and until when certificates are valid.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "exporter/web/page.h"

namespace clawvigil::web::page {

namespace {

constexpr std::string_view kEndpoints = "clawvigil_tls_endpoints_configured";
constexpr std::string_view kSuccess = "clawvigil_tls_probe_success";
constexpr std::string_view kRedirects = "clawvigil_http_redirects_to_https";
constexpr std::string_view kRefused = "clawvigil_http_auth_required";
constexpr std::string_view kNotAfter = "clawvigil_tls_certificate_not_after_timestamp_seconds";

std::optional<double> of(const View& view, std::string_view family, std::string_view endpoint) {
  return view.sum(family, "endpoint", endpoint);
}

// The value of another label of the endpoint's first sample.
std::string word_of(const View& view, std::string_view family, std::string_view endpoint,
                    std::string_view label) {
  for (const Row& row : view.rows(family)) {
    if (row.label("endpoint") == endpoint) return std::string(row.label(label));
  }
  return {};
}

// What could not be determined of this endpoint begins with its name.
bool is_unknown(const View& view, std::string_view family, std::string_view endpoint) {
  const std::string prefix = std::string(endpoint) + ": ";
  for (const CollectorState& state : view.snapshot().collectors) {
    if (!state.batch) continue;
    for (const Unknown& unknown : state.batch->unknowns()) {
      const bool concerned = std::ranges::find(unknown.families, family) != unknown.families.end();
      if (concerned && unknown.detail.starts_with(prefix)) return true;
    }
  }
  return false;
}

std::string with_spaces(std::string text) {
  std::ranges::replace(text, '_', ' ');
  return text;
}

// "until 2026-12-01", the first end of leaf and chain; "" if it is not known.
Sentence end_of(const View& view, std::string_view endpoint) {
  std::optional<double> first;
  for (const Row& row : view.rows(kNotAfter)) {
    if (row.label("endpoint") != endpoint) continue;
    first = std::min(first.value_or(row.value()), row.value());
  }
  if (!first || std::abs(*first) > kLatestTime) return {};
  return Phrase{"until ", "jusqu'au "} + format_date(to_time(*first));
}

void answers(Table& table, const View& view, std::string_view endpoint) {
  const std::string reason = word_of(view, "clawvigil_tls_probe_failure_info", endpoint, "reason");
  if (of(view, kSuccess, endpoint).value_or(0) > 0) {
    table.mark(Mark::good, {"Yes", "Oui"});
  } else {
    table.mark(Mark::bad, {"No", "Non"}, with_spaces(reason));
  }
}

void certificate(Table& table, const View& view, std::string_view endpoint) {
  const auto chain = of(view, "clawvigil_tls_chain_valid", endpoint);
  const auto name = of(view, "clawvigil_tls_name_valid", endpoint);
  const std::string problem =
      word_of(view, "clawvigil_tls_chain_problem_info", endpoint, "problem");
  const Sentence end = end_of(view, endpoint);
  if (!chain || !name) {
    table.mark(Mark::unknown, kUnknown);
  } else if (*chain <= 0) {
    table.mark(Mark::bad, with_spaces(problem), end);
  } else if (*name <= 0) {
    table.mark(Mark::bad, {"for other names", "pour d'autres noms"}, end);
  } else {
    table.mark(Mark::good, {"valid", "valide"}, end);
  }
}

void headers(Table& table, const View& view, std::string_view endpoint) {
  std::string missing;
  bool any = false;
  for (const Row& row : view.rows("clawvigil_http_security_header_present")) {
    if (row.label("endpoint") != endpoint) continue;
    any = true;
    if (row.value() > 0) continue;
    missing.append(missing.empty() ? "" : ", ").append(row.label("header"));
  }
  if (!any) {
    table.mark(Mark::unknown, kUnknown);
  } else if (missing.empty()) {
    table.mark(Mark::good, {"all four", "les quatre"});
  } else {
    table.mark(Mark::bad, {"missing", "manquants"}, missing);
  }
}

void plain_http(Table& table, const View& view, std::string_view endpoint) {
  const auto redirects = of(view, kRedirects, endpoint);
  if (!redirects && is_unknown(view, kRedirects, endpoint)) {
    table.mark(Mark::unknown, kUnknown);
  } else if (!redirects) {
    table.text({"not served", "pas servi"});
  } else if (*redirects > 0) {
    table.mark(Mark::good, {"redirected", "redirigé"});
  } else {
    table.mark(Mark::bad, {"served", "servi"});
  }
}

void strangers(Table& table, const View& view, std::string_view endpoint) {
  const auto refused = of(view, kRefused, endpoint);
  if (!refused && is_unknown(view, kRefused, endpoint)) {
    table.mark(Mark::unknown, kUnknown);
  } else if (!refused) {
    table.text({"not asked", "non demandé"});
  } else if (*refused > 0) {
    table.mark(Mark::good, {"refused", "refusés"});
  } else {
    table.mark(Mark::bad, {"served", "servi"});
  }
}

void endpoints(Html& html, const View& view) {
  Table table(html, {"HTTPS", "HTTPS"},
              {{"Endpoint", "Adresse"},
               {"Answers", "Répond"},
               {"Certificate", "Certificat"},
               {"Security headers", "En-têtes de sécurité"},
               {"Plain HTTP", "HTTP sans chiffrement"},
               {"Strangers at the gateway", "Inconnus à la passerelle"}});
  for (const Row& row : view.rows(kSuccess)) {
    const std::string_view endpoint = row.label("endpoint");
    if (!table.begin_row(endpoint)) continue;
    answers(table, view, endpoint);
    certificate(table, view, endpoint);
    headers(table, view, endpoint);
    plain_http(table, view, endpoint);
    strangers(table, view, endpoint);
  }
  table.end();
}

// Certificate files: what has dates and was not visited.
std::vector<std::string> files_of(const View& view) {
  std::vector<std::string> files;
  for (const Row& row : view.rows(kNotAfter)) {
    const std::string name(row.label("endpoint"));
    if (row.label("role") == "leaf" && !of(view, kSuccess, name)) files.push_back(name);
  }
  return files;
}

void files(Html& html, const View& view, const std::vector<std::string>& names) {
  html.raw("<h4 id=\"tls-files\">")
      .text({"Certificate files", "Fichiers de certificats"})
      .raw("</h4>");
  Table table(html, {"Certificate files", "Fichiers de certificats"},
              {{"File", "Fichier"}, {"Valid", "Valide"}});
  for (const std::string& name : names) {
    if (table.begin_row(name)) table.text(end_of(view, name));
  }
  table.end();
}

}  // namespace

void tls(Html& html, const View& view) {
  const bool visits = view.value(kEndpoints).value_or(0) > 0;
  const std::vector<std::string> names = files_of(view);
  if (!visits && names.empty() && !view.is_incomplete(kNotAfter)) return;
  begin_part(html, "tls", {"HTTPS", "HTTPS"});
  if (!view.rows(kSuccess).empty()) endpoints(html, view);
  if (!names.empty()) files(html, view, names);
  if (view.is_incomplete(kNotAfter) || (visits && view.rows(kSuccess).empty())) {
    html.raw("<p>");
    unknown(html, view, kNotAfter);
    html.raw("</p>");
  }
  end_part(html);
}

}  // namespace clawvigil::web::page
