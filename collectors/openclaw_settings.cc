#include "collectors/openclaw_settings.h"

#include <algorithm>
#include <string_view>

#include "collectors/parse/dotenv.h"
#include "collectors/parse/openclaw_document.h"
#include "exporter/host/untouched.h"

namespace clawvigil {

namespace {

constexpr char kConfigFile[] = "openclaw.json";
constexpr char kDotenvFile[] = ".env";

std::optional<host::FileStat> stat_of(const Home& home, const std::string& relative) {
  auto stat = home.dir->stat(relative);
  if (!stat) return std::nullopt;
  return *stat;
}

bool is_untouched(const std::optional<host::FileStat>& then,
                  const std::optional<host::FileStat>& now) {
  return then && now ? host::is_untouched(*then, *now) : !then && !now;
}

}  // namespace

std::string_view profile_of(const Home& home) {
  constexpr std::string_view kPrefix = ".openclaw-";
  std::string_view name = home.path;
  name.remove_prefix(name.rfind('/') == std::string_view::npos ? 0 : name.rfind('/') + 1);
  return name.starts_with(kPrefix) ? name.substr(kPrefix.size()) : std::string_view();
}

bool SettingsLoader::is_current(const Home& home, const Entry& entry) {
  return std::ranges::all_of(entry.files, [&home](const Seen& seen) {
    return is_untouched(seen.stat, stat_of(home, seen.relative));
  });
}

SettingsLoader::Entry SettingsLoader::read(const Home& home) {
  Entry entry;
  const host::OpenRules rules{home.uid};
  // The stat is taken first: a change while reading is then seen by the next run.
  const auto read_file = [&](std::string_view relative, std::size_t limit) {
    entry.files.push_back({std::string(relative), stat_of(home, std::string(relative))});
    return home.dir->read_file(relative, limit, rules);
  };
  const auto text = read_file(kConfigFile, kMaxConfigBytes);
  if (!text) {
    entry.result = std::unexpected(text.error());
    return entry;
  }
  std::vector<Error> problems;
  DocumentInput input{*text, home.path, {}};
  const auto dotenv = read_file(kDotenvFile, kMaxDotenvBytes);
  if (dotenv) {
    input.dotenv = parse_dotenv(*dotenv);
  } else if (dotenv.error().code != Errc::not_found) {
    problems.push_back(dotenv.error());
  }
  const auto document = resolve_document(
      input, [&](std::string_view relative) { return read_file(relative, kMaxIncludeBytes); });
  if (!document) {
    entry.result = std::unexpected(document.error());
    return entry;
  }
  auto settings = std::make_shared<OpenClawSettings>(read_settings(*document, profile_of(home)));
  settings->problems = std::move(problems);
  entry.result = std::move(settings);
  return entry;
}

Result<std::shared_ptr<const OpenClawSettings>> SettingsLoader::load(const Home& home) {
  const auto cached = entries_.find(home.path);
  if (cached != entries_.end() && is_current(home, cached->second)) return cached->second.result;
  if (entries_.size() > kMaxHomes) entries_.clear();  // homes that are gone
  return entries_.insert_or_assign(home.path, read(home)).first->second.result;
}

std::shared_ptr<const OpenClawSettings> SettingsLoader::load_or_default(const Home& home) {
  const auto loaded = load(home);
  return loaded ? *loaded : std::make_shared<const OpenClawSettings>();
}

}  // namespace clawvigil
