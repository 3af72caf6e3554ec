#include "collectors/workspace/authors.h"

#include "collectors/agent_workspaces.h"
#include "collectors/parse/git_config.h"
#include "exporter/base/strings.h"

namespace clawvigil::workspace {

namespace {

constexpr std::size_t kMaxConfigBytes = 256UL * 1024;
// What OpenClaw itself commits as, in worktrees it makes and in `openclaw backup git`.
constexpr std::string_view kOpenClaw[] = {"openclaw@localhost", "backup@openclaw.local"};

}  // namespace

std::string_view to_string(AuthorClass author_class) {
  switch (author_class) {
    case AuthorClass::owner:
      return "owner";
    case AuthorClass::agent:
      return "agent";
    case AuthorClass::known:
      return "known";
    case AuthorClass::unknown:
      return "unknown";
  }
  return "unknown";
}

Authors::Authors(const OwnerConfig& owner, const WorkspaceConfig& workspace,
                 std::function<bool(std::string_view email)> known)
    : agent_(std::begin(kOpenClaw), std::end(kOpenClaw)), known_(std::move(known)) {
  for (const std::string& email : owner.emails) owner_.insert(to_lower_ascii(email));
  for (const std::string& email : workspace.agent_emails) agent_.insert(to_lower_ascii(email));
}

void Authors::add_agent(const std::vector<std::string>& emails) {
  agent_.insert(emails.begin(), emails.end());
}

void Authors::add_account(const std::string& account, const std::string& host) {
  if (!account.empty() && !host.empty()) {
    made_up_ = to_lower_ascii(account + "@" + host.substr(0, host.find('.')));
  }
}

AuthorClass Authors::class_of(std::string_view email) const {
  if (owner_.contains(email)) return AuthorClass::owner;
  const bool made_up = !made_up_.empty() && email.starts_with(made_up_) &&
                       (email.size() == made_up_.size() || email[made_up_.size()] == '.');
  if (made_up || agent_.contains(email)) return AuthorClass::agent;
  return known_(email) ? AuthorClass::known : AuthorClass::unknown;
}

std::vector<std::string> account_emails(const host::Root& root, const host::Account& account) {
  std::vector<std::string> emails;
  const auto directory = open_own_directory(root, account.home, account.uid);
  if (!directory) return emails;
  for (const char* const name : {".gitconfig", ".config/git/config"}) {
    const auto text =
        (*directory)->read_file(name, kMaxConfigBytes, {.owner = account.uid, .allow_links = true});
    if (!text) continue;
    const parse::GitConfig config = parse::parse_git_config(*text);
    emails.insert(emails.end(), config.emails.begin(), config.emails.end());
  }
  return emails;
}

}  // namespace clawvigil::workspace
