#include "collectors/keys/variables.h"

#include <algorithm>
#include <array>

#include "collectors/openclaw_settings.h"
#include "collectors/parse/dotenv.h"
#include "collectors/parse/unit_environment.h"

namespace clawvigil::keys {

namespace {

constexpr std::size_t kMaxBytes = 1024UL * 1024;
constexpr std::size_t kMaxUnits = 64;
constexpr std::size_t kMaxEntries = 4096;

class Reader {
 public:
  Reader(const host::Root& root, const Home& home) : root_(root), home_(home) {}

  void read_dotenv(const std::string& name) {
    const auto stat = home_.dir->stat(name);
    auto text = home_.dir->read_file(name, kMaxBytes, host::OpenRules{home_.uid});
    if (!text || !stat) return note(text ? stat.error() : text.error());
    const Secret content(std::move(*text));
    for (auto& [variable, value] : parse_dotenv(content.reveal())) {
      set(variable, std::move(value), stat->modified, "env");
    }
  }

  // The units in `path` that start a gateway of this home, which belong to `owner`.
  void read_units(const std::string& path, std::optional<uid_t> owner, const std::string* user) {
    const auto directory = root_.anchor(path);
    if (!directory) return note(directory.error());
    const auto entries = directory->list(".", kMaxEntries);
    if (!entries) return note(entries.error());
    std::vector<std::string> names;
    for (const host::DirEntry& entry : *entries) {
      const bool file = entry.kind == host::FileKind::regular;  // not an alias of another unit
      if (file && is_unit(entry.name, user == nullptr)) names.push_back(entry.name);
    }
    std::ranges::sort(names);
    for (const std::string& name : names) read_unit(*directory, name, owner, user);
  }

  Variables take() { return std::move(result_); }

 private:
  // A user's unit has the profile in its name; a system's may have any that begins like this.
  [[nodiscard]] bool is_unit(std::string_view name, bool of_user) const {
    constexpr std::string_view kPrefix = "openclaw";
    constexpr std::string_view kSuffix = ".service";
    if (!name.starts_with(kPrefix) || !name.ends_with(kSuffix)) return false;
    const std::string_view profile = profile_of(home_);
    const std::string own = "openclaw-gateway-" + std::string(profile) + ".service";
    if (!profile.empty()) return name == own;
    return !of_user || name == "openclaw.service" || name == "openclaw-gateway.service";
  }

  void read_unit(const host::Dir& directory, const std::string& name, std::optional<uid_t> owner,
                 const std::string* user) {
    std::map<std::string, std::string> variables;
    SystemTime written;
    std::string text;
    std::vector<std::string> files{name};
    const auto drop_ins = directory.list(name + ".d", kMaxUnits);
    if (drop_ins) {
      for (const host::DirEntry& entry : *drop_ins) {
        if (entry.name.ends_with(".conf")) files.push_back(name + ".d/" + entry.name);
      }
      std::sort(files.begin() + 1, files.end());
    }
    for (const std::string& file : files) {
      const auto stat = directory.stat(file);
      const auto content = directory.read_file(file, kMaxBytes, host::OpenRules{owner});
      if (!content || !stat) {
        note(content ? stat.error() : content.error());
        continue;
      }
      text += *content + "\n";
      written = std::max(written, stat->modified);
      apply_unit_environment(*content, variables);
    }
    if (user != nullptr && unit_user(text) != *user) return;
    for (auto& [variable, value] : variables) set(variable, std::move(value), written, "unit");
  }

  void set(const std::string& name, std::string value, SystemTime written,
           std::string_view location) {
    result_.by_name.insert_or_assign(name, Variable{Secret(std::move(value)), written, location});
  }

  void note(const Error& error) {
    if (error.code != Errc::not_found) result_.problems.push_back(error);
  }

  const host::Root& root_;
  const Home& home_;
  Variables result_;
};

}  // namespace

Variables read_variables(const host::Root& root, const Home& home, const host::Account* account) {
  Reader reader(root, home);
  reader.read_dotenv(".env");
  reader.read_dotenv("gateway.systemd.env");
  if (account != nullptr) {
    reader.read_units(account->home + "/.config/systemd/user", home.uid, nullptr);
    reader.read_units("/etc/systemd/system", std::nullopt, &account->name);
  }
  return reader.take();
}

}  // namespace clawvigil::keys
