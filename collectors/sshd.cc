#include "collectors/sshd.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "collectors/sshd/authorized_keys.h"
#include "collectors/sshd/login_events.h"
#include "collectors/sshd/login_log.h"
#include "collectors/sshd/system.h"
#include "collectors/sshd_families.h"

namespace clawvigil {

namespace {

using namespace sshd_families;
using sshd::LoginAccount;

std::string_view class_of(const host::Account& account, const std::set<uid_t>& openclaw) {
  if (account.uid == 0) return "root";
  return openclaw.contains(account.uid) ? "openclaw" : "other";
}

Result<> export_config(const std::vector<SshdLine>& lines,
                       const std::vector<LoginAccount>& accounts, Batch& out) {
  TRY_ASSIGN(const SshdSettings server, sshd_settings(lines, nullptr));
  std::vector<SshdAccount> users;
  users.reserve(accounts.size());
  for (const LoginAccount& login : accounts) {
    users.push_back({login.account.name, login.groups, login.account.uid == 0});
  }
  TRY_ASSIGN(const SshdExposure exposure, sshd_exposure(lines, users));
  constexpr std::uint16_t kDefault = 22;
  out.set(kPasswordAuth, exposure.password ? 1 : 0);
  out.set(kRootLogin, exposure.root ? 1 : 0);
  out.set(kDefaultPort, std::ranges::find(server.ports, kDefault) != server.ports.end() ? 1 : 0);
  return {};
}

// The keys of all accounts of one class.
struct KeysOfClass {
  std::size_t keys = 0;
  std::optional<SystemTime> changed;
  bool complete = true;
};

class SshdCollector final : public Collector {
 public:
  [[nodiscard]] const CollectorInfo& info() const override { return kSshdInfo; }

  Result<> collect(const Context& context, Batch& out) override {
    if (!sshd::installed(context.root)) return {};
    TRY(prepare(context.store));
    TRY_ASSIGN(const auto accounts, sshd::read_login_accounts(context.root));
    std::set<uid_t> openclaw;
    for (const Home& home : context.homes) openclaw.insert(home.uid);

    const auto lines = sshd::read_config(context.root);
    const auto exported =
        lines ? export_config(*lines, accounts, out) : std::unexpected(lines.error());
    if (!exported) {
      out.unknown(exported.error(), {kPasswordAuth.name(), kRootLogin.name(), kDefaultPort.name()});
    }
    export_logins(context, accounts, openclaw, out);
    if (lines) {
      export_keys(context, *lines, accounts, openclaw, out);
    } else {
      out.unknown(lines.error(), {kKeys.name(), kKeysChanged.name()});
    }
    if (const auto kept = ledger_->commit(context.store); !kept) out.unknown(kept.error());
    return {};
  }

 private:
  Result<> prepare(store::Store& store) {
    if (ledger_) return {};
    TRY_ASSIGN(hash_, store::KeyedHash::open(store));
    TRY_ASSIGN(ledger_, EventLedger::open(store, std::string(kSshdInfo.name)));
    sshd::LoginEvents::declare(*ledger_);
    return {};
  }

  void export_logins(const Context& context, const std::vector<LoginAccount>& accounts,
                     const std::set<uid_t>& openclaw, Batch& out) {
    sshd::LoginEvents::Classes classes;
    for (const LoginAccount& login : accounts) {
      classes.try_emplace(login.account.name, class_of(login.account, openclaw));
    }
    const std::vector<std::string_view> families = {kLogins.name(), kFailures.name(),
                                                    kNewSources.name()};
    const auto read = log_.read(context, *ledger_, [&](const sshd::LoginMessage& message) {
      events_.take(message, classes, *hash_, *ledger_);
    });
    if (!read) {
      out.unknown(read.error(), families);
    } else {
      for (const Error& problem : *read) out.unknown(problem, families);
    }
    sshd::LoginEvents::forget_old_sources(context.now.wall, *ledger_);
    ledger_->export_to(kLogins, out);
    ledger_->export_to(kFailures, out);
    ledger_->export_to(kNewSources, out);
  }

  void export_keys(const Context& context, const std::vector<SshdLine>& lines,
                   const std::vector<LoginAccount>& accounts, const std::set<uid_t>& openclaw,
                   Batch& out) {
    constexpr const char* kLearnt = "keys learnt";
    const bool first = !ledger_->position(kLearnt);
    std::map<std::string_view, KeysOfClass> found;
    for (const std::string_view user_class : kUserClasses) found[user_class];
    for (const LoginAccount& login : accounts) {
      KeysOfClass& keys = found[class_of(login.account, openclaw)];
      if (const auto added = add_keys(context, lines, login, first, keys, out); !added) {
        keys.complete = false;
        out.unknown(added.error(), {kKeys.name(), kKeysChanged.name()});
      }
    }
    for (const auto& [user_class, keys] : found) {
      if (!keys.complete) continue;
      out.set(kKeys, static_cast<double>(keys.keys), user_class);
      if (keys.changed) out.set(kKeysChanged, to_unix_seconds(*keys.changed), user_class);
    }
    if (const auto kept = ledger_->set_position(kLearnt, "yes"); !kept) out.unknown(kept.error());
  }

  Result<> add_keys(const Context& context, const std::vector<SshdLine>& lines,
                    const LoginAccount& login, bool first, KeysOfClass& out, Batch& batch) {
    SshdConnection connection;
    connection.user = login.account.name;
    connection.groups = login.groups;
    TRY_ASSIGN(const SshdSettings settings, sshd_settings(lines, &connection));
    const auto keys = sshd::read_authorized_keys(context.root, settings, login.account);
    for (const Error& problem : keys.problems) {
      batch.unknown(problem, {kKeys.name(), kKeysChanged.name()});
      out.complete = false;
    }
    if (!keys.problems.empty()) return {};
    out.keys += keys.keys.size();
    TRY_ASSIGN(const auto changed,
               sshd::keys_changed(login.account, keys, first, context.now.wall, *hash_, *ledger_));
    out.changed = std::max(out.changed, changed);
    return {};
  }

  std::optional<EventLedger> ledger_;
  std::optional<store::KeyedHash> hash_;
  sshd::LoginLog log_;
  sshd::LoginEvents events_;
};

}  // namespace

const CollectorInfo kSshdInfo{
    "sshd",
    "Reads sshd's configuration and messages, and the authorised keys of all accounts.",
    std::chrono::seconds(30),
    std::chrono::seconds(20),
    std::chrono::minutes(3),
    kMetrics};

std::unique_ptr<Collector> make_sshd_collector() { return std::make_unique<SshdCollector>(); }

}  // namespace clawvigil
