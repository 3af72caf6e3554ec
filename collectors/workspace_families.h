// The families of the collector "workspace". `home` and `repo` name a repository: the directory of
// the workspace, or "config" for one around openclaw.json. All other labels are closed lists:
// author_class (workspace/authors.h), file_class (parse/workspace_files.h), host_class
// (parse/git_config.h). Counts begin when clawvigil first sees a repository.
#pragma once

#include <array>

#include "exporter/model/metric.h"

namespace clawvigil::workspace_families {

inline constexpr std::size_t kManySeries = 1'024;

inline constexpr Metric kPresent{
    MetricType::gauge,
    "clawvigil_git_repository_present",
    "1 if the workspace is a git repository, 0 if it is under no version control.",
    {"home", "repo"}};
inline constexpr Metric kCommits{MetricType::counter,
                                 "clawvigil_git_commits_total",
                                 "New commits, by who their author says to be.",
                                 {"home", "repo", "author_class"},
                                 kManySeries};
inline constexpr Metric kUnusualTimes{
    MetricType::counter,
    "clawvigil_git_commits_unusual_time_total",
    "New commits made outside the hours of workspace.day-begins and day-ends in the zone of "
    "owner.time-zone; one whose own time cannot be right counts by when it was first seen.",
    {"home", "repo", "author_class"},
    kManySeries};
inline constexpr Metric kWrongTimes{
    MetricType::counter,
    "clawvigil_git_commits_wrong_time_total",
    "New commits whose time cannot be right: more than ten minutes ahead of this host's clock, or "
    "more than an hour before the commit they follow.",
    {"home", "repo", "kind"}};
inline constexpr Metric kForeignCommitter{
    MetricType::counter,
    "clawvigil_git_commits_other_committer_total",
    "New commits put in by another than their author: merged in a browser, rebased, or passed on.",
    {"home", "repo"}};
inline constexpr Metric kChanges{
    MetricType::counter,
    "clawvigil_git_sensitive_changes_total",
    "Files of a kind worth knowing about that new commits added, changed or removed; unread: a "
    "directory too large or too damaged to be compared.",
    {"home", "repo", "file_class", "author_class"},
    kManySeries};
inline constexpr Metric kExecutables{
    MetricType::counter,
    "clawvigil_git_executables_added_total",
    "Files that became programs in new commits: by their mode, or by their first bytes.",
    {"home", "repo", "author_class"},
    kManySeries};
inline constexpr Metric kDeleted{
    MetricType::counter,
    "clawvigil_git_files_deleted_total",
    "Files that new commits removed; files that only moved are left out.",
    {"home", "repo"}};
inline constexpr Metric kRewrites{
    MetricType::counter,
    "clawvigil_git_history_rewrites_total",
    "How often commits were gone from the history that was checked out: amended, rebased, reset.",
    {"home", "repo"}};
inline constexpr Metric kLost{MetricType::counter,
                              "clawvigil_git_commits_lost_total",
                              "Commits that were gone then, reached by no branch or tag any more.",
                              {"home", "repo"}};
inline constexpr Metric kHead{MetricType::gauge,
                              "clawvigil_git_head_timestamp_seconds",
                              "When the commit that is checked out was made, as it says itself.",
                              {"home", "repo"}};
inline constexpr Metric kUncommitted{
    MetricType::gauge,
    "clawvigil_git_uncommitted_files",
    "Files that differ from what is committed, each counted once; a directory in which nothing is "
    "tracked counts as one untracked file, and ignored ones are left out.",
    {"home", "repo", "state"}};
inline constexpr Metric kTracked{MetricType::gauge,
                                 "clawvigil_git_tracked_files",
                                 "Files under version control.",
                                 {"home", "repo"}};
inline constexpr Metric kTrackedKeys{
    MetricType::gauge,
    "clawvigil_git_tracked_key_files",
    "Files under version control that hold keys by their purpose: configuration, environment, SSH.",
    {"home", "repo", "file_class"}};
inline constexpr Metric kRemotes{
    MetricType::gauge,
    "clawvigil_git_remotes",
    "Other repositories this one is set up to exchange commits with, by where they are.",
    {"home", "repo", "host_class"}};
inline constexpr Metric kHooks{
    MetricType::gauge,
    "clawvigil_git_active_hooks",
    "Programs that git runs by itself in this repository: executable files in .git/hooks, and one "
    "for a core.hooksPath in its configuration.",
    {"home", "repo"}};
inline constexpr Metric kDayCommits{
    MetricType::gauge,
    "clawvigil_git_commits_last_day",
    "Commits first seen within the last 24 hours, by who their author says to be.",
    {"home", "repo", "author_class"},
    kManySeries};
inline constexpr Metric kDayChanges{
    MetricType::gauge,
    "clawvigil_git_sensitive_changes_last_day",
    "The same for files of a kind worth knowing about, of one commit at most ten; memory, which "
    "changes daily, left out.",
    {"home", "repo", "file_class"},
    kManySeries};

inline constexpr std::array kMetrics = {
    kPresent.info(),          kCommits.info(),     kUnusualTimes.info(), kWrongTimes.info(),
    kForeignCommitter.info(), kChanges.info(),     kExecutables.info(),  kDeleted.info(),
    kRewrites.info(),         kLost.info(),        kHead.info(),         kUncommitted.info(),
    kTracked.info(),          kTrackedKeys.info(), kRemotes.info(),      kHooks.info(),
    kDayCommits.info(),       kDayChanges.info()};

}  // namespace clawvigil::workspace_families
