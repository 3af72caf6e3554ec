// The repositories the agents of one home work in: who committed, what lies uncommitted, where it
// is pushed to.
#include <map>
#include <string>

#include "exporter/web/page.h"

namespace clawvigil::web::page {

namespace {

constexpr std::string_view kPresent = "clawvigil_git_repository_present";
constexpr std::string_view kCommits = "clawvigil_git_commits_total";
constexpr std::string_view kChanges = "clawvigil_git_sensitive_changes_total";
constexpr std::string_view kUncommitted = "clawvigil_git_uncommitted_files";
constexpr std::string_view kRemotes = "clawvigil_git_remotes";

Sentence unknown_or(const std::optional<double>& value) {
  return value ? format_count(*value) : Sentence("unknown", "inconnu");
}

// The sum over what is known of one repository; nothing when nothing is.
std::optional<double> of_repo(const View& view, std::string_view family, std::string_view repo,
                              std::string_view label = {}, std::string_view wanted = {}) {
  std::optional<double> sum;
  for (const Row& row : view.rows(family)) {
    if (row.label("repo") != repo || (!label.empty() && row.label(label) != wanted)) continue;
    sum = sum.value_or(0) + row.value();
  }
  return sum;
}

// "agent 12, owner 1", or `none` when all are 0.
Sentence by_class(const View& view, std::string_view family, std::string_view repo,
                  std::string_view label, Phrase none) {
  std::map<std::string, double> counts;
  for (const Row& row : view.rows(family)) {
    if (row.label("repo") == repo) counts[std::string(row.label(label))] += row.value();
  }
  if (counts.empty()) return Sentence{"unknown", "inconnu"};
  Sentence text;
  for (const auto& [name, count] : counts) {
    if (count == 0) continue;
    if (!text.empty()) text += std::string_view(", ");
    text += name + " ";
    text += format_count(count);
  }
  return text.empty() ? Sentence(none) : text;
}

void state(Table& table, const View& view, std::string_view repo) {
  const std::optional<double> present = of_repo(view, kPresent, repo);
  const std::optional<double> untracked = of_repo(view, kUncommitted, repo, "state", "untracked");
  if (present && *present == 0) {
    table.text({"not under git", "pas sous git"}).text({}).text({});
    return;
  }
  const std::optional<double> all = of_repo(view, kUncommitted, repo);
  if (!all) {
    table.mark(Mark::unknown, kUnknown).text({});
  } else {
    table.number(format_count(*all - untracked.value_or(0)));
    table.number(untracked ? format_count(*untracked) : Phrase{"not counted", "non comptés"});
  }
  table.text(by_class(view, kRemotes, repo, "host_class", {"nowhere", "nulle part"}));
}

void activity(Html& html, const View& view, const std::string& id) {
  html.raw("<h5 id=\"commits-").text(id).raw("\">");
  html.text({"What was committed", "Ce qui a été validé"}).raw("</h5>");
  Table table(html, {"What was committed", "Ce qui a été validé"},
              {{"Repository", "Dépôt"},
               {"Commits, by author", "Commits, par auteur"},
               {"At unusual hours", "À des heures inhabituelles", true},
               {"Files that matter", "Fichiers importants"},
               {"Programs added", "Programmes ajoutés", true},
               {"Files deleted", "Fichiers supprimés", true},
               {"Commits lost", "Commits perdus", true},
               {"Last commit", "Dernier commit"}});
  for (const Row& row : view.rows(kPresent)) {
    const std::string_view repo = row.label("repo");
    if (row.value() == 0 || !table.begin_row(repo)) continue;
    table.text(by_class(view, kCommits, repo, "author_class", {"none", "aucun"}));
    const auto number = [&](std::string_view family) {
      table.number(unknown_or(of_repo(view, family, repo)));
    };
    number("clawvigil_git_commits_unusual_time_total");
    table.text(by_class(view, kChanges, repo, "file_class", {"none", "aucun"}));
    number("clawvigil_git_executables_added_total");
    number("clawvigil_git_files_deleted_total");
    number("clawvigil_git_commits_lost_total");
    const auto head = of_repo(view, "clawvigil_git_head_timestamp_seconds", repo);
    table.text(head ? format_time(to_time(*head)) : Phrase{"none known", "aucun connu"});
  }
  table.end();
}

}  // namespace

void workspace(Html& html, const View& view, std::size_t index) {
  if (view.is_absent(kPresent)) return;
  const std::string id = std::to_string(index);
  html.raw("<h4 id=\"workspace-").text(id).raw("\">").text({"Repositories", "Dépôts"}).raw("</h4>");
  if (view.rows(kPresent).empty()) {
    html.raw("<p>");
    unknown(html, view, kPresent);
    html.raw("</p>");
    return;
  }
  if (view.is_incomplete(kCommits) || view.is_incomplete(kUncommitted)) {
    Facts facts(html, view);
    facts.begin({"Not all could be read", "Tout n'a pas pu être lu"});
    unknown(html, view, view.is_incomplete(kCommits) ? kCommits : kUncommitted);
    facts.finish();
    facts.end();
  }
  Table table(html, {"Repositories", "Dépôts"},
              {{"Repository", "Dépôt"},
               {"Uncommitted changes", "Modifications non validées", true},
               {"Untracked files", "Fichiers non suivis", true},
               {"Connected to", "Relié à"},
               {"Hooks", "Hooks", true},
               {"Key files under git", "Clés sous git", true}});
  bool any = false;
  for (const Row& row : view.rows(kPresent)) {
    const std::string_view repo = row.label("repo");
    if (!table.begin_row(repo)) continue;
    any = any || row.value() > 0;
    state(table, view, repo);
    const bool none = row.value() == 0;
    const auto hooks = of_repo(view, "clawvigil_git_active_hooks", repo);
    const auto keys = of_repo(view, "clawvigil_git_tracked_key_files", repo);
    table.number(none ? Sentence() : unknown_or(hooks));
    table.number(none ? Sentence() : unknown_or(keys));
  }
  table.end();
  if (any) activity(html, view, id);
  html.raw("<p class=\"note\">");
  html.text(
      {"Counted since clawvigil first saw the repository. Who an author is, is what a commit "
       "says of itself.",
       "Compté depuis que clawvigil a vu le dépôt pour la première fois. Qui est l'auteur, "
       "c'est ce que le commit dit de lui-même."});
  html.raw("</p>");
}

}  // namespace clawvigil::web::page
