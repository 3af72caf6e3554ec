// The credentials of one home by age, and credentials found where none belong. Never a value.
#include <algorithm>
#include <string>

#include "exporter/web/page.h"

namespace clawvigil::web::page {

namespace {

constexpr std::string_view kCreated = "clawvigil_credential_created_timestamp_seconds";
constexpr std::string_view kFindings = "clawvigil_secret_findings";

void expiry(Table& table, const View& view, std::string_view credential) {
  for (const Row& row : view.rows("clawvigil_credential_expiry_timestamp_seconds")) {
    if (row.label("credential") != credential) continue;
    table.text(row.label("refreshable") == "true" ? "renews itself"
                                                  : format_date(to_time(row.value())));
    return;
  }
  table.text("");
}

void ages(Html& html, const View& view, const std::string& id) {
  Table table(html, "credentials-" + id,
              {{"Credential"}, {"In use since"}, {"Age", true}, {"Expires"}, {"Rotations", true}});
  for (const Row& row : view.rows(kCreated)) {
    const std::string_view credential = row.label("credential");
    const SystemTime created = to_time(row.value());
    const std::optional<double> rotations =
        view.sum("clawvigil_credential_rotations_total", "credential", credential);
    if (!table.begin_row(credential, row.label("kind"))) continue;
    table.text(format_date(created));
    table.number(format_duration(std::max(view.snapshot().time - created, Duration(0))));
    expiry(table, view, credential);
    table.number(rotations ? format_count(*rotations) : "");
  }
  table.end();
}

void found(Html& html, const View& view, const std::string& id) {
  html.raw("<h3 id=\"secrets-").text(id).raw("\">Credentials where none belong</h3>");
  std::vector<Row> rows = view.rows(kFindings);
  const bool looked = !rows.empty();
  std::erase_if(rows, [](const Row& row) { return row.value() <= 0; });
  if (!looked) {
    html.raw("<p>");
    unknown(html, view, kFindings);
    html.raw("</p>");
  } else if (rows.empty()) {
    html.raw("<p>");
    badge(html, Mark::good, "None found").raw("</p>");
  } else {
    Table table(html, "secrets-" + id, {{"Place"}, {"What it looks like"}, {"Found", true}});
    for (const Row& row : rows) {
      if (!table.begin_row(row.label("location"))) continue;
      table.text(row.label("rule")).number(format_count(row.value()));
    }
    table.end();
    html.raw(
        "<p class=\"note\">Files and lines: <code>sudo clawvigil check --area secrets</code></p>");
  }
}

}  // namespace

void credentials(Html& html, const View& view, std::size_t index) {
  const std::string id = std::to_string(index);
  if (!view.is_absent(kCreated)) {
    html.raw("<h3 id=\"credentials-").text(id).raw("\">Keys and tokens</h3>");
    if (view.rows(kCreated).empty()) {
      html.raw("<p>");
      unknown(html, view, kCreated);
      html.raw("</p>");
    } else {
      ages(html, view, id);
    }
  }
  if (!view.is_absent(kFindings)) found(html, view, id);
}

}  // namespace clawvigil::web::page
