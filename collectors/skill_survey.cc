#include "collectors/skill_survey.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "exporter/base/strings.h"

namespace clawvigil {

namespace {

using host::FileKind;

constexpr std::size_t kMaxEntriesOfDirectory = 2'000;
constexpr std::size_t kMaxProblems = 16;
constexpr std::size_t kMaxExtraDirectories = 64;
constexpr std::string_view kStateDirectory = "/.openclaw/";
constexpr int kMaxDepth = 10;      // of anything below a root
constexpr int kMaxSkillDepth = 6;  // of a SKILL.md

std::string join_path(const std::string& directory, std::string_view name) {
  return directory == "." ? std::string(name) : directory + "/" + std::string(name);
}

// "/home/claw" for /home/claw/.openclaw.
std::string parent_of(std::string path) {
  const std::size_t slash = path.rfind('/');
  path.resize(slash == std::string::npos ? 0 : slash);
  return path;
}

class Surveyor {
 public:
  Surveyor(const Home& home, const host::Root& root, const std::function<Result<>()>& check)
      : home_(home), parent_path_(parent_of(home.path)), check_(check) {
    if (auto parent = root.anchor(parent_path_ + "/."); parent) parent_ = std::move(*parent);
    for (const std::string_view source : kSkillSources) survey_.counts[source] = 0;
  }

  Result<SkillSurvey> run(const OpenClawSettings& settings) && {
    for (const std::string& workspace : workspaces(settings)) {
      TRY(written("workspace", workspace + "/skills"));
      TRY(written("agents", workspace + "/.agents/skills"));
    }
    TRY(below(*home_.dir, "managed", "skills"));
    TRY(below(*home_.dir, "plugin", "plugin-skills"));
    for (const AgentCapabilities& agent : settings.capabilities.agents) {
      TRY(below(*home_.dir, "workshop", "agents/" + agent.id + "/agent/workshop-skills"));
    }
    if (parent_) TRY(below(*parent_, "agents", ".agents/skills"));
    TRY(extra(settings.capabilities.skill_directories.value));
    return std::move(survey_);
  }

 private:
  // Where agents may have their files: what is configured, and OpenClaw's defaults.
  static std::set<std::string> workspaces(const OpenClawSettings& settings) {
    std::set<std::string> paths{"workspace"};
    if (!settings.default_workspace.empty()) paths.insert(settings.default_workspace);
    for (const AgentCapabilities& agent : settings.capabilities.agents) {
      if (!agent.workspace.empty()) {
        paths.insert(agent.workspace);
      } else if (!settings.default_workspace.empty()) {
        paths.insert(settings.default_workspace + "/" + agent.id);
      } else {
        paths.insert("workspace-" + agent.id);
      }
    }
    return paths;
  }

  // A path as openclaw.json has it: absolute, "~/…", or one of the defaults.
  Result<> written(std::string_view source, std::string path) {
    if (path.starts_with("~/")) path = parent_path_ + path.substr(1);
    if (!path.starts_with('/')) return below(*home_.dir, source, path);
    if (path.starts_with(home_.path + "/")) {
      return below(*home_.dir, source, path.substr(home_.path.size() + 1));
    }
    if (parent_ && path.starts_with(parent_path_ + "/")) {
      return below(*parent_, source, path.substr(parent_path_.size() + 1));
    }
    // The same directory as a container sees it.
    if (const std::size_t at = path.find(kStateDirectory); at != std::string::npos) {
      return below(*home_.dir, source, path.substr(at + kStateDirectory.size()));
    }
    note({Errc::unsupported, "skills outside the home directory are not looked at"});
    return {};
  }

  Result<> extra(const std::vector<std::string>& directories) {
    if (directories.size() > kMaxExtraDirectories) {
      note({Errc::too_large, "more than 64 extra directories"});
      return {};
    }
    for (const std::string& directory : directories) TRY(written("extra", directory));
    return {};
  }

  Result<> below(const host::Dir& anchor, std::string_view source, const std::string& relative) {
    return walk({anchor, source}, relative, 0, false);
  }

  struct Place {
    const host::Dir& anchor;
    std::string_view source;
  };

  Result<> walk(const Place& place, const std::string& directory, int depth, bool inside) {
    TRY(check_());
    if (seen_ > kMaxSkillEntries) return {};  // noted
    const auto entries = place.anchor.list(directory, kMaxEntriesOfDirectory);
    if (!entries) {
      if (entries.error().code != Errc::not_found) note(entries.error());
      return {};
    }
    const bool is_skill = std::ranges::any_of(
        *entries, [](const host::DirEntry& entry) { return entry.name == "SKILL.md"; });
    if (is_skill && !inside && depth <= kMaxSkillDepth) {
      inside = true;
      ++survey_.counts[place.source];
      remember(place, directory);
    }
    for (const host::DirEntry& entry : *entries) {
      if (++seen_ > kMaxSkillEntries) {
        note({Errc::too_large, "more files of skills than are looked at"});
        return {};
      }
      TRY(visit(place, join_path(directory, entry.name), entry, depth, inside));
    }
    return {};
  }

  Result<> visit(const Place& place, const std::string& path, const host::DirEntry& entry,
                 int depth, bool inside) {
    if (inside) remember(place, path);
    if (entry.kind == FileKind::symlink && !inside) {
      ++survey_.counts[place.source];
      remember(place, path);
    }
    if (entry.kind != FileKind::directory) return {};
    if (entry.name.starts_with('.') || entry.name == "node_modules") return {};
    if (depth + 1 > kMaxDepth) {
      note({Errc::too_large, "directories of skills are nested too deeply"});
      return {};
    }
    return walk(place, path, depth + 1, inside);
  }

  void remember(const Place& place, const std::string& path) {
    if (place.source == "plugin") return;
    const auto found = place.anchor.stat(path);
    if (!found) {
      if (found.error().code != Errc::not_found) note(found.error());
    } else if (!survey_.changed || *survey_.changed < found->changed) {
      survey_.changed = found->changed;
    }
  }

  // The names in it are the agent's: shown once for every kind of trouble.
  void note(const Error& error) {
    const auto same = [&error](const Error& other) { return other.code == error.code; };
    if (survey_.problems.size() >= kMaxProblems || std::ranges::any_of(survey_.problems, same)) {
      return;
    }
    survey_.problems.push_back({error.code, "skills: " + sanitize(error.message)});
  }

  const Home& home_;
  std::string parent_path_;
  std::optional<host::Dir> parent_;  // the account's home directory
  const std::function<Result<>()>& check_;
  std::size_t seen_ = 0;
  SkillSurvey survey_;
};

}  // namespace

Result<SkillSurvey> survey_skills(const Home& home, const OpenClawSettings& settings,
                                  const host::Root& root, const std::function<Result<>()>& check) {
  return Surveyor(home, root, check).run(settings);
}

}  // namespace clawvigil
