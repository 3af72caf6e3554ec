#include "collectors/updates/apt_settings.h"

#include <algorithm>
#include <functional>

#include "exporter/base/strings.h"

namespace clawvigil::updates {

namespace {

constexpr std::size_t kMaxFile = 1024UL * 1024;
constexpr std::size_t kMaxParts = 512;

using OnFile = std::function<Result<>(std::string_view text)>;

Result<> read_file(const host::Root& root, const std::string& path, const OnFile& on_file) {
  const auto text = root.read_system_file(path, kMaxFile);
  if (!text && text.error().code == Errc::not_found) return {};
  if (!text) return std::unexpected(text.error());
  if (auto done = on_file(*text); !done) return prefixed(done.error(), sanitize(path));
  return {};
}

Result<> read_parts(const host::Root& root, const std::string& directory,
                    std::string_view extension, const OnFile& on_file) {
  const auto anchor = root.anchor(directory);
  const auto entries = anchor
                           ? anchor->list(".", kMaxParts)
                           : Result<std::vector<host::DirEntry>>(std::unexpected(anchor.error()));
  if (!entries && entries.error().code == Errc::not_found) return {};
  if (!entries) return std::unexpected(entries.error());
  std::vector<std::string> names;
  for (const host::DirEntry& entry : *entries) {
    const bool file = entry.kind != host::FileKind::directory;
    if (file && parse::is_apt_part_name(entry.name, extension)) names.push_back(entry.name);
  }
  std::ranges::sort(names);
  for (const std::string& name : names) {
    TRY(read_file(root, std::string(directory).append("/").append(name), on_file));
  }
  return {};
}

}  // namespace

Result<parse::AptConfig> read_apt_config(const host::Root& root) {
  parse::AptConfig config;
  const auto read = [&](std::string_view text) { return config.read(text); };
  TRY(read_parts(root, "/etc/apt/apt.conf.d", "conf", read));
  TRY(read_file(root, "/etc/apt/apt.conf", read));
  return config;
}

Result<std::vector<std::string>> read_apt_preferences(const host::Root& root) {
  std::vector<std::string> texts;
  const auto keep = [&](std::string_view text) -> Result<> {
    texts.emplace_back(text);
    return {};
  };
  TRY(read_file(root, "/etc/apt/preferences", keep));
  TRY(read_parts(root, "/etc/apt/preferences.d", "pref", keep));
  return texts;
}

}  // namespace clawvigil::updates
