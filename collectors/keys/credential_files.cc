#include "collectors/keys/credential_files.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "collectors/parse/auth_profiles.h"
#include "collectors/parse/credential_fields.h"
#include "collectors/parse/openclaw_pairing.h"
#include "exporter/base/strings.h"

namespace clawvigil::keys {

namespace {

using nlohmann::json;

constexpr std::size_t kMaxFiles = 1'024;
constexpr std::size_t kMaxBytes = 4UL * 1024 * 1024;
constexpr std::size_t kMaxKeyBytes = 64UL * 1024;

std::optional<SystemTime> expiry_of(const json& object) {
  for (const char* key : {"expires", "expiresAt", "expires_at"}) {
    const auto found = object.find(key);
    if (found != object.end() && found->is_number()) {
      return time_from_milliseconds(found->get<double>());
    }
  }
  return std::nullopt;
}

bool is_refreshable(const json& object) {
  return object.is_object() && (object.contains("refresh") || expiry_of(object));
}

class DirectoryReader {
 public:
  DirectoryReader(const Home& home, CredentialSet& set) : home_(home), set_(set) {}

  std::vector<Error> read() {
    for (const std::string& name : names_in("credentials")) {
      constexpr std::string_view kSuffix = ".json";
      if (!name.ends_with(kSuffix) || pairing_store_file(name, {})) continue;
      add_file("credentials/" + name, name.substr(0, name.size() - kSuffix.size()));
    }
    for (const std::string& account : names_in("credentials/whatsapp")) add_whatsapp(account);
    return std::move(problems_);
  }

 private:
  std::vector<std::string> names_in(const std::string& directory) {
    std::vector<std::string> names;
    const auto entries = home_.dir->list(directory, kMaxFiles);
    if (!entries) {
      note(entries.error());
      return names;
    }
    for (const host::DirEntry& entry : *entries) names.push_back(entry.name);
    std::ranges::sort(names);
    return names;
  }

  struct Document {
    json root;
    SystemTime written;
  };
  std::optional<Document> read_document(const std::string& name) {
    const auto stat = home_.dir->stat(name);
    auto text = home_.dir->read_file(name, kMaxBytes, host::OpenRules{home_.uid});
    if (!stat || !text) {
      note(text ? stat.error() : text.error());
      return std::nullopt;
    }
    const Secret content(std::move(*text));
    Document document{json::parse(content.reveal(), nullptr, /*allow_exceptions=*/false),
                      stat->modified};
    if (document.root.is_object()) return document;
    note({Errc::parse, sanitize(name) + ": expected a JSON object"});
    return std::nullopt;
  }

  void add_file(const std::string& name, const std::string& stem) {
    auto document = read_document(name);
    if (!document) return;
    if (is_refreshable(document->root)) {
      set_.add_refreshable({"oauth", stem}, expiry_of(document->root));
    } else {
      for (const auto& [key, member] : document->root.items()) {
        if (!is_refreshable(member)) continue;
        set_.add_refreshable({"oauth", stem, key}, expiry_of(member));
        wipe(member);
        member = nullptr;
      }
      add_fields(*document, stem);
    }
    wipe(document->root);
  }

  void add_fields(const Document& document, const std::string& stem) {
    const auto fields = credential_fields(document.root);
    if (!fields) return note(fields.error());
    for (const CredentialField& field : *fields) {
      if (field.reference) continue;
      std::vector<std::string> parts{"file", stem};
      parts.insert(parts.end(), field.path.begin(), field.path.end());
      set_.add_copy(parts, field.value, {document.written, std::nullopt});
    }
  }

  void add_whatsapp(const std::string& account) {
    auto document = read_document("credentials/whatsapp/" + account + "/creds.json");
    if (!document) return;
    const auto key = document->root.find("advSecretKey");
    if (key != document->root.end() && key->is_string()) {
      set_.add({"session", "whatsapp", account}, Secret(key->get<std::string>()), {});
    }
    wipe(document->root);
  }

  void note(const Error& error) {
    if (error.code != Errc::not_found) problems_.push_back(error);
  }

  const Home& home_;
  CredentialSet& set_;
  std::vector<Error> problems_;
};

// "ssh-ed25519 AAAA… comment": the second word.
Secret public_key(std::string_view text) {
  const auto words = split(trim(text), ' ');
  return Secret(std::string(words.size() > 1 ? words[1] : text));
}

struct KeyFile {
  std::string text;
  SystemTime written;
};
std::optional<KeyFile> read_key(const host::Dir& directory, const std::string& name,
                                std::optional<uid_t> owner, std::vector<Error>& problems) {
  const auto stat = directory.stat(name);
  auto text = directory.read_file(name, kMaxKeyBytes, host::OpenRules{owner});
  if (stat && text) return KeyFile{std::move(*text), stat->modified};
  const Error& error = text ? stat.error() : text.error();
  if (error.code != Errc::not_found) problems.push_back(error);
  return std::nullopt;
}

// The names of the regular files in `path`, and the anchor there; nullopt if it does not exist.
struct Listing {
  host::Dir directory;
  std::vector<std::string> names;
};
std::optional<Listing> list_files(const host::Root& root, const std::string& path,
                                  std::vector<Error>& problems) {
  auto directory = root.anchor(path);
  const auto entries =
      directory ? directory->list(".", kMaxFiles) : std::unexpected(directory.error());
  if (!entries) {
    if (entries.error().code != Errc::not_found) problems.push_back(entries.error());
    return std::nullopt;
  }
  Listing listing{std::move(*directory), {}};
  for (const host::DirEntry& entry : *entries) {
    if (entry.kind == host::FileKind::regular) listing.names.push_back(entry.name);
  }
  std::ranges::sort(listing.names);
  return listing;
}

}  // namespace

std::vector<Error> add_credential_files(const Home& home, CredentialSet& set) {
  return DirectoryReader(home, set).read();
}

std::vector<Error> add_ssh_host_keys(const host::Root& root, CredentialSet& set) {
  constexpr std::string_view kPrefix = "ssh_host_";
  constexpr std::string_view kSuffix = "_key.pub";
  std::vector<Error> problems;
  const auto listing = list_files(root, "/etc/ssh", problems);
  if (!listing) return problems;
  for (const std::string& name : listing->names) {
    if (!name.starts_with(kPrefix) || !name.ends_with(kSuffix)) continue;
    const auto key = read_key(listing->directory, name, std::nullopt, problems);
    if (!key) continue;
    const std::string kind =
        name.substr(kPrefix.size(), name.size() - kPrefix.size() - kSuffix.size());
    set.add({"ssh_host", kind}, public_key(key->text), {key->written, std::nullopt});
  }
  return problems;
}

std::vector<Error> add_ssh_user_keys(const host::Root& root, const host::Account& account,
                                     CredentialSet& set) {
  constexpr std::string_view kPrefix = "id_";
  constexpr std::string_view kPublic = ".pub";
  std::vector<Error> problems;
  const auto listing = list_files(root, account.home + "/.ssh", problems);
  if (!listing) return problems;
  for (const std::string& name : listing->names) {
    if (!name.starts_with(kPrefix) || name.ends_with(kPublic)) continue;
    auto key = read_key(listing->directory, name, account.uid, problems);
    if (!key) continue;
    const Secret content(std::move(key->text));
    const std::vector<std::string> parts{"ssh_user", name.substr(kPrefix.size())};
    const auto public_part =
        read_key(listing->directory, name + std::string(kPublic), account.uid, problems);
    if (public_part) {
      const SystemTime written = std::min(key->written, public_part->written);
      set.add(parts, public_key(public_part->text), {written, std::nullopt});
    } else {
      set.add(parts, content, {key->written, std::nullopt});
    }
  }
  return problems;
}

}  // namespace clawvigil::keys
