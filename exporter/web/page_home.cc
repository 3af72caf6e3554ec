// One OpenClaw home: its gateway's state, then who may write, what the agent may do, its keys,
// files, usage and spending.
#include <algorithm>

#include "exporter/web/page.h"

namespace clawvigil::web::page {

namespace {

// The account of a home label: "claw/work" belongs to claw.
std::string_view account_of(std::string_view home) { return home.substr(0, home.find('/')); }

void exposure(Html& html, const View& view, Facts& facts) {
  constexpr std::string_view kFamily = "clawvigil_gateway_exposed";
  const std::optional<double> exposed = view.value(kFamily);
  facts.begin("Reachable from outside");
  if (!exposed) {
    facts.unknown(kFamily);
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
  facts.finish();
}

void gateway(Html& html, const View& view) {
  Facts facts(html, view);
  exposure(html, view, facts);
  facts
      .yes_no("Gateway", "clawvigil_gateway_up",
              {"Answers", Mark::good, "Does not answer", Mark::bad})
      .yes_no("Ready", "clawvigil_gateway_ready", {"Yes", Mark::good, "No", Mark::bad})
      .yes_no("Configuration", "clawvigil_config_parse_ok",
              {"Readable", Mark::good, "Cannot be parsed", Mark::bad})
      .info("Configured bind", "clawvigil_gateway_bind_info", "mode")
      .info("Authentication", "clawvigil_gateway_auth_info", "mode", "none")
      .findings("Gateway secret", "clawvigil_gateway_auth_secret_weak", "kind", "No weakness found")
      .findings("Insecure switches", "clawvigil_gateway_insecure_flags", "flag", "None set")
      .info("Direct message sessions", "clawvigil_dm_scope_info", "scope")
      .number("Owner ids configured", "clawvigil_owner_ids_configured")
      .end();
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
  limits(html, view, index);
  channels(html, view, index);
  access(html, view, index);
  agents(html, view, index);
  audit(html, view, index);
  credentials(html, view, index);
  files(html, view, index);
  workspace(html, view, index);
  usage(html, view, index);
  spend(html, view, index);
  html.raw("</section>");
}

}  // namespace clawvigil::web::page
