#include "collectors/backups/files_source.h"

#include <algorithm>
#include <array>

#include "collectors/parse/backup_format.h"
#include "collectors/parse/wildcard.h"
#include "exporter/base/strings.h"

namespace clawvigil::backups {

namespace {

using host::FileKind;

constexpr std::size_t kMaxEntries = 100'000;    // of all directories together
constexpr std::size_t kMaxDirectories = 1'000;  // a pattern may stand for
constexpr std::size_t kMostCompared = 30;       // sizes before the newest
constexpr std::size_t kLeastCompared = 3;
constexpr Duration kSettled = std::chrono::minutes(5);

bool is_pattern(std::string_view text) {
  return text.find_first_of("*?") != std::string_view::npos;
}

bool is_unfinished(std::string_view name, std::string_view pattern) {
  constexpr std::array<std::string_view, 7> kEndings = {
      ".tmp", ".part", ".partial", ".lock", ".incomplete", ".filepart", "~"};
  if (name.starts_with('.') && !pattern.starts_with('.')) return true;
  return std::ranges::any_of(kEndings, [&](std::string_view end) { return name.ends_with(end); });
}

struct Candidate {
  SystemTime modified;
  std::uint64_t size = 0;
};

class Survey {
 public:
  explicit Survey(const Machine& machine) : machine_(machine) {}

  // Looks at what `pattern` stands for.
  Result<> add(std::string_view pattern) {
    const std::size_t slash = pattern.rfind('/');
    const std::string_view name = pattern.substr(slash + 1);
    std::vector<std::string> directories{""};
    for (const std::string_view part : split(pattern.substr(0, slash), '/')) {
      if (part.empty()) continue;
      TRY_ASSIGN(directories, below(directories, part));
    }
    for (const std::string& directory : directories) TRY(add_files(directory, name));
    return {};
  }

  Result<BackupReading> finish() && {
    BackupReading reading;
    if (candidates_.empty() && future_ > 0) {
      return fail(Errc::parse, "every one is dated in the future");
    }
    reading.present = !candidates_.empty();
    if (reading.present) reading.kept = candidates_.size();
    std::ranges::sort(candidates_, std::ranges::greater(), &Candidate::modified);
    const auto complete = std::ranges::find_if(candidates_, [&](const Candidate& candidate) {
      return candidate.modified <= machine_.now() - kSettled;
    });
    if (complete == candidates_.end()) return reading;
    reading.oldest = candidates_.back().modified;
    reading.newest = complete->modified;
    reading.size = complete->size;
    reading.usual_size = usual_size({complete + 1, candidates_.end()});
    TRY(look_at_newest(reading));
    return reading;
  }

 private:
  // The directories named `part` in each of `parents`.
  Result<std::vector<std::string>> below(const std::vector<std::string>& parents,
                                         std::string_view part) {
    std::vector<std::string> found;
    for (const std::string& parent : parents) {
      if (!is_pattern(part)) {
        found.push_back(parent + "/" + std::string(part));
        continue;
      }
      TRY_ASSIGN(const auto entries, list(parent));
      for (const host::DirEntry& entry : entries) {
        if (entry.kind != FileKind::directory || !matches_pattern(entry.name, part)) continue;
        if (entry.name.starts_with('.') && !part.starts_with('.')) continue;
        if (found.size() == kMaxDirectories) {
          return fail(Errc::too_large, "the pattern stands for more than 1000 directories");
        }
        found.push_back(parent + "/" + entry.name);
      }
    }
    return found;
  }

  // Nothing where there is no such directory.
  Result<std::vector<host::DirEntry>> list(const std::string& path) {
    const auto directory = machine_.directory(path);
    if (!directory && directory.error().code == Errc::not_found) return {};
    if (!directory) return std::unexpected(directory.error());
    TRY_ASSIGN(auto entries, directory->list(".", kMaxEntries - entries_));
    entries_ += entries.size();
    return entries;
  }

  Result<> add_files(const std::string& path, std::string_view pattern) {
    TRY_ASSIGN(const auto entries, list(path));
    if (entries.empty()) return {};
    TRY_ASSIGN(const host::Dir directory, machine_.directory(path));
    for (const host::DirEntry& entry : entries) {
      if (!matches_pattern(entry.name, pattern) || is_unfinished(entry.name, pattern)) continue;
      TRY(machine_.context.check());
      const auto found = directory.stat(entry.name);
      if (!found || found->kind != FileKind::regular) continue;
      if (found->modified > machine_.latest()) {
        ++future_;
        continue;
      }
      candidates_.push_back({found->modified, found->size});
      const bool complete = found->modified <= machine_.now() - kSettled;
      if (complete && (name_.empty() || found->modified > newest_)) {
        newest_ = found->modified;
        path_ = path;
        name_ = entry.name;
      }
    }
    return {};
  }

  static std::optional<double> usual_size(std::span<const Candidate> earlier) {
    if (earlier.size() < kLeastCompared) return std::nullopt;
    std::vector<std::uint64_t> sizes;
    for (const Candidate& candidate : earlier.first(std::min(earlier.size(), kMostCompared))) {
      sizes.push_back(candidate.size);
    }
    const auto middle = sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2);
    std::ranges::nth_element(sizes, middle);
    return static_cast<double>(*middle);
  }

  Result<> look_at_newest(BackupReading& reading) const {
    TRY_ASSIGN(const host::Dir directory, machine_.directory(path_));
    reading.take(Part::encryption, encryption_of(directory), reading.encrypted);
    reading.take(Part::place, lies_off_host(machine_, directory, path_), reading.off_host);
    reading.take(Part::access, who_can_get_at(machine_, directory, path_, name_), reading.access);
    return {};
  }

  [[nodiscard]] Result<bool> encryption_of(const host::Dir& directory) const {
    TRY_ASSIGN(const host::File file,
               directory.open_file(name_, {.owner = std::nullopt, .allow_links = true}));
    std::array<char, parse::kBackupHeadBytes> head{};
    TRY_ASSIGN(const std::size_t got, file.read_at(0, head));
    if (const auto known = parse::is_encrypted_backup({head.data(), got})) return *known;
    return fail(Errc::unsupported,
                sanitize(name_) + ": whether it is encrypted cannot be told from how it begins");
  }

  const Machine& machine_;
  std::vector<Candidate> candidates_;
  std::size_t entries_ = 0;
  std::size_t future_ = 0;
  SystemTime newest_;  // of the complete ones, and where it is
  std::string path_;
  std::string name_;
};

}  // namespace

Result<BackupReading> read_files(const Machine& machine, std::string_view pattern) {
  Survey survey(machine);
  TRY(survey.add(pattern));
  return std::move(survey).finish();
}

Result<BackupReading> read_files(const Machine& machine, std::span<const std::string> patterns) {
  Survey survey(machine);
  for (const std::string& pattern : patterns) TRY(survey.add(pattern));
  return std::move(survey).finish();
}

}  // namespace clawvigil::backups
