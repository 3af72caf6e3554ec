// Whose a commit is, by the e-mail address it names. That is a claim: whoever can commit can write
// any address. What it tells is who the repository is supposed to be worked on by.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/config/ground.h"
#include "exporter/host/file.h"
#include "exporter/host/passwd.h"

namespace clawvigil::workspace {

enum class AuthorClass : std::uint8_t {
  owner,    // owner.emails
  agent,    // workspace.agent-emails, and whom git names as author here
  known,    // of commits that were there before the repository was watched
  unknown,  // all others
};
constexpr AuthorClass kAuthorClasses[] = {AuthorClass::owner, AuthorClass::agent,
                                          AuthorClass::known, AuthorClass::unknown};
[[nodiscard]] std::string_view to_string(AuthorClass author_class);

class Authors {
 public:
  // `known` is asked about addresses that are neither.
  Authors(const OwnerConfig& owner, const WorkspaceConfig& workspace,
          std::function<bool(std::string_view email)> known);
  // Whom git takes for the author in this repository, by its configuration or its account's.
  void add_agent(const std::vector<std::string>& emails);
  // git makes "claw@host" or "claw@host.example.org" up where nothing is configured.
  void add_account(const std::string& account, const std::string& host);

  // `email` in lower case.
  [[nodiscard]] AuthorClass class_of(std::string_view email) const;

 private:
  std::set<std::string, std::less<>> owner_;
  std::set<std::string, std::less<>> agent_;
  std::string made_up_;  // "claw@host"
  std::function<bool(std::string_view email)> known_;
};

// The addresses in the git configuration of an account: ~/.gitconfig and ~/.config/git/config.
[[nodiscard]] std::vector<std::string> account_emails(const host::Root& root,
                                                      const host::Account& account);

}  // namespace clawvigil::workspace
