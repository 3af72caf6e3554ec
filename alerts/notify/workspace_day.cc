#include "alerts/notify/workspace_day.h"

#include <array>
#include <span>

#include "alerts/notify/messages.h"

namespace clawvigil::notify {

namespace {

struct Word {
  std::string_view name;       // of a class
  std::string_view one, many;  // "#" stands for the number
};

struct Words {
  std::string_view title, commits, files;
  std::array<Word, 4> authors;
  std::array<Word, 9> classes;
};

constexpr Words kEnglish{"In the agents' repositories, last 24 hours:",
                         "Commits: ",
                         "Files that matter: ",
                         {{{"unknown", "1 by an unknown author", "# by unknown authors"},
                           {"owner", "1 by you", "# by you"},
                           {"known", "1 by an earlier author", "# by earlier authors"},
                           {"agent", "1 by the agent", "# by the agent"}}},
                         {{{"ssh", "1 SSH file", "# SSH files"},
                           {"env", "1 environment file", "# environment files"},
                           {"config", "1 configuration file", "# configuration files"},
                           {"hooks", "1 hook", "# hooks"},
                           {"ci", "1 pipeline", "# pipelines"},
                           {"submodule", "1 submodule", "# submodules"},
                           {"instructions", "1 instruction file", "# instruction files"},
                           {"skills", "1 file of skills", "# files of skills"},
                           {"unread", "1 directory that could not be compared",
                            "# directories that could not be compared"}}}};

constexpr Words kFrench{"Dans les dépôts des agents, dernières 24 heures :",
                        "Commits : ",
                        "Fichiers importants : ",
                        {{{"unknown", "1 d'un auteur inconnu", "# d'auteurs inconnus"},
                          {"owner", "1 de vous", "# de vous"},
                          {"known", "1 d'un auteur déjà présent", "# d'auteurs déjà présents"},
                          {"agent", "1 de l'agent", "# de l'agent"}}},
                        {{{"ssh", "1 fichier SSH", "# fichiers SSH"},
                          {"env", "1 fichier d'environnement", "# fichiers d'environnement"},
                          {"config", "1 fichier de configuration", "# fichiers de configuration"},
                          {"hooks", "1 hook", "# hooks"},
                          {"ci", "1 chaîne d'intégration", "# chaînes d'intégration"},
                          {"submodule", "1 sous-module", "# sous-modules"},
                          {"instructions", "1 fichier de consignes", "# fichiers de consignes"},
                          {"skills", "1 fichier de compétences", "# fichiers de compétences"},
                          {"unread", "1 dossier qui n'a pas pu être comparé",
                           "# dossiers qui n'ont pas pu être comparés"}}}};

// "2 by you, 1 by the agent", worst first as the words stand.
std::string listed(std::span<const Word> words,
                   const std::map<std::string, std::uint64_t>& counts) {
  std::string text;
  for (const Word& word : words) {
    const auto found = counts.find(std::string(word.name));
    if (found == counts.end() || found->second == 0) continue;
    if (!text.empty()) text += ", ";
    text += found->second == 1 ? std::string(word.one) : fill(word.many, found->second);
  }
  return text;
}

}  // namespace

std::vector<std::string> workspace_lines(const WorkspaceDay& day, std::string_view language) {
  const Words& words = language == "fr" ? kFrench : kEnglish;
  const std::string commits = listed(words.authors, day.commits);
  const std::string files = listed(words.classes, day.changes);
  std::vector<std::string> lines;
  if (commits.empty() && files.empty()) return lines;
  lines.emplace_back(words.title);
  if (!commits.empty()) lines.push_back(std::string(words.commits) + commits);
  if (!files.empty()) lines.push_back(std::string(words.files) + files);
  return lines;
}

}  // namespace clawvigil::notify
