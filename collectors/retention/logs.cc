#include "collectors/retention/logs.h"

#include <algorithm>

#include "collectors/access/log_place.h"
#include "collectors/parse/log_start.h"

namespace clawvigil::retention {

namespace {

using host::FileKind;

constexpr std::size_t kMaxEntries = 20'000;

// The time of the first line, or of the last change of a file that does not say.
SystemTime start_of(const host::Dir& directory, const std::string& name, SystemTime modified,
                    uid_t owner) {
  const auto file = directory.open_file(name, {.owner = owner});
  if (!file) return modified;
  std::string head(parse::kLogHeadBytes, '\0');
  const auto got = file->read_at(0, head);
  if (!got) return modified;
  const auto start = parse::log_start(std::string_view(head).substr(0, *got));
  return start ? std::min(*start, modified) : modified;
}

Result<LogSurvey> survey_place(const host::Dir& directory, const Home& home,
                               const LogPlace& place) {
  LogSurvey survey;
  std::string oldest;
  TRY_ASSIGN(const auto entries, directory.list(".", kMaxEntries));
  for (const host::DirEntry& entry : entries) {
    if (!belongs_to(place, entry.name)) continue;
    const auto found = directory.stat(entry.name);
    if (!found || found->kind != FileKind::regular || found->uid != home.uid) continue;
    survey.exists = true;
    survey.bytes += found->size;
    if (survey.oldest && *survey.oldest <= found->modified) continue;
    survey.oldest = found->modified;
    oldest = entry.name;
  }
  // What was changed longest ago also begins first.
  if (survey.oldest) survey.oldest = start_of(directory, oldest, *survey.oldest, home.uid);
  return survey;
}

}  // namespace

Result<LogSurvey> survey_gateway_log(const Context& context, const Home& home,
                                     const std::string& log_file) {
  TRY_ASSIGN(const auto places, log_places(home, log_file, owns_default_log(context.homes, home)));
  for (const LogPlace& place : places) {
    const auto directory = context.root.anchor(place.directory);
    if (!directory && directory.error().code == Errc::not_found) continue;
    if (!directory) return std::unexpected(directory.error());
    TRY_ASSIGN(const LogSurvey survey, survey_place(*directory, home, place));
    if (survey.exists) return survey;
  }
  return LogSurvey{};
}

Result<LogSurvey> survey_state_logs(const Home& home) {
  LogSurvey survey;
  const auto directory = home.dir->open_dir("logs");
  if (!directory && directory.error().code == Errc::not_found) return survey;
  if (!directory) return std::unexpected(directory.error());
  TRY_ASSIGN(const auto entries, directory->list(".", kMaxEntries));
  survey.exists = true;
  for (const host::DirEntry& entry : entries) {
    const auto found = directory->stat(entry.name);
    if (found && found->kind == FileKind::regular) survey.bytes += found->size;
  }
  return survey;
}

}  // namespace clawvigil::retention
