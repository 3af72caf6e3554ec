#include "collectors/updates/package_lists.h"

#include <algorithm>
#include <map>
#include <utility>

#include "collectors/parse/apt_release.h"
#include "collectors/updates/unpacker.h"
#include "exporter/base/strings.h"

namespace clawvigil::updates {

namespace {

constexpr std::string_view kDirectory = "/var/lib/apt/lists";
constexpr std::size_t kMaxRelease = 16UL * 1024 * 1024;
constexpr std::size_t kMaxListed = 64UL * 1024 * 1024;  // of a list that is a link to elsewhere
constexpr std::string_view kPackages = "_Packages";
// Beside a list that is updated by differences: which there are, not what there is.
constexpr std::string_view kDifferences = ".diff_Index";

struct ListName {
  std::string_view stem;  // up to "_Packages"
  std::string_view extension;
};

// nullopt for what is no list of packages.
std::optional<ListName> parse_list_name(std::string_view name) {
  const std::size_t at = name.rfind(kPackages);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view rest = name.substr(at + kPackages.size());
  if (rest == kDifferences || (!rest.empty() && rest.front() != '.')) return std::nullopt;
  return ListName{name.substr(0, at), rest.substr(rest.empty() ? 0 : 1)};
}

// "127.0.0.1:8080_debian_dists_…": a list that was copied from a disk begins with '_'.
std::string site_of(std::string_view name) {
  const std::string_view host = name.substr(0, name.find('_'));
  return std::string(host.substr(0, host.rfind(':')));
}

// "main_binary-amd64" behind the archive's own name.
void describe(std::string_view rest, parse::AptArchive& archive) {
  constexpr std::string_view kBinary = "binary-";
  const std::size_t at = rest.rfind(kBinary);
  if (at == std::string_view::npos) return;
  archive.architecture = rest.substr(at + kBinary.size());
  archive.component = rest.substr(0, at == 0 ? 0 : at - 1);
  std::ranges::replace(archive.component, '_', '/');
}

// Up to where the names of an archive's own files begin: "…_dists_bookworm_".
std::optional<std::string_view> release_prefix(std::string_view name) {
  for (const std::string_view suffix : {"InRelease", "Release"}) {
    if (name.ends_with(suffix)) return name.substr(0, name.size() - suffix.size());
  }
  return std::nullopt;
}

}  // namespace

Result<PackageLists> PackageLists::open(const host::Root& root) {
  auto directory = root.anchor(kDirectory);
  if (!directory) return std::unexpected(directory.error());
  PackageLists lists(std::move(*directory));
  if (auto read = lists.read_names(); !read) return prefixed(read.error(), kDirectory);
  return lists;
}

Result<> PackageLists::read_names() {
  TRY_ASSIGN(const auto entries, directory_.list(".", kMaxFiles));
  std::map<std::string, parse::AptRelease, std::less<>> releases;  // by prefix
  for (const host::DirEntry& entry : entries) {
    const auto prefix = release_prefix(entry.name);
    if (!prefix || prefix->empty()) continue;
    auto text = directory_.read_file(entry.name, kMaxRelease, host::OpenRules{});
    if (!text) return std::unexpected(text.error());
    const auto& release =
        releases.insert_or_assign(std::string(*prefix), parse::parse_apt_release(*text))
            .first->second;
    if (release.date) newest_release_ = std::max(newest_release_, release.date);
  }
  for (const auto& [prefix, release] : releases)
    security_archives_ += release.is_security() ? 1 : 0;
  for (const host::DirEntry& entry : entries) {
    const auto name = parse_list_name(entry.name);
    if (!name) continue;
    PackageList list{.file = entry.name, .archive = {}};
    list.archive.site = site_of(entry.name);
    std::size_t longest = 0;
    for (const auto& [prefix, release] : releases) {
      if (prefix.size() <= longest || !entry.name.starts_with(prefix)) continue;
      longest = prefix.size();
      list.archive.release = release;
    }
    if (name->stem.size() > longest) describe(name->stem.substr(longest), list.archive);
    lists_.push_back(std::move(list));
  }
  std::ranges::sort(lists_, {}, &PackageList::file);
  return {};
}

Result<> PackageLists::read(const Context& context, std::size_t index,
                            parse::PackageIndexScanner& scanner, std::uint64_t& unpacked) const {
  constexpr std::size_t kPiece = 256UL * 1024;
  const std::string& name = lists_[index].file;
  const auto about = [&](Error error) { return prefixed(std::move(error), sanitize(name)); };
  auto unpacker = make_unpacker(parse_list_name(name)->extension);
  if (!unpacker) return about(unpacker.error());
  const auto take = [&](std::string_view bytes) -> Result<> {
    unpacked += bytes.size();
    if (unpacked > kMaxUnpacked) return fail(Errc::too_large, "the lists together are too large");
    TRY(context.check());
    return scanner.feed(bytes);
  };
  const auto file = directory_.open_file(name, host::OpenRules{});
  if (file) {
    std::vector<char> piece(kPiece);
    std::uint64_t offset = 0;
    while (true) {
      const auto count = file->read_at(offset, piece);
      if (!count) return about(count.error());
      if (*count == 0) break;
      offset += *count;
      if (auto fed = (*unpacker)->feed({piece.data(), *count}, take); !fed) {
        return about(fed.error());
      }
    }
  } else {
    // A source on this machine ("file:"): the list is a link to where it lies.
    const auto text =
        context.root.read_system_file(std::string(kDirectory) + "/" + name, kMaxListed);
    if (!text) return about(text.error());
    if (auto fed = (*unpacker)->feed(*text, take); !fed) return about(fed.error());
  }
  if (auto done = (*unpacker)->finish(); !done) return about(done.error());
  if (auto done = scanner.finish(); !done) return about(done.error());
  return {};
}

}  // namespace clawvigil::updates
