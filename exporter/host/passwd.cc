#include "exporter/host/passwd.h"

#include <algorithm>
#include <limits>

#include "exporter/base/digits.h"
#include "exporter/base/strings.h"
#include "exporter/host/untouched.h"

namespace clawvigil::host {

namespace {

constexpr std::size_t kMaxPasswdBytes = 4UL * 1024 * 1024;
constexpr std::size_t kMaxAccounts = 50'000;

std::optional<std::uint32_t> number(std::string_view text) {
  const auto value = parse_integer<std::uint32_t>(text);
  if (value == std::numeric_limits<std::uint32_t>::max()) return std::nullopt;  // "no such id"
  return value;
}

std::optional<Account> parse_line(std::string_view line) {
  constexpr std::size_t kFields = 7;
  constexpr std::size_t kMaxField = 4096;
  const std::vector<std::string_view> fields = split(line, ':');
  if (fields.size() != kFields || fields[0].empty()) return std::nullopt;
  if (fields[0][0] == '#' || fields[0][0] == '+' || fields[0][0] == '-') return std::nullopt;
  const auto uid = number(fields[2]);
  const auto gid = number(fields[3]);
  const std::string_view home = fields[5];
  if (!uid || !gid || !home.starts_with('/') || line.size() > kMaxField) return std::nullopt;
  return Account{std::string(fields[0]), *uid, *gid, std::string(home), std::string(fields[6])};
}

Result<FileStat> stat_passwd(const Root& root) {
  TRY_ASSIGN(const Dir etc, root.anchor("/etc"));
  return etc.stat("passwd");
}

}  // namespace

std::vector<Account> parse_passwd(std::string_view text) {
  std::vector<Account> accounts;
  while (!text.empty() && accounts.size() < kMaxAccounts) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (auto account = parse_line(text.substr(0, end))) accounts.push_back(std::move(*account));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return accounts;
}

Result<std::vector<Account>> read_accounts(const Root& root) {
  TRY_ASSIGN(const std::string text, root.read_system_file("/etc/passwd", kMaxPasswdBytes));
  return parse_passwd(text);
}

std::string AccountNames::name_of(uid_t uid) const {
  const auto found = names_.find(uid);
  return found == names_.end() ? std::to_string(uid) : found->second;
}

void AccountNames::refresh(const Root& root) {
  const auto now = stat_passwd(root);
  if (now && read_at_ && is_untouched(*read_at_, *now)) return;
  names_.clear();
  read_at_.reset();
  const auto accounts = read_accounts(root);
  if (!accounts) return;
  for (const Account& account : *accounts) names_.try_emplace(account.uid, account.name);
  if (now) read_at_ = *now;
}

}  // namespace clawvigil::host
