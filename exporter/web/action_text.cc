#include "exporter/web/action_text.h"

#include <algorithm>
#include <array>

namespace clawvigil::web {

namespace {

// Programs that the advice of the rules begins a command with.
constexpr std::array<std::string_view, 42> kPrograms{"openclaw",
                                                     "sudo",
                                                     "clawvigil",
                                                     "systemctl",
                                                     "journalctl",
                                                     "git",
                                                     "docker",
                                                     "ss",
                                                     "ls",
                                                     "chmod",
                                                     "chown",
                                                     "echo",
                                                     "printf",
                                                     "grep",
                                                     "curl",
                                                     "df",
                                                     "du",
                                                     "less",
                                                     "gpasswd",
                                                     "usermod",
                                                     "visudo",
                                                     "loginctl",
                                                     "last",
                                                     "openssl",
                                                     "nft",
                                                     "ufw",
                                                     "certbot",
                                                     "tailscale",
                                                     "node",
                                                     "npm",
                                                     "apt-get",
                                                     "adduser",
                                                     "mv",
                                                     "rm",
                                                     "timedatectl",
                                                     "crontab",
                                                     "nginx",
                                                     "fallocate",
                                                     "swapon",
                                                     "tar",
                                                     "systemd-cgtop",
                                                     "systemd-cgls"};
// Words with which the advice goes on after a command.
constexpr std::array<std::string_view, 65> kProse{
    "shows",     "keeps", "says",     "tells",    "names",      "holds", "adds",   "why",
    "which",     "frees", "with",     "the",      "what",       "if",    "or",     "to",
    "and",       "for",   "from",     "again",    "as",         "lists", "where",  "it",
    "in",        "name",  "garde",    "montre",   "montrent",   "dit",   "disent", "indique",
    "indiquent", "nomme", "ajoute",   "libère",   "puis",       "ou",    "et",     "pour",
    "avec",      "dans",  "si",       "sur",      "le",         "la",    "les",    "de",
    "du",        "donne", "explique", "suffit",   "en",         "la",    "liste",  "vaut",
    "tient",     "cite",  "citent",   "pourquoi", "s'applique", "à",     "par",    "depuis",
    "remplace"};

bool is_space(char c) { return c == ' ' || c == '\n'; }

std::string_view word_at(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && !is_space(text[end])) ++end;
  return text.substr(at, end - at);
}

bool begins_command(std::string_view text, std::size_t at) {
  if (at > 0 && !is_space(text[at - 1]) && text[at - 1] != '(') return false;
  const std::string_view word = word_at(text, at);
  if (word.starts_with("XDG_RUNTIME_DIR=")) return true;
  if (std::ranges::find(kPrograms, word) == kPrograms.end()) return false;
  // Not as a name in a sentence: an argument follows that could not be prose.
  const std::size_t next = at + word.size() + 1;
  if (next >= text.size()) return false;
  const std::string_view argument = word_at(text, next);
  if (argument.empty() || std::ranges::find(kProse, argument) != kProse.end()) return false;
  if (word == "du" || word == "last" || word == "less" || word == "node" || word == "nginx") {
    return argument[0] == '-' || argument[0] == '~' || argument[0] == '/';
  }
  if (word == "clawvigil") {
    constexpr std::array<std::string_view, 8> kCommands{"check",  "config",  "rules",  "spend",
                                                        "notify", "silence", "accept", "probe"};
    return argument[0] == '-' || std::ranges::find(kCommands, argument) != kCommands.end();
  }
  return true;
}

// Where the command that begins at `at` ends.
std::size_t end_of_command(std::string_view text, std::size_t at) {
  char quote = 0;
  int depth = 0;
  for (std::size_t i = at; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != 0) {
      if (c == quote) quote = 0;
      continue;
    }
    const bool after_gap = i > 0 && (is_space(text[i - 1]) || text[i - 1] == '=');
    if ((c == '"' || c == '\'') && after_gap) {
      quote = c;
      continue;
    }
    if (c == '(' && i > 0 && text[i - 1] == '$') ++depth;
    if (c == ')' && depth-- <= 0) return i;
    const bool last = i + 1 == text.size() || is_space(text[i + 1]);
    if (last && (c == '.' || c == ',' || c == ';' || c == ':' || c == '?')) {
      const bool is_argument = c == '.' && i > 0 && is_space(text[i - 1]);  // the directory
      const bool is_owner = c == ':' && text.substr(at, i - at).find("chown ") != text.npos;
      if (!is_argument && !is_owner) return i;
    }
    if (!is_space(c) || depth > 0) continue;
    const std::string_view word = word_at(text, i + 1);
    if (word.starts_with('(') || word == ":" || word == ";") return i;
    std::string_view bare = word;
    while (!bare.empty() && (bare.back() == ',' || bare.back() == '.' || bare.back() == ':')) {
      bare.remove_suffix(1);
    }
    if (std::ranges::find(kProse, bare) != kProse.end()) return i;
  }
  return text.size();
}

}  // namespace

std::vector<ActionPart> parts_of(std::string_view action) {
  std::vector<ActionPart> parts;
  std::size_t prose = 0;
  for (std::size_t i = 0; i < action.size();) {
    if (!begins_command(action, i)) {
      ++i;
      continue;
    }
    const std::size_t end = end_of_command(action, i);
    if (i > prose) parts.push_back({action.substr(prose, i - prose), false});
    parts.push_back({action.substr(i, end - i), true});
    prose = i = end;
  }
  if (prose < action.size()) parts.push_back({action.substr(prose), false});
  return parts;
}

}  // namespace clawvigil::web
