#include "exporter/web/page.h"

#include <algorithm>
#include <array>

namespace clawvigil::web {

namespace {

void head(Html& html, const PageInput& input) {
  html.raw("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>");
  html.text(input.hostname).raw(" \u00B7 clawvigil</title>");
  html.raw(
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
      "<meta name=\"color-scheme\" content=\"light dark\">"
      "<link rel=\"icon\" href=\"data:,\">");
  html.style();
  html.raw(R"(</head><body><a class="skip" href="#main">Skip to the content</a>)");
}

// Sections that not every host has, by the headings they begin with.
struct Section {
  Markup heading;
  Markup link;
};
constexpr std::array kSections{
    Section{R"(<h2 id="firewall">)", R"(<li><a href="#firewall">Firewall</a></li>)"},
    Section{R"(<h2 id="tls">)", R"(<li><a href="#tls">HTTPS</a></li>)"},
    Section{R"(<h2 id="logins">)", R"(<li><a href="#logins">Logins</a></li>)"},
    Section{R"(<h2 id="updates">)", R"(<li><a href="#updates">Updates</a></li>)"},
    Section{R"(<h2 id="backups">)", R"(<li><a href="#backups">Backups</a></li>)"},
};

void banner(Html& html, const PageInput& input, const Html& parts) {
  html.raw(R"(<header><div class="w"><p class="name">clawvigil</p><h1>)");
  html.text(input.hostname).raw("</h1><p class=\"sub\">As of <time>");
  html.text(format_time(input.snapshot.time)).raw("</time>. Reload for newer readings.</p>");
  html.raw(R"(<nav aria-label="Parts of this page"><ul><li><a href="#alerts">Rules</a></li>)");
  for (std::size_t i = 0; i < input.homes.homes.size(); ++i) {
    html.raw("<li><a href=\"#home-").text(std::to_string(i)).raw("\">");
    html.text(sanitize(input.homes.homes[i].label)).raw("</a></li>");
  }
  html.raw("<li><a href=\"#listeners\">Listening sockets</a></li>");
  for (const Section& section : kSections) {
    if (parts.holds(section.heading)) html.raw(section.link);
  }
  html.raw(
      "<li><a href=\"#unknowns\">Unknown</a></li>"
      "<li><a href=\"#collectors\">Collectors</a></li></ul></nav></div></header>");
}

void no_home(Html& html) {
  html.raw(
      "<section class=\"card\" aria-labelledby=\"none\"><h2 id=\"none\">No OpenClaw found on this "
      "host</h2><p>That is fine if it is not installed yet: it will be picked up here once an "
      "account has a directory <code>.openclaw</code> with an <code>openclaw.json</code>. If it "
      "lives elsewhere, start clawvigil with <code>--openclaw.home=/path/to/.openclaw</code>. "
      "The rest of the host is watched meanwhile.</p></section>");
}

void problems(Html& html, const HomeList& homes) {
  if (homes.problems.empty()) return;
  html.raw(
      "<section class=\"card\" aria-labelledby=\"problems\"><h2 id=\"problems\">OpenClaw "
      "directories that cannot be watched</h2><ul class=\"plain\">");
  for (const Error& problem : homes.problems) {
    html.raw("<li>");
    badge(html, Mark::unknown, to_string(problem.code));
    html.raw(" ").text(sanitize(problem.message, 512)).raw("</li>");
  }
  html.raw("</ul></section>");
}

void footer(Html& html, const PageInput& input) {
  html.raw("<footer><div class=\"w\"><p>clawvigil ").text(input.version);
  if (!input.revision.empty()) html.raw(" (").text(input.revision).raw(")");
  html.raw(", running since ").text(format_time(input.started));
  html.raw(". The same facts for Prometheus: <a href=\"").text(input.telemetry_path).raw("\">");
  html.text(input.telemetry_path).raw("</a>. This page only shows; it changes nothing.</p>");
  html.raw("</div></footer></body></html>\n");
}

Html parts_of(const PageInput& input) {
  Html html;
  const View host(input.snapshot, "");
  page::overview(html, input);
  page::alerts(html, input.alerts);
  if (input.homes.homes.empty()) no_home(html);
  for (std::size_t i = 0; i < input.homes.homes.size(); ++i) {
    const Home& home = input.homes.homes[i];
    page::home(html, View(input.snapshot, home.label), home, i);
  }
  problems(html, input.homes);
  page::budgets(html, host);
  page::listeners(html, host);
  page::firewall(html, host);
  page::reach(html, host);
  page::tls(html, host);
  page::logins(html, host);
  page::ground(html, host);
  page::updates(html, input);
  page::backups_and_retention(html, host);
  page::unknowns(html, host);
  page::collectors(html, host);
  return html;
}

}  // namespace

std::string render_page(const PageInput& input) {
  const Html parts = parts_of(input);
  Html html;
  head(html, input);
  banner(html, input, parts);
  html.raw(R"(<main id="main" class="w">)").append(parts).raw("</main>");
  footer(html, input);
  return html.take();
}

namespace page {

bool is_outside(std::string_view scope) { return scope != "loopback" && scope != "tailnet"; }

std::string describe_listener(const Row& row) {
  std::string text(row.label("protocol"));
  text.append(" ").append(row.label("port")).append(" (").append(row.label("scope")).append(")");
  for (const std::string_view label : {"unit", "user"}) {
    if (!row.label(label).empty()) text.append(", ").append(row.label(label));
  }
  return text;
}

}  // namespace page

}  // namespace clawvigil::web
