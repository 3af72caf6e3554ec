// The skills an OpenClaw can load, counted by where they lie: a skill is a directory with a
// SKILL.md, found at most six levels below one of the roots OpenClaw looks at, or a link there.
//
//   ~/.openclaw/workspace/skills/research/SKILL.md      ~/.openclaw/skills/group/mail/SKILL.md
//
// Bundled skills belong to the package and are not looked at.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "collectors/parse/openclaw_config.h"
#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/collect/homes.h"
#include "exporter/host/file.h"

namespace clawvigil {

inline constexpr std::size_t kMaxSkillEntries = 20'000;  // files and directories of one home

// The label `source`: of a workspace, of the state directory (managed), written by the agent itself
// (workshop), of .agents/skills, brought by plugins, skills.load.extraDirs.
inline constexpr std::string_view kSkillSources[] = {"workspace", "managed", "workshop",
                                                     "agents",    "plugin",  "extra"};

struct SkillSurvey {
  std::map<std::string_view, std::size_t> counts;  // every source; those in `problems` may be short
  // When a file or directory of a skill last changed (its status, which only root can set back).
  // Links of plugins are left out: OpenClaw renews them. Unset: there is no skill.
  std::optional<SystemTime> changed;
  std::vector<Error> problems;  // at most 16
};

// Nothing is followed or opened, names and times are all that is read. Directories outside the
// home directory that holds the state directory are a problem (unsupported): their paths are the
// agent's to choose. A path with /.openclaw/ in it is taken for one of this state directory, as in
// a container. Errors: those of `check`, which is asked for every directory.
[[nodiscard]] Result<SkillSurvey> survey_skills(const Home& home, const OpenClawSettings& settings,
                                                const host::Root& root,
                                                const std::function<Result<>()>& check);

}  // namespace clawvigil
