#include "collectors/keys/home_credentials.h"

#include <algorithm>
#include <array>

#include "collectors/keys/config_reader.h"
#include "collectors/keys/credential_files.h"
#include "collectors/keys/secret_lookup.h"
#include "collectors/keys/state_database.h"
#include "collectors/keys/variables.h"
#include "collectors/parse/credential_id.h"
#include "collectors/parse/credential_names.h"
#include "exporter/base/strings.h"

namespace clawvigil::keys {

namespace {

using Parts = std::vector<std::string>;

// Variables OpenClaw reads a setting from when openclaw.json does not have it.
struct Fallback {
  std::string_view variable;
  std::array<std::string_view, 4> parts;
};
constexpr std::array<Fallback, 6> kFallbacks = {{
    {"OPENCLAW_GATEWAY_TOKEN", {"gateway", "token"}},
    {"OPENCLAW_GATEWAY_PASSWORD", {"gateway", "password"}},
    {"TELEGRAM_BOT_TOKEN", {"channel", "telegram", "default"}},
    {"DISCORD_BOT_TOKEN", {"channel", "discord", "default"}},
    {"SLACK_BOT_TOKEN", {"channel", "slack", "default"}},
    {"SLACK_APP_TOKEN", {"channel", "slack", "default", "appToken"}},
}};

class Gatherer {
 public:
  Gatherer(const host::Root& root, const Home& home, const host::Account* account,
           const store::KeyedHash& hash)
      : root_(root), home_(home), account_(account), set_(hash) {
    for (const std::string_view location : kLocations) result_.plaintext[location] = 0;
    for (const std::string_view reason : kHidden) result_.hidden[reason] = 0;
  }

  Result<HomeCredentials> gather(const IsKnown& is_known) {
    variables_ = read_variables(root_, home_, account_);
    TRY_ASSIGN(config_, read_config_fields(home_, variables_));
    stored_ = read_stored_credentials(home_);
    note(variables_.problems);
    note(stored_.problems);
    const SecretLookup lookup(root_, home_, user_home(), variables_, config_, stored_);
    add_fields(lookup);
    for (const ProfileStore& store : stored_.profiles) add_profiles(store, lookup);
    add_devices();
    note(add_credential_files(home_, set_));
    add_env_block();
    add_variables();
    add_entries();
    add_older_proof(is_known);
    result_.credentials = set_.all();
    return std::move(result_);
  }

 private:
  [[nodiscard]] std::string user_home() const {
    if (account_ != nullptr) return account_->home;
    return home_.path.substr(0, home_.path.rfind('/'));
  }

  void note(const std::vector<Error>& problems) {
    result_.problems.insert(result_.problems.end(), problems.begin(), problems.end());
  }

  // When the variable that `value` came from was written: ${NAME} has been replaced by now, so a
  // text that equals a variable's value is taken for it.
  [[nodiscard]] std::optional<SystemTime> variable_written(const Secret& value) const {
    for (const auto& [name, variable] : variables_.by_name) {
      if (trim(variable.value.reveal()) == value.reveal()) return variable.written;
    }
    for (const auto& [name, text] : config_.environment) {
      if (trim(text.reveal()) == value.reveal()) return config_.written;
    }
    return std::nullopt;
  }

  void add_fields(const SecretLookup& lookup) {
    for (const CredentialField& field : config_.fields) {
      const Parts parts = config_credential(field.path);
      if (parts.front() == "env") continue;
      if (field.reference) {
        add_reference(parts, *field.reference, lookup, std::nullopt);
      } else if (const auto written = variable_written(field.value)) {
        set_.add(parts, field.value, {written, std::nullopt});
      } else {
        ++result_.plaintext["config"];
        set_.add(parts, field.value, {config_.written, std::nullopt});
      }
    }
    if (config_.other_agent_directories) {
      result_.problems.push_back(
          {Errc::unsupported,
           "agentDir in openclaw.json keeps credentials in another place, which "
           "is not read"});
    }
  }

  // The env block of openclaw.json.
  void add_env_block() {
    for (const CredentialField& field : config_.fields) {
      const Parts parts = config_credential(field.path);
      if (parts.front() != "env" || field.reference) continue;
      ++result_.plaintext["config"];
      set_.add_copy(parts, field.value, {config_.written, std::nullopt});
    }
  }

  void add_reference(const Parts& parts, const SecretReference& reference,
                     const SecretLookup& lookup, std::optional<SystemTime> expires) {
    const LookedUp looked_up = lookup.find(reference);
    if (!looked_up.value) {
      ++result_.hidden[looked_up.hidden];
    } else {
      set_.add(parts, *looked_up.value, {looked_up.proof.existed, expires});
    }
  }

  // "openai:manual" of the shared store or of main: model/openai/manual. An agent's own profile
  // that is no copy has the agent's name behind it.
  void add_profiles(const ProfileStore& store, const SecretLookup& lookup) {
    const bool shared = store.agent.empty() || store.agent == "main";
    for (const AuthProfile& profile : store.profiles) {
      const std::size_t colon = profile.id.find(':');
      Parts parts{profile.refreshable ? "oauth" : "model", profile.provider,
                  colon == std::string::npos ? profile.id : profile.id.substr(colon + 1)};
      if (!shared) parts.push_back(store.agent);
      if (profile.refreshable) {
        set_.add_refreshable(parts, profile.expires);
      } else if (profile.reference) {
        add_reference(parts, *profile.reference, lookup, profile.expires);
      } else if (shared) {
        set_.add(parts, profile.value, {store.written, profile.expires});
      } else {
        set_.add_copy(parts, profile.value, {store.written, profile.expires});
      }
    }
  }

  void add_devices() {
    for (const DeviceToken& token : stored_.devices) {
      set_.add({"device", std::string(device_name(token.device)), token.role}, token.value,
               {token.issued, std::nullopt});
    }
  }

  void add_variables() {
    for (const auto& [name, variable] : variables_.by_name) {
      const std::string_view text = trim(variable.value.reveal());
      if (!is_credential_variable(name) || !is_credential_value(text)) continue;
      ++result_.plaintext[variable.location];
      set_.add_copy(parts_of(name), variable.value, {variable.written, std::nullopt});
    }
  }

  [[nodiscard]] Parts parts_of(const std::string& variable) const {
    const auto* const fallback =
        std::ranges::find(kFallbacks, std::string_view(variable), &Fallback::variable);
    if (fallback != kFallbacks.end()) {
      Parts parts;
      for (const std::string_view part : fallback->parts) {
        if (!part.empty()) parts.emplace_back(part);
      }
      if (!set_.has(parts)) return parts;
    }
    return {"env", variable};
  }

  void add_entries() {
    for (const StoreEntry& entry : stored_.entries) {
      const bool credential = (entry.secret || is_credential_variable(entry.name)) &&
                              is_credential_value(entry.value.reveal());
      if (!credential) continue;
      set_.add_copy({"store", entry.name}, entry.value, {entry.written, std::nullopt});
    }
  }

  void add_older_proof(const IsKnown& is_known) {
    const bool news = std::ranges::any_of(set_.all(), [&](const Credential& credential) {
      return credential.fingerprint && !is_known(*credential.fingerprint);
    });
    if (!news) return;
    each_older_value(home_,
                     [&](const Secret& value, SystemTime written) { set_.prove(value, written); });
  }

  const host::Root& root_;
  const Home& home_;
  const host::Account* account_;
  CredentialSet set_;
  Variables variables_;
  ConfigFields config_;
  StoredCredentials stored_;
  HomeCredentials result_;
};

}  // namespace

Result<HomeCredentials> find_credentials(const host::Root& root, const Home& home,
                                         const host::Account* account, const store::KeyedHash& hash,
                                         const IsKnown& is_known) {
  return Gatherer(root, home, account, hash).gather(is_known);
}

}  // namespace clawvigil::keys
