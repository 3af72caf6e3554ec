// backups.sources: where the backups of OpenClaw's state are.
#include <algorithm>
#include <array>

#include "exporter/base/duration.h"
#include "exporter/base/strings.h"
#include "exporter/config/schema.h"
#include "exporter/config/structures.h"
#include "exporter/config/values.h"

namespace clawvigil::config {

namespace {

constexpr std::string_view kWhere = "backups.sources";
constexpr std::size_t kMaxSources = 32;
constexpr std::uint32_t kMostKept = 10'000;
constexpr Duration kLeastAge = std::chrono::hours(1);
constexpr std::string_view kWays = "one of files, restic, borg, stamp";

// Read with how often a place was given, which must be once.
struct Draft {
  BackupSource source;
  int places = 0;
};

bool set_flag(std::optional<bool>& flag, std::string_view text) {
  flag = text == "true";
  return text == "true" || text == "false";
}

template <BackupKind Kind>
bool set_path(Draft& draft, std::string_view text) {
  ++draft.places;
  draft.source.kind = Kind;
  draft.source.path = text;
  while (draft.source.path.size() > 1 && draft.source.path.ends_with('/')) {
    if (Kind == BackupKind::files || Kind == BackupKind::stamp) return false;
    draft.source.path.pop_back();
  }
  return is_absolute_path(text) && text != "/";
}

using SourceField = Field<Draft>;
constexpr std::array kSourceFields{
    SourceField{"name", "a name of letters, digits, - and _",
                [](Draft& draft, std::string_view text) {
                  draft.source.name = text;
                  return is_receiver_name(text);
                },
                SourceField::Need::required},
    SourceField{"files", "an absolute path in which * and ? stand for other characters",
                set_path<BackupKind::files>},
    SourceField{"restic", "the absolute path of a repository or of a cache of restic",
                set_path<BackupKind::restic>},
    SourceField{"borg", "the absolute path of a repository or of a security directory of borg",
                set_path<BackupKind::borg>},
    SourceField{"stamp", "the absolute path of a file", set_path<BackupKind::stamp>},
    SourceField{"max-age", "a duration of an hour or more, such as 26h",
                [](Draft& draft, std::string_view text) {
                  draft.source.max_age = parse_duration(text);
                  return draft.source.max_age && *draft.source.max_age >= kLeastAge;
                }},
    SourceField{"keep", "a number from 1 to 10000",
                [](Draft& draft, std::string_view text) {
                  draft.source.keep = parse_count(text, 1, kMostKept);
                  return draft.source.keep.has_value();
                }},
    SourceField{
        "encrypted", "true or false",
        [](Draft& draft, std::string_view text) { return set_flag(draft.source.encrypted, text); }},
    SourceField{
        "off-host", "true or false",
        [](Draft& draft, std::string_view text) { return set_flag(draft.source.off_host, text); }},
};

void add_source(Reader& reader, const yaml::Node& node, Draft draft, Config& config) {
  auto& list = config.backups.sources;
  const std::string where = std::string(kWhere) + ": " + draft.source.name;
  if (draft.places != 1) return reader.problem(node, where + ": expected " + std::string(kWays));
  if (std::ranges::find(list, draft.source.name, &BackupSource::name) != list.end()) {
    return reader.problem(node, where + " is given twice");
  }
  const bool countable =
      draft.source.kind == BackupKind::files || draft.source.kind == BackupKind::restic;
  if (draft.source.keep && !countable) {
    return reader.problem(node, where +
                                    ": keep cannot be watched here, how many there are is "
                                    "seen of files and restic only");
  }
  if (list.size() == kMaxSources) {
    return reader.problem(node, std::string(kWhere) + ": more than 32 items");
  }
  list.push_back(std::move(draft.source));
}

}  // namespace

void read_backups(Reader& reader, const yaml::Node& node, Config& config) {
  reader.read_list<Draft>(kSourceFields, node, kWhere,
                          "{name: nightly, files: /backup/openclaw-*.tar.age}",
                          [&](const yaml::Node& item, Draft draft) {
                            add_source(reader, item, std::move(draft), config);
                          });
}

std::string backups_sample() {
  return "  # Examples, one a way to be seen:\n"
         "  # sources:\n"
         "  #   - {name: nightly, files: /mnt/nas/openclaw-*.tar.age, max-age: 26h, keep: 14}\n"
         "  #   - {name: restic, restic: /srv/restic}\n"
         "  #   - {name: cloud, restic: /root/.cache/restic/ID, off-host: true}\n"
         "  #   - {name: borg, borg: /root/.config/borg/security/ID}\n"
         "  #   - {name: provider, stamp: /var/lib/backup.ok, encrypted: true, off-host: true}\n"
         "  sources: []\n";
}

}  // namespace clawvigil::config
