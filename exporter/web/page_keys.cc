// Keys and tokens by age, against the age the rules or the owner allow. Never a value.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "exporter/web/page.h"

namespace clawvigil::web::page {

namespace {

constexpr std::string_view kCreated = "clawvigil_credential_created_timestamp_seconds";
constexpr std::string_view kOwnersLimit = "clawvigil_credential_max_age_seconds";
constexpr double kDay = 86'400;
constexpr double kDefaultDays = 90;
constexpr double kDefaultSshDays = 730;

double in_days(double seconds) { return std::max(1.0, seconds / kDay); }

// What the rules CredentialTooOld and SshKeyTooOld allow.
struct Limits {
  double days = kDefaultDays;
  double ssh_days = kDefaultSshDays;
};

Limits limits_of(const AlertView* alerts) {
  if (alerts == nullptr) return {};
  return {in_days(alerts->threshold("CredentialTooOld", kDefaultDays * kDay)),
          in_days(alerts->threshold("SshKeyTooOld", kDefaultSshDays * kDay))};
}

bool same_key(const Row& a, const Row& b) {
  return a.label("credential") == b.label("credential") && a.label("home") == b.label("home");
}

// The owner's own limit before that of the rules; nothing for what may be of any age.
std::optional<double> allowed_days(const View& view, const Row& key, const Limits& limits) {
  for (const Row& row : view.rows(kOwnersLimit)) {
    if (!same_key(row, key)) continue;
    return std::isfinite(row.value()) ? std::optional(in_days(row.value())) : std::nullopt;
  }
  const std::string_view kind = key.label("kind");
  if (kind == "ssh_user") return limits.ssh_days;
  if (kind == "ssh_host" || kind == "session") return std::nullopt;
  return limits.days;
}

// Whether a rule says that it is too old: rules judge, the bar only shows.
bool is_too_old(const AlertView* alerts, const Row& row) {
  if (alerts == nullptr) return false;
  return std::ranges::any_of(alerts->posture.entries, [&](const alerts::PostureEntry& entry) {
    return (entry.alertname == "CredentialTooOld" || entry.alertname == "SshKeyTooOld") &&
           entry.labels.get("credential") == row.label("credential") &&
           entry.labels.get("home") == row.label("home");
  });
}

// Twice the allowed age is as long as it gets.
void bar(Html& html, double ratio, bool too_old) {
  constexpr double kWhole = 120;
  std::array<char, 16> width{};
  static_cast<void>(
      std::snprintf(width.data(), width.size(), "%.1f", std::clamp(ratio / 2, 0.01, 1.0) * kWhole));
  html.raw(
      "<svg class=\"age\" viewBox=\"0 0 120 10\" aria-hidden=\"true\">"
      "<rect class=\"track\" width=\"120\" height=\"10\"/>");
  if (too_old) {
    html.raw("<rect class=\"bar hi\" height=\"10\" width=\"");
  } else {
    html.raw("<rect class=\"bar\" height=\"10\" width=\"");
  }
  html.text(std::string_view(width.data()))
      .raw(
          "\"/><rect class=\"tick\" x=\"59\" width=\"2\" "
          "height=\"10\"/></svg>");
}

void expiry(Table& table, const View& view, const Row& key) {
  for (const Row& row : view.rows("clawvigil_credential_expiry_timestamp_seconds")) {
    if (!same_key(row, key)) continue;
    if (row.label("refreshable") == "true") {
      table.text({"renews itself", "se renouvelle seule"});
    } else {
      table.text(format_date(to_time(row.value())));
    }
    return;
  }
  table.text({});
}

void age(Html& html, Table& table, const PageInput& input, const Row& row,
         std::optional<double> allowed) {
  const Duration old = std::max(input.snapshot.time - to_time(row.value()), Duration(0));
  const double days = std::chrono::duration<double>(old).count() / kDay;
  const bool too_old = is_too_old(input.alerts, row);
  table.begin_cell();
  if (allowed) bar(html, days / *allowed, too_old);
  html.raw(" ").text(format_duration(old));
  if (too_old) {
    html.raw(" ");
    badge(html, Mark::bad, {"Too old", "Trop vieille"});
  }
  table.end_cell();
}

}  // namespace

void key_ages(Html& html, const PageInput& input) {
  const View view(input.snapshot, "");
  if (view.is_absent(kCreated)) return;
  begin_card(html, "keys", {"Keys and tokens", "Clés et jetons"});
  std::vector<Row> rows = view.rows(kCreated);
  std::ranges::stable_sort(rows, {}, &Row::value);  // the oldest first
  if (rows.empty()) {
    html.raw("<p>");
    unknown(html, view, kCreated);
    html.raw("</p>");
    return end_card(html);
  }
  const Limits limits = limits_of(input.alerts);
  html.raw("<p class=\"note\">");
  html.text({"The mark is the age at which it is time for a new one: ",
             "Le trait est l'âge auquel il est temps d'en changer\u00A0: "});
  html.text(format_count(limits.days)).text({" days, for SSH keys ", " jours, clés SSH "});
  html.text(format_count(limits.ssh_days));
  html.text({" days, or what you have set.", " jours, ou ce que vous avez fixé."}).raw("</p>");
  Table table(
      html, {"Keys and tokens", "Clés et jetons"},
      {{"Key", "Clé"}, {"Age", "Âge"}, {"In use since", "Utilisée depuis"}, {"Expires", "Expire"}});
  for (const Row& row : rows) {
    const bool several = input.homes.homes.size() > 1;
    if (!table.begin_row(row.label("credential"),
                         several ? row.label("home") : row.label("kind"))) {
      continue;
    }
    age(html, table, input, row, allowed_days(view, row, limits));
    table.text(format_date(to_time(row.value())));
    expiry(table, view, row);
  }
  table.end();
  end_card(html);
}

}  // namespace clawvigil::web::page
