#include "collectors/updates/pending.h"

#include <xxhash.h>

#include <algorithm>
#include <functional>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "collectors/updates/apt_settings.h"
#include "collectors/updates/package_lists.h"
#include "exporter/base/strings.h"

namespace clawvigil::updates {

namespace {

constexpr std::string_view kStatus = "/var/lib/dpkg/status";
constexpr std::string_view kLists = "/var/lib/apt/lists";
constexpr std::size_t kMaxStatus = 64UL * 1024 * 1024;
constexpr std::string_view kDefaultRelease = "APT::Default-Release";

void add_stat(std::string& key, std::string_view name, const Result<host::FileStat>& stat) {
  key.append(name).push_back('\0');
  if (!stat) {
    key.append(to_string(stat.error().code)).push_back('\n');
    return;
  }
  const auto time = [](SystemTime when) { return std::to_string(when.time_since_epoch().count()); };
  key.append(std::to_string(stat->inode)).append(" ").append(std::to_string(stat->size));
  key.append(" ").append(time(stat->modified)).append(" ").append(time(stat->changed));
  key.push_back('\n');
}

// Equal as long as a reading would be. Never 0.
std::uint64_t appearance_of(const host::Root& root, const std::vector<std::string>& preferences,
                            std::string_view default_release) {
  std::string key(default_release);
  for (const std::string& text : preferences) key.append("\n").append(text);
  if (const auto dpkg = root.anchor("/var/lib/dpkg")) {
    for (const std::string_view name : {"status", "arch"}) add_stat(key, name, dpkg->stat(name));
  }
  if (const auto lists = root.anchor(kLists)) {
    const auto entries = lists->list(".", PackageLists::kMaxFiles);
    for (const host::DirEntry& entry : entries.value_or(std::vector<host::DirEntry>{})) {
      if (entry.kind == host::FileKind::regular || entry.kind == host::FileKind::symlink) {
        add_stat(key, entry.name, lists->stat(entry.name));
      }
    }
  }
  return std::max<std::uint64_t>(1, std::hash<std::string_view>()(key));
}

// The first line of /var/lib/dpkg/arch, or what dpkg itself was built for.
std::string native_architecture(const host::Root& root,
                                const std::vector<parse::InstalledPackage>& installed) {
  constexpr std::size_t kMaxArchitectures = 4'096;
  if (const auto text = root.read_system_file("/var/lib/dpkg/arch", kMaxArchitectures)) {
    const std::string_view first = trim(std::string_view(*text).substr(0, text->find('\n')));
    if (!first.empty()) return std::string(first);
  }
  const auto dpkg = std::ranges::find(installed, "dpkg", &parse::InstalledPackage::name);
  return dpkg == installed.end() ? std::string() : dpkg->architecture;
}

struct TextHash {
  using is_transparent = void;  // NOLINT(readability-identifier-naming): the library's name
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>()(text);
  }
};

// The packages installed, by name and the architecture apt files them under: "all" is the native
// one's.
class OfferBook {
 public:
  OfferBook(const std::vector<parse::InstalledPackage>& installed, std::string native)
      : native_(std::move(native)) {
    for (const parse::InstalledPackage& package : installed) {
      book_[package.name].push_back({&package, {}});
    }
  }

  [[nodiscard]] bool has(std::string_view name) const { return book_.find(name) != book_.end(); }

  void add(const parse::IndexedPackage& offered, std::size_t archive) {
    for (Candidates& package : book_.find(offered.name)->second) {
      if (filed_under(package.package->architecture) != filed_under(offered.architecture)) continue;
      constexpr std::uint32_t kEverybody = 100;
      package.offers.push_back({std::string(offered.version), std::string(offered.source), archive,
                                offered.phased_percent.value_or(kEverybody) < kEverybody});
    }
  }

  [[nodiscard]] std::vector<PendingUpdate> pending(const AptPolicy& policy) const {
    std::vector<PendingUpdate> updates;
    for (const auto& [name, packages] : book_) {
      for (const Candidates& package : packages) {
        if (auto update = policy.pending(package)) updates.push_back(std::move(*update));
      }
    }
    return updates;
  }

 private:
  [[nodiscard]] std::string_view filed_under(std::string_view architecture) const {
    return architecture == "all" ? std::string_view(native_) : architecture;
  }

  std::string native_;
  std::unordered_map<std::string, std::vector<Candidates>, TextHash, std::equal_to<>> book_;
};

UpdateCounts count(const PendingUpdates& pending) {
  UpdateCounts counts;
  counts.security_archives = pending.security_archives;
  counts.newest_release = pending.newest_release;
  for (const PendingUpdate& update : pending.updates) {
    ++counts.pending;
    counts.security += update.security ? 1 : 0;
    counts.held += update.held ? 1 : 0;
    counts.held_security += update.held && update.security ? 1 : 0;
    counts.phased += update.phased ? 1 : 0;
    if (!update.security || update.held) continue;
    const std::string name = update.name + ":" + update.architecture + "=" + update.version;
    counts.waiting.push_back(XXH3_64bits(name.data(), name.size()));
  }
  return counts;
}

// apt refuses to work for a default release it has no list of.
bool is_known_release(const std::string& release, const std::vector<parse::AptArchive>& archives) {
  if (release.empty() || (release.size() > 2 && release[1] == '=')) return true;
  return std::ranges::any_of(archives, [&](const parse::AptArchive& archive) {
    return parse::matches_expression(release, archive.release.suite) ||
           parse::matches_expression(release, archive.release.codename) ||
           parse::matches_expression(release, archive.release.version);
  });
}

}  // namespace

Result<std::vector<parse::InstalledPackage>> read_installed(const host::Root& root) {
  const auto text = root.read_system_file(kStatus, kMaxStatus);
  if (!text) return std::unexpected(text.error());
  auto installed = parse::parse_dpkg_status(*text);
  if (!installed) return prefixed(installed.error(), kStatus);
  return installed;
}

Result<PendingUpdates> read_pending(const Context& context,
                                    const std::vector<std::string>& preferences,
                                    std::string_view default_release) {
  TRY_ASSIGN(const auto installed, read_installed(context.root));
  TRY_ASSIGN(const PackageLists lists, PackageLists::open(context.root));
  if (lists.lists().empty()) return fail(Errc::not_found, "apt has no package lists yet");
  std::vector<parse::AptPin> pins;
  if (!default_release.empty()) pins.push_back(parse::default_release_pin(default_release));
  for (const std::string& text : preferences) {
    auto parsed = parse::parse_apt_preferences(text);
    if (!parsed) return prefixed(parsed.error(), "/etc/apt/preferences");
    std::ranges::move(*parsed, std::back_inserter(pins));
  }
  const std::string native = native_architecture(context.root, installed);
  OfferBook book(installed, native);
  std::vector<parse::AptArchive> archives;
  std::uint64_t unpacked = 0;
  for (std::size_t i = 0; i < lists.lists().size(); ++i) {
    parse::PackageIndexScanner scanner(
        [&](std::string_view name) { return book.has(name); },
        [&](const parse::IndexedPackage& offered) { book.add(offered, i); });
    TRY(lists.read(context, i, scanner, unpacked));
    archives.push_back(lists.lists()[i].archive);
  }
  if (!is_known_release(std::string(default_release), archives)) {
    return fail(Errc::unsupported, "APT::Default-Release is no release apt has lists of");
  }
  const AptPolicy policy(std::move(archives), std::move(pins), native);
  return PendingUpdates{book.pending(policy), lists.security_archives(), lists.newest_release()};
}

Result<UpdateCounts> PendingReader::read(const Context& context, const parse::AptConfig& config) {
  TRY_ASSIGN(const auto preferences, read_apt_preferences(context.root));
  const std::string_view default_release = config.value(kDefaultRelease);
  const std::uint64_t appearance = appearance_of(context.root, preferences, default_release);
  if (kept_ && appearance == appearance_) return *kept_;
  const auto pending = read_pending(context, preferences, default_release);
  kept_ = pending ? Result<UpdateCounts>(count(*pending)) : std::unexpected(pending.error());
  const bool interrupted = !*kept_ && kept_->error().code == Errc::timeout;
  appearance_ = interrupted ? 0 : appearance;
  return *kept_;
}

}  // namespace clawvigil::updates
