#include "exporter/web/page.h"

#include <algorithm>
#include <array>

#include "exporter/web/fitting.h"

namespace clawvigil::web {

namespace {

void head(Html& html, const PageInput& input, const Html& verdict) {
  html.raw("<!doctype html>\n<html lang=\"").text(code_of(input.language));
  html.raw("\"><head><meta charset=\"utf-8\"><title>").append(verdict).raw(" \u00B7 ");
  html.text(input.hostname).raw(" \u00B7 ").text(std::string_view("clawvigil"));
  html.raw(
      "</title><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
      "<meta name=\"color-scheme\" content=\"light dark\">"
      "<link rel=\"icon\" href=\"data:,\">");
  html.style();
  html.raw(R"(</head><body><a class="skip" href="#main">)");
  html.text({"Skip to the content", "Aller au contenu"}).raw("</a>");
}

struct Link {
  Markup heading;  // what the part begins with
  Markup link;
  Phrase name;
};
constexpr std::array kLinks{
    Link{R"(<h2 id="checks">)", R"(<li><a href="#checks">)", {"Checks", "Contrôles"}},
    Link{R"(<h2 id="spending">)", R"(<li><a href="#spending">)", {"Spending", "Dépenses"}},
    Link{R"(<h2 id="keys">)", R"(<li><a href="#keys">)", {"Keys", "Clés"}},
    Link{R"(<h2 id="listeners">)", R"(<li><a href="#listeners">)", {"Open ports", "Ports ouverts"}},
    Link{R"(<h2 id="recent">)", R"(<li><a href="#recent">)", {"Lately", "Récemment"}},
    Link{R"(<h2 id="details">)", R"(<li><a href="#details">)", {"Details", "Détails"}},
    Link{R"(<h2 id="health">)", R"(<li><a href="#health">)", {"clawvigil", "clawvigil"}},
};

void banner(Html& html, const PageInput& input, const Html& parts, const Html& verdict) {
  html.raw(R"(<header><div class="w"><p class="name">)").text(std::string_view("clawvigil"));
  html.raw(" \u00B7 ").text(input.hostname).raw("</p><h1>").append(verdict).raw("</h1>");
  page::verdict(html, input);
  html.raw(R"(<nav aria-label=")").text({"Parts of this page", "Parties de cette page"});
  html.raw("\"><ul>");
  for (const Link& link : kLinks) {
    if (parts.holds(link.heading)) html.raw(link.link).text(link.name).raw("</a></li>");
  }
  html.raw("</ul></nav></div></header>");
}

void no_home(Html& html) {
  page::begin_card(html, "none",
                   {"No OpenClaw found on this host", "Pas d'OpenClaw trouvé sur cet hôte"});
  html.raw("<p>");
  html.text({"That is fine if it is not installed yet: it will be picked up once an account has ",
             "Ce n'est rien s'il n'est pas encore installé\u00A0: il sera pris en compte dès qu'un "
             "compte aura "});
  html.raw("<code>.openclaw/openclaw.json</code>");
  html.text({". If it lives elsewhere, start clawvigil with ",
             ". S'il est ailleurs, lancez clawvigil avec "});
  html.raw("<code>--openclaw.home=/path/to/.openclaw</code>");
  html.text({". The rest of the host is watched meanwhile.",
             ". Le reste de l'hôte est surveillé en attendant."});
  html.raw("</p>");
  page::end_card(html);
}

void problems(Html& html, const HomeList& homes) {
  if (homes.problems.empty()) return;
  page::begin_card(html, "problems",
                   {"OpenClaw directories that cannot be watched",
                    "Répertoires d'OpenClaw impossibles à surveiller"});
  html.raw("<ul class=\"plain\">");
  constexpr std::size_t kMost = 8;
  for (std::size_t i = 0; i < std::min(homes.problems.size(), kMost); ++i) {
    const Error& problem = homes.problems[i];
    html.raw("<li>");
    badge(html, Mark::unknown, name_of(problem.code));
    html.raw(" ").english(sanitize(problem.message, 256)).raw("</li>");
  }
  html.raw("</ul>");
  page::end_card(html);
}

void footer(Html& html, const PageInput& input) {
  html.raw("<footer><div class=\"w\"><p>").text(std::string_view("clawvigil ")).text(input.version);
  if (!input.revision.empty()) html.raw(" (").text(input.revision).raw(")");
  html.text({", running since ", ", en marche depuis le "}).text(format_time(input.started));
  html.text({". The same facts for Prometheus: ", ". Les mêmes faits pour Prometheus\u00A0: "});
  html.raw("<a href=\"").text(input.telemetry_path).raw("\">").text(input.telemetry_path);
  html.raw("</a>").text({". This page only shows; it changes nothing.",
                         ". Cette page montre seulement\u00A0; elle ne change rien."});
  html.raw("</p></div></footer></body></html>\n");
}

constexpr Part kChecks{
    "checks", {"Checks", "Contrôles"}, "<code class=\"c\">sudo clawvigil check</code>"};
constexpr Part kSpending{
    "spending", {"Spending", "Dépenses"}, "<code class=\"c\">sudo clawvigil spend</code>"};
constexpr Part kKeys{"keys",
                     {"Keys and tokens", "Clés et jetons"},
                     "<code class=\"c\">sudo clawvigil check --area=secrets</code>"};
constexpr Part kListeners{"listeners",
                          {"Listening sockets", "Ports à l'écoute"},
                          "<code class=\"c\">sudo clawvigil check --area=exposure</code>"};
constexpr Part kRecent{
    "recent", {"Lately", "Récemment"}, "<code class=\"c\">sudo clawvigil notify log</code>"};
constexpr std::size_t kNamedParts = 5;

void details(Html& html, Fitting& fitting, const PageInput& input) {
  const View host(input.snapshot, "");
  html.raw(R"(<section aria-labelledby="details"><h2 id="details">)");
  html.text({"Details", "Détails"}).raw("</h2>");
  for (std::size_t i = 0; i < input.homes.homes.size(); ++i) {
    const Home& home = input.homes.homes[i];
    fitting.add_or_count(
        [&](Html& part) { page::home(part, View(input.snapshot, home.label), home, i); });
  }
  for (const auto write : {page::firewall, page::reach, page::tls, page::logins, page::ground}) {
    fitting.add_or_count([&](Html& part) { write(part, host); });
  }
  fitting.add_or_count([&](Html& part) { page::updates(part, input); });
  fitting.add_or_count([&](Html& part) { page::backups_and_retention(part, host); });
  fitting.say_what_is_left_out();
  html.raw("</section>");
}

// The head with its style sheet, the header and the footer.
constexpr std::size_t kFrame = 9'000;
constexpr std::size_t kMessages = 20;  // or, where there is less room
constexpr std::size_t kSomeMessages = 8;
constexpr std::size_t kFewMessages = 3;

Html parts_of(const PageInput& input) {
  Html health(input.language);
  page::health(health, input);
  Html html(input.language);
  const std::size_t reserved = kFrame + health.size() + kNamedParts * Fitting::kSaidInstead;
  Fitting fitting(html, kMaxPageBytes - std::min(kMaxPageBytes, reserved));
  page::broken(html, input.alerts);
  if (input.homes.homes.empty()) no_home(html);
  fitting.add_or_count([&](Html& part) { problems(part, input.homes); });
  const bool checks =
      fitting.add_or_say(kChecks, [&](Html& part) { page::checks(part, input.alerts); });
  fitting.add_or_say(kSpending, [&](Html& part) { page::spending(part, input); });
  fitting.add_or_say(kKeys, [&](Html& part) { page::key_ages(part, input); });
  fitting.add_or_say(kListeners,
                     [&](Html& part) { page::listeners(part, View(input.snapshot, "")); });
  const auto recent = [&](std::size_t most_messages) {
    return
        [&, most_messages](Html& part) { page::recent(part, input.alerts, most_messages, checks); };
  };
  if (!fitting.add(recent(kMessages)) && !fitting.add(recent(kSomeMessages))) {
    fitting.add_or_say(kRecent, recent(kFewMessages));
  }
  details(html, fitting, input);
  html.append(health);
  return html;
}

}  // namespace

std::string render_page(const PageInput& input) {
  const Html parts = parts_of(input);
  Html verdict(input.language);
  page::headline(verdict, input.alerts);
  Html html(input.language);
  head(html, input, verdict);
  banner(html, input, parts, verdict);
  html.raw(R"(<main id="main" class="w" tabindex="-1">)").append(parts).raw("</main>");
  footer(html, input);
  return html.take();
}

namespace page {

void begin_part(Html& html, std::string_view id, Phrase title) {
  html.raw("<details class=\"card\"><summary><h3 id=\"").text(id).raw("\">").text(title);
  html.raw("</h3></summary>");
}

void end_part(Html& html) { html.raw("</details>"); }

void begin_card(Html& html, std::string_view id, Phrase title) {
  html.raw("<section class=\"card\" aria-labelledby=\"").text(id).raw("\"><h2 id=\"").text(id);
  html.raw("\">").text(title).raw("</h2>");
}

void end_card(Html& html) { html.raw("</section>"); }

bool is_outside(std::string_view scope) { return scope != "loopback" && scope != "tailnet"; }

Phrase name_of_scope(std::string_view scope) {
  if (scope == "loopback") return {"this host", "cet hôte"};
  if (scope == "tailnet") return {"the tailnet", "le tailnet"};
  if (scope == "private") return {"a private network", "un réseau privé"};
  if (scope == "public") return {"the internet", "l'internet"};
  if (scope == "any") return {"anyone", "tout le monde"};
  return scope;
}

Sentence describe_listener(const Row& row) {
  Sentence text{Phrase(row.label("protocol"))};
  text += std::string_view(" ");
  text += row.label("port");
  text += std::string_view(" (");
  text += name_of_scope(row.label("scope"));
  text += std::string_view(")");
  for (const std::string_view label : {"unit", "user"}) {
    if (row.label(label).empty()) continue;
    text += std::string_view(", ");
    text += row.label(label);
  }
  return text;
}

Sentence sentence_of(const std::string& english, const std::string& french, std::size_t max_bytes) {
  return {sanitize(english, max_bytes), sanitize(french.empty() ? english : french, max_bytes)};
}

}  // namespace page

}  // namespace clawvigil::web
