#include "collectors/identity/sudo_files.h"

#include <algorithm>
#include <utility>
#include <variant>

namespace clawvigil {

namespace {

using namespace parse::sudoers;

constexpr std::size_t kMaxFiles = 128;
constexpr std::size_t kMaxBytes = 1'024UL * 1'024;
constexpr std::size_t kMaxEntries = 1'024;

class Reader {
 public:
  Reader(const host::Root& root, std::string_view host) : root_(root), host_(host) {}

  SudoFiles run() {
    const std::string main = "/etc/sudoers";
    auto text = root_.read_system_file(main, kMaxBytes);
    if (text) {
      take(main, *text);
    } else if (text.error().code != Errc::not_found) {
      files_.problems.push_back(text.error());
    }
    return std::move(files_);
  }

 private:
  void read(const std::string& path) {
    if (++read_ > kMaxFiles) {
      if (read_ == kMaxFiles + 1) {
        files_.problems.push_back({Errc::too_large, "sudoers: too many included files"});
      }
      return;
    }
    auto text = root_.read_system_file(path, kMaxBytes);
    if (text) return take(path, *text);
    // What an include names but is not there is an error for sudo, too: it goes on without.
    files_.problems.push_back(std::move(text).error());
  }

  void take(const std::string& path, std::string_view text) {
    File file = parse_file(text);
    for (const Error& problem : file.problems) {
      files_.problems.push_back({problem.code, path + ": " + problem.message});
    }
    for (Entry& entry : file.entries) {
      const auto* include = std::get_if<Include>(&entry);
      if (include == nullptr) {
        files_.entries.push_back(std::move(entry));
      } else if (include->directory) {
        read_directory(resolved(include->path, path));
      } else {
        read(resolved(include->path, path));
      }
    }
  }

  void read_directory(const std::string& path) {
    const auto directory = root_.anchor(path);
    if (!directory) {  // sudo passes over a directory that is not there
      if (directory.error().code != Errc::not_found) {
        files_.problems.push_back(directory.error());
      }
      return;
    }
    auto entries = directory->list(".", kMaxEntries);
    if (!entries) {
      files_.problems.push_back(std::move(entries).error());
      return;
    }
    std::ranges::sort(*entries, {}, &host::DirEntry::name);
    for (const host::DirEntry& entry : *entries) {
      const bool file =
          entry.kind == host::FileKind::regular || entry.kind == host::FileKind::symlink;
      if (file && is_drop_in(entry.name)) read(path + "/" + entry.name);
    }
  }

  [[nodiscard]] std::string resolved(std::string path, const std::string& from) const {
    for (std::size_t at = path.find("%h"); at != std::string::npos; at = path.find("%h", at)) {
      path.replace(at, 2, host_);
      at += host_.size();
    }
    if (path.starts_with('/')) return path;
    return from.substr(0, from.rfind('/') + 1) + path;
  }

  const host::Root& root_;
  std::string_view host_;
  std::size_t read_ = 0;
  SudoFiles files_;
};

}  // namespace

SudoFiles read_sudo_files(const host::Root& root, std::string_view host) {
  return Reader(root, host.substr(0, host.find('.'))).run();
}

}  // namespace clawvigil
