#include "collectors/secrets/workspace_history.h"

#include <set>
#include <string>
#include <utility>

#include "collectors/parse/secret_patterns.h"

namespace clawvigil::secrets {

namespace {

// Changes when the matcher finds other things than before: histories are then read again.
constexpr std::string_view kMatcherVersion = "1";
constexpr std::size_t kShownCommit = 12;  // digits, as git abbreviates them

// Of a private key the matcher gives the first line only, in which all keys are alike.
std::size_t length_of(const SecretMatch& found) {
  constexpr std::size_t kBeginningOfKey = 256;
  return found.rule == SecretRule::private_key ? kBeginningOfKey : found.length;
}

// Runs in the child process.
std::vector<HistoryMatch> match(std::string_view content, const store::KeyedHash& hash) {
  std::vector<HistoryMatch> matches;
  if (is_binary(content)) return matches;
  SecretMatcher{}.scan(content, [&](const SecretMatch& found) {
    const std::string_view value = content.substr(found.offset, length_of(found));
    matches.push_back(
        {std::string(to_string(found.rule)), found.line, hash.short_digest("secret", value)});
  });
  return matches;
}

std::optional<SecretRule> rule_named(std::string_view name) {
  for (std::size_t i = 0; i < kSecretRules; ++i) {
    const auto rule = static_cast<SecretRule>(i);
    if (to_string(rule) == name) return rule;
  }
  return std::nullopt;
}

// A secret that stands in many files and commits is one: it has to be exchanged once.
void add(const HistoryReport& report, const std::string& workspace, LocationFindings& sum) {
  std::set<std::pair<std::string, std::uint64_t>> counted;
  for (const HistoryFinding& finding : report.findings) {
    const auto rule = rule_named(finding.rule);
    if (!rule || !counted.emplace(finding.rule, finding.fingerprint).second) continue;
    sum.add(workspace + " commit " + finding.commit.substr(0, kShownCommit) + " " + finding.path,
            finding.line, *rule);
  }
  for (const auto& [reason, objects] : report.unread) sum.files_skipped += objects;
  if (sum.problem) return;
  sum.problem = report.problem;
  if (!sum.problem && report.unread.at(UnreadReason::damaged) > 0) {
    sum.problem = Error{Errc::parse, "objects are missing or damaged"};
  }
  if (!sum.problem && report.absent_parts) {
    sum.problem = Error{Errc::unsupported, "a shallow or partial clone: the rest is elsewhere"};
  }
}

}  // namespace

WorkspaceHistory::WorkspaceHistory() : history_(std::string(kMatcherVersion)) {}

LocationFindings WorkspaceHistory::scan(const Context& context, const Home& home,
                                        const std::vector<Workspace>& workspaces) {
  LocationFindings sum;
  if (!hash_) {
    auto hash = store::KeyedHash::open(context.store);
    if (!hash) {
      sum.problem = hash.error();
      return sum;
    }
    hash_ = *std::move(hash);
    // Whatever it sets up at first use is set up here: another thread may be doing so at a fork.
    static_cast<void>(hash_->short_digest("secret", ""));
  }
  const HistoryMatcher matcher{[](std::string_view path) { return may_hold_secrets(path); },
                               [&](std::string_view content) { return match(content, *hash_); }};
  bool complete = true;
  for (const Workspace& workspace : workspaces) {
    const HistoryRepository repository{home.label + ":" + workspace.path, *workspace.directory};
    keys_.push_back(repository.key);
    const auto report = history_.scan(context, repository, matcher);
    if (!report && report.error().code == Errc::not_found) continue;
    if (!report) {
      sum.problem = report.error();
      complete = false;
      continue;
    }
    add(*report, workspace.path, sum);
    complete = complete && report->complete;
  }
  if (complete) sum.completed_at = context.now.wall;
  return sum;
}

Result<> WorkspaceHistory::forget_others(const Context& context) {
  const std::vector<std::string> keys = std::exchange(keys_, {});
  if (keys == last_keys_) return {};
  TRY(GitHistory::forget_others(context.store, keys));
  last_keys_ = keys;
  return {};
}

}  // namespace clawvigil::secrets
