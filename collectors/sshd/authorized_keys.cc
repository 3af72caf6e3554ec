#include "collectors/sshd/authorized_keys.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <iterator>

#include "collectors/parse/authorized_keys.h"
#include "exporter/base/strings.h"

namespace clawvigil::sshd {

namespace {

constexpr std::size_t kMaxKeyFile = 1UL << 20U;

// An anchor the owner of the host controls, and the path below it that need not be.
Result<std::string> read_below(const host::Root& root, const std::string& anchor,
                               const std::string& relative, uid_t uid) {
  TRY_ASSIGN(const host::Dir directory, root.anchor(anchor + "/."));
  TRY_ASSIGN(const host::FileStat stat, directory.stat(relative));
  const uid_t owner = stat.uid == 0 ? 0 : uid;
  return directory.read_file(relative, kMaxKeyFile, {.owner = owner, .allow_links = false});
}

Result<std::string> read_key_file(const host::Root& root, const host::Account& account,
                                  const std::string& path) {
  const std::string home = account.home.ends_with('/') ? account.home : account.home + "/";
  if (path.starts_with(home)) {
    return read_below(root, account.home, path.substr(home.size()), account.uid);
  }
  const std::size_t slash = path.rfind('/');
  return read_below(root, path.substr(0, slash), path.substr(slash + 1), account.uid);
}

}  // namespace

AuthorizedKeys read_authorized_keys(const host::Root& root, const SshdSettings& settings,
                                    const host::Account& account) {
  AuthorizedKeys out;
  for (const std::string& path : key_files_of(settings, account.name, account.uid, account.home)) {
    const auto file = read_key_file(root, account, path);
    if (file) {
      std::ranges::move(parse_authorized_keys(*file), std::back_inserter(out.keys));
    } else if (file.error().code != Errc::not_found) {
      out.problems.push_back({file.error().code, sanitize(account.name) +
                                                     ": authorised keys: " + file.error().message});
    }
  }
  std::ranges::sort(out.keys);
  return out;
}

// Kept as "HASH NANOSECONDS", 0 for never.
Result<std::optional<SystemTime>> keys_changed(const host::Account& account,
                                               const AuthorizedKeys& keys, bool first,
                                               SystemTime now, const store::KeyedHash& hash,
                                               EventLedger& ledger) {
  const std::string source = "keys of " + std::to_string(account.uid) + " " + account.name;
  const auto known = ledger.position(source);
  if (!known && keys.keys.empty()) return std::optional<SystemTime>();
  std::string all;
  for (const std::string& key : keys.keys) all += key + "\n";
  const std::string digest = hash.hex_digest("authorized keys", all);
  std::int64_t changed = first ? 0 : now.time_since_epoch().count();
  if (known && known->substr(0, known->find(' ')) == digest) {
    const std::string_view then = known->substr(digest.size() + 1);
    std::from_chars(then.data(), then.data() + then.size(), changed);
  } else {
    TRY(ledger.set_position(source, digest + " " + std::to_string(changed)));
  }
  if (changed == 0) return std::optional<SystemTime>();
  return std::optional(SystemTime(Duration(changed)));
}

}  // namespace clawvigil::sshd
