// One OpenClaw home: its gateway's state, then channels, files and usage.
#include <algorithm>

#include "exporter/web/page.h"

namespace clawvigil::web::page {

namespace {

void term(Html& html, Markup name) { html.raw("<div><dt>").raw(name).raw("</dt><dd>"); }
void end(Html& html) { html.raw("</dd></div>"); }

struct Words {
  Markup name;
  std::string_view family;
  std::string_view on;
  Mark on_mark;
  std::string_view off;
  Mark off_mark;
};

void yes_no(Html& html, const View& view, const Words& words) {
  term(html, words.name);
  const std::optional<double> value = view.value(words.family);
  if (!value) {
    unknown(html, view, words.family);
  } else if (*value > 0) {
    badge(html, words.on_mark, words.on);
  } else {
    badge(html, words.off_mark, words.off);
  }
  end(html);
}

// The account of a home label: "claw/work" belongs to claw.
std::string_view account_of(std::string_view home) { return home.substr(0, home.find('/')); }

void exposure(Html& html, const View& view) {
  constexpr std::string_view kFamily = "clawvigil_gateway_exposed";
  const std::optional<double> exposed = view.value(kFamily);
  term(html, "Reachable from outside");
  if (!exposed) {
    unknown(html, view, kFamily);
  } else if (*exposed == 0) {
    badge(html, Mark::good, "No");
  } else {
    badge(html, Mark::bad, "Yes");
    html.raw("<ul class=\"plain\">");
    for (const Row& row : View(view.snapshot(), "").rows("clawvigil_listening_socket_info")) {
      if (!is_outside(row.label("scope")) || row.label("user") != account_of(view.home())) continue;
      html.raw("<li>").text(describe_listener(row)).raw("</li>");
    }
    html.raw("</ul>");
  }
  end(html);
}

// An info family: the values of one of its labels.
void info(Html& html, Markup name, const View& view, std::string_view family,
          std::string_view label, std::string_view bad_value = {}) {
  term(html, name);
  const std::vector<Row> rows = view.rows(family);
  if (rows.empty()) unknown(html, view, family);
  for (const Row& row : rows) {
    const std::string_view value = row.label(label);
    badge(html, value == bad_value ? Mark::bad : Mark::plain, value).raw(" ");
  }
  end(html);
}

// A family with one sample per finding, 1 where it is present.
void findings(Html& html, Markup name, const View& view, std::string_view family,
              std::string_view label, std::string_view none) {
  term(html, name);
  const std::vector<Row> rows = view.rows(family);
  const auto present = [](const Row& row) { return row.value() > 0; };
  if (rows.empty()) {
    unknown(html, view, family);
  } else if (std::ranges::none_of(rows, present)) {
    badge(html, Mark::good, none);
  }
  for (const Row& row : rows) {
    if (present(row)) badge(html, Mark::bad, row.label(label)).raw(" ");
  }
  end(html);
}

void number(Html& html, Markup name, const View& view, std::string_view family) {
  term(html, name);
  if (const std::optional<double> value = view.value(family)) {
    html.text(format_count(*value));
  } else {
    unknown(html, view, family);
  }
  end(html);
}

void gateway(Html& html, const View& view) {
  html.raw("<dl class=\"facts\">");
  exposure(html, view);
  yes_no(html, view,
         {"Gateway", "clawvigil_gateway_up", "Answers", Mark::good, "Does not answer", Mark::bad});
  yes_no(html, view, {"Ready", "clawvigil_gateway_ready", "Yes", Mark::good, "No", Mark::bad});
  yes_no(html, view,
         {"Configuration", "clawvigil_config_parse_ok", "Readable", Mark::good, "Cannot be parsed",
          Mark::bad});
  info(html, "Configured bind", view, "clawvigil_gateway_bind_info", "mode");
  info(html, "Authentication", view, "clawvigil_gateway_auth_info", "mode", "none");
  findings(html, "Gateway secret", view, "clawvigil_gateway_auth_secret_weak", "kind",
           "No weakness found");
  findings(html, "Insecure switches", view, "clawvigil_gateway_insecure_flags", "flag", "None set");
  info(html, "Direct message sessions", view, "clawvigil_dm_scope_info", "scope");
  number(html, "Owner ids configured", view, "clawvigil_owner_ids_configured");
  html.raw("</dl>");
}

}  // namespace

void home(Html& html, const View& view, const Home& home, std::size_t index) {
  const std::string id = std::to_string(index);
  html.raw(R"(<section class="card" aria-labelledby="home-)").text(id).raw("\"><h2 id=\"home-");
  html.text(id)
      .raw("\">OpenClaw of ")
      .text(sanitize(home.label))
      .raw("</h2><p class=\"note\"><code>");
  html.text(sanitize(home.path, 256)).raw("</code></p>");
  gateway(html, view);
  channels(html, view, index);
  files(html, view, index);
  usage(html, view, index);
  html.raw("</section>");
}

}  // namespace clawvigil::web::page
