#include "collectors/keys.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "collectors/home_account.h"
#include "collectors/keys/age_ledger.h"
#include "collectors/keys/credential_files.h"
#include "collectors/keys/home_credentials.h"
#include "collectors/keys_families.h"
#include "exporter/host/passwd.h"
#include "exporter/store/keyed_hash.h"

namespace clawvigil {

namespace {

using namespace keys_families;
using keys::AgeLedger;
using keys::Credential;

// What a problem may hide.
std::vector<std::string_view> families_of_values() {
  return {kCreated.name(), kExpiry.name(), kRotations.name()};
}

// The owner's date counts unless this program knows better: it has seen the value earlier, or it
// has seen the value take the place of another one since.
SystemTime created_at(const AgeLedger::Age& age, const CredentialSetting* setting) {
  if (setting == nullptr || !setting->issued) return age.proven;
  const SystemTime stated = *setting->issued;
  // A key may be issued the day before it is put in place.
  const bool outdated = age.replaced && stated + std::chrono::days(1) < *age.replaced;
  return outdated || stated > age.first_seen ? age.proven : stated;
}

class KeysCollector final : public Collector {
 public:
  [[nodiscard]] const CollectorInfo& info() const override { return kKeysInfo; }

  Result<> collect(const Context& context, Batch& out) override {
    if (!hash_) {
      TRY_ASSIGN(auto hash, store::KeyedHash::open(context.store));
      TRY_ASSIGN(auto ledger, AgeLedger::open(context.store));
      hash_.emplace(std::move(hash));
      ledger_.emplace(std::move(ledger));
    }
    Run run{context, out, {}, true};
    TRY(collect_homes(run));
    keys::CredentialSet host_keys(*hash_);
    for (const Error& problem : add_ssh_host_keys(context.root, host_keys)) note(problem, "", run);
    for (const Credential& credential : host_keys.all()) export_credential(run, "", credential);
    export_settings(run);
    if (const auto committed = ledger_->commit(context.store, context.now.wall); !committed) {
      out.unknown(committed.error(), {kRotations.name()});
    }
    return {};
  }

 private:
  // One run over all homes.
  struct Run {
    const Context& context;
    Batch& out;
    std::set<std::string> ids;  // all that were found
    bool complete;              // no place was unreadable
  };

  static void note(const Error& problem, const std::string& home, Run& run) {
    run.complete = false;
    run.out.unknown(home.empty() ? problem : prefixed(problem, home).error(), families_of_values());
  }

  Result<> collect_homes(Run& run) {
    const auto accounts = host::read_accounts(run.context.root);
    if (!accounts) note(accounts.error(), "", run);
    const std::vector<host::Account> known = accounts.value_or(std::vector<host::Account>());
    std::set<std::string> with_ssh_keys;  // homes of users, whose keys are told once
    for (const Home& home : run.context.homes) {
      TRY(run.context.check());
      const host::Account* const account = account_of(known, home);
      collect_home(run, home, account);
      if (account != nullptr && with_ssh_keys.insert(account->home).second) {
        keys::CredentialSet set(*hash_);
        for (const Error& problem : add_ssh_user_keys(run.context.root, *account, set)) {
          note(problem, home.label, run);
        }
        for (const Credential& credential : set.all()) {
          export_credential(run, home.label, credential);
        }
      }
    }
    return {};
  }

  void collect_home(Run& run, const Home& home, const host::Account* account) {
    const auto found = keys::find_credentials(
        run.context.root, home, account, *hash_,
        [this](const keys::Fingerprint& value) { return ledger_->knows(value); });
    if (!found) {
      run.complete = false;
      return run.out.unknown(prefixed(found.error(), home.label).error(), names_of(kMetrics));
    }
    for (const Error& problem : found->problems) note(problem, home.label, run);
    for (const Credential& credential : found->credentials) {
      export_credential(run, home.label, credential);
    }
    for (const auto& [location, count] : found->plaintext) {
      run.out.set(kPlaintext, static_cast<double>(count), home.label, location);
    }
    for (const auto& [reason, count] : found->hidden) {
      run.out.set(kNotWatched, static_cast<double>(count), home.label, reason);
    }
  }

  static const CredentialSetting* setting_of(const Config& config, const std::string& id) {
    const auto& settings = config.keys.credentials;
    const auto found = std::ranges::find(settings, id, &CredentialSetting::id);
    return found == settings.end() ? nullptr : &*found;
  }

  void export_credential(Run& run, const std::string& home, const Credential& credential) {
    run.ids.insert(credential.id);
    const CredentialSetting* const setting = setting_of(run.context.config, credential.id);
    const bool ignored = setting != nullptr && setting->ignore;
    if (credential.fingerprint) {
      const AgeLedger::Age age = ledger_->note(home, credential.id, *credential.fingerprint,
                                               credential.proven, run.context.now.wall);
      run.out.set(kCreated, to_unix_seconds(created_at(age, setting)), home, credential.id,
                  credential.kind);
      run.out.set(kRotations, static_cast<double>(age.rotations), home, credential.id);
    }
    if (credential.expires && !ignored) {
      run.out.set(kExpiry, to_unix_seconds(*credential.expires), home, credential.id,
                  credential.fingerprint ? "false" : "true");
    }
    if (ignored) {
      run.out.set(kMaxAge, std::numeric_limits<double>::infinity(), home, credential.id);
    } else if (setting != nullptr && setting->max_age) {
      run.out.set(kMaxAge, to_seconds(*setting->max_age), home, credential.id);
    }
  }

  // A setting for something that does not exist is a mistake the owner must hear of; but what could
  // not be read may exist.
  static void export_settings(Run& run) {
    for (const CredentialSetting& setting : run.context.config.keys.credentials) {
      const bool found = run.ids.contains(setting.id);
      if (found || run.complete) run.out.set(kUnmatched, found ? 0 : 1, setting.id);
    }
  }

  std::optional<store::KeyedHash> hash_;
  std::optional<AgeLedger> ledger_;
};

}  // namespace

const CollectorInfo kKeysInfo{
    "keys",
    "Reads the age, expiry and rotation of OpenClaw's credentials and SSH keys; never shows one.",
    std::chrono::seconds(60),
    std::chrono::seconds(20),
    std::chrono::minutes(5),
    kMetrics};

std::unique_ptr<Collector> make_keys_collector() { return std::make_unique<KeysCollector>(); }

}  // namespace clawvigil
