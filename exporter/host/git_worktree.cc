#include "exporter/host/git_worktree.h"

#include <algorithm>
#include <cstring>
#include <memory>

#include "exporter/host/git_library.h"

namespace clawvigil::host {

namespace {

struct Closer {
  void operator()(git_repository* one) const { GitLibrary::get()->repository_free(one); }
  void operator()(git_index* one) const { GitLibrary::get()->index_free(one); }
  void operator()(git_status_list* one) const { GitLibrary::get()->status_free(one); }
};
template <class Object>
using Owned = std::unique_ptr<Object, Closer>;

Result<Owned<git_repository>> open_repository(const std::string& directory) {
  const GitLibrary& git = *GitLibrary::get();
  git_repository* raw = nullptr;
  const int opened =
      git.repository_open(&raw, directory.c_str(), GIT_REPOSITORY_OPEN_NO_SEARCH, nullptr);
  if (opened != 0) return git.failure(opened, "repository");
  Owned<git_repository> repository(raw);
  // Not where its configuration says that it is.
  if (const int set = git.set_workdir(raw, directory.c_str(), 0); set != 0) {
    return git.failure(set, "working tree");
  }
  return repository;
}

Result<> read_index(git_repository* repository, GitWorktree& found,
                    const std::function<void(std::string_view path)>& tracked) {
  const GitLibrary& git = *GitLibrary::get();
  git_index* raw = nullptr;
  if (const int code = git.repository_index(&raw, repository); code != 0) {
    return git.failure(code, "index");
  }
  const Owned<git_index> index(raw);
  found.tracked = git.index_count(raw);
  if (found.tracked > kMaxTracked) return fail(Errc::too_large, "index: too many files");
  for (std::size_t i = 0; i < found.tracked; ++i) {
    const git_index_entry* const entry = git.index_entry(raw, i);
    if (entry != nullptr && entry->path != nullptr) tracked(entry->path);
  }
  return {};
}

void count(unsigned status, GitWorktree& found) {
  if ((status & GIT_STATUS_WT_DELETED) != 0) {
    ++found.deleted;
  } else if ((status & (GIT_STATUS_WT_MODIFIED | GIT_STATUS_WT_TYPECHANGE | GIT_STATUS_WT_RENAMED |
                        GIT_STATUS_WT_UNREADABLE | GIT_STATUS_CONFLICTED)) != 0) {
    ++found.modified;
  } else if ((status & GIT_STATUS_WT_NEW) != 0) {
    ++found.untracked;
  } else if (status != GIT_STATUS_CURRENT && (status & GIT_STATUS_IGNORED) == 0) {
    ++found.staged;
  }
}

Result<> read_status(git_repository* repository, bool with_untracked, GitWorktree& found) {
  const GitLibrary& git = *GitLibrary::get();
  git_status_options options{};
  options.version = GIT_STATUS_OPTIONS_VERSION;
  options.show = GIT_STATUS_SHOW_INDEX_AND_WORKDIR;
  options.flags = GIT_STATUS_OPT_EXCLUDE_SUBMODULES;
  if (with_untracked) options.flags |= GIT_STATUS_OPT_INCLUDE_UNTRACKED;
  git_status_list* raw = nullptr;
  if (const int code = git.status_new(&raw, repository, &options); code != 0) {
    return git.failure(code, "working tree");
  }
  const Owned<git_status_list> list(raw);
  for (std::size_t i = 0; i < git.status_count(raw); ++i) {
    const git_status_entry* const entry = git.status_entry(raw, i);
    if (entry != nullptr) count(entry->status, found);
  }
  return {};
}

}  // namespace

Result<GitWorktree> read_git_worktree(const std::string& directory, bool with_untracked,
                                      const std::function<void(std::string_view path)>& tracked) {
  TRY(GitLibrary::load());
  const GitLibrary& git = *GitLibrary::get();
  TRY_ASSIGN(const Owned<git_repository> repository, open_repository(directory));
  GitWorktree found;
  git_oid id{};
  const int head = git.name_to_id(&id, repository.get(), "HEAD");
  if (head == 0) {
    found.head.emplace();
    std::memcpy(found.head->data(), id.id, found.head->size());
  } else if (head != GIT_ENOTFOUND) {
    return git.failure(head, "HEAD");
  }
  TRY(read_index(repository.get(), found, tracked));
  TRY(read_status(repository.get(), with_untracked, found));
  return found;
}

}  // namespace clawvigil::host
