#include "exporter/collect/homes.h"

#include <algorithm>
#include <optional>
#include <set>

#include "exporter/base/strings.h"
#include "exporter/host/passwd.h"

namespace clawvigil {

namespace {

constexpr std::size_t kMaxEntries = 20'000;  // of an account's home directory
constexpr std::size_t kMaxKept =
    4 * kMaxHomes;  // each holds a descriptor until the best are chosen
constexpr std::string_view kConfigName = "openclaw.json";
constexpr std::string_view kStateName = ".openclaw";
constexpr std::string_view kDeniedAdvice = "; run as root or with CAP_DAC_READ_SEARCH";
constexpr std::string_view kProfilePrefix = ".openclaw-";

bool is_state_name(std::string_view name) {
  return name == kStateName ||
         (name.starts_with(kProfilePrefix) && name.size() > kProfilePrefix.size());
}

std::string without_trailing_slashes(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

std::string_view last_component(std::string_view path) { return path.substr(path.rfind('/') + 1); }

// "claw" or "claw/work": the account and what the directory is named after.
std::string label_of(const std::string& account, std::string_view directory_name) {
  std::string label = account;
  if (directory_name.starts_with(kProfilePrefix)) {
    label += "/" + std::string(directory_name.substr(kProfilePrefix.size()));
  }
  return sanitize(label);
}

class Finder {
 public:
  explicit Finder(const host::Root& root) : root_(root) {}

  void search_account(const host::Account& account) {
    const std::string home = without_trailing_slashes(account.home);
    if (!searched_.insert(home).second) return;
    std::size_t profiles = 0;
    for (const std::string& name : candidates(home)) {
      // Whoever owns this home can make any number of them.
      if (++profiles > kMaxHomes + 1 || list_.homes.size() >= kMaxKept) {
        ++left_out_;
        continue;
      }
      const std::string path = home == "/" ? "/" + name : home + "/" + name;
      auto state = root_.anchor(path);
      if (!state) {
        report(state.error(), path);
      } else if (const auto config = state->stat(kConfigName); config) {
        add(path, label_of(account.name, name), std::move(*state));
      } else if (config.error().code != Errc::not_found) {
        report(config.error(), path);
      }
    }
  }

  void take_configured(const std::string& configured, const std::vector<host::Account>& accounts) {
    const std::string path = without_trailing_slashes(configured);
    auto state = root_.anchor(path);
    if (!state) return report(state.error(), path);
    if (const auto config = state->stat(kConfigName); !config) {
      const bool absent = config.error().code == Errc::not_found;
      return report(config.error(),
                    absent ? path + ": not the directory that holds openclaw.json" : path);
    }
    const auto found = state->stat(".");
    if (!found) return report(found.error(), path);
    const auto owner = std::ranges::find(accounts, found->uid, &host::Account::uid);
    const std::string account =
        owner == accounts.end() ? "uid" + std::to_string(found->uid) : owner->name;
    add(path, label_of(account, last_component(path)), std::move(*state));
  }

  HomeList finish_discovered() && {
    // The default directories come first: one account's profiles must not crowd out another's.
    std::ranges::stable_partition(
        list_.homes, [](const Home& home) { return last_component(home.path) == kStateName; });
    if (list_.homes.size() > kMaxHomes) {
      left_out_ += list_.homes.size() - kMaxHomes;
      list_.homes.resize(kMaxHomes);
    }
    if (left_out_ > 0) {
      list_.problems.push_back(
          {Errc::too_large, std::to_string(left_out_) +
                                " more OpenClaw state directories are not "
                                "watched, the limit is " +
                                std::to_string(kMaxHomes) +
                                ": name the ones to watch with --openclaw.home"});
    }
    return std::move(*this).finish();
  }

  Result<HomeList> finish_configured() && {
    if (list_.homes.size() > kMaxHomes) {
      return fail(Errc::too_large, std::to_string(list_.homes.size()) +
                                       " OpenClaw state directories are configured, "
                                       "at most " +
                                       std::to_string(kMaxHomes) +
                                       " can be watched by one clawvigil");
    }
    return std::move(*this).finish();
  }

 private:
  HomeList finish() && {
    if (!denied_.empty()) {
      list_.problems.push_back(
          {Errc::denied,
           "no permission to look for OpenClaw in " + sanitize(denied_) +
               (denied_count_ > 1 ? " and " + std::to_string(denied_count_ - 1) + " more" : "") +
               std::string(kDeniedAdvice)});
    }
    return std::move(list_);
  }

  // Names in `home` that may be state directories, in a stable order.
  std::vector<std::string> candidates(const std::string& home) {
    const auto directory = root_.anchor(home + "/.");  // the home itself may be a symlink
    if (!directory) {
      note_unreadable(directory.error(), home);
      return {};
    }
    const auto entries = directory->list(".", kMaxEntries);
    if (!entries && entries.error().code == Errc::too_large) {
      std::vector<std::string> usual;
      for (const std::string_view name : {".openclaw", ".openclaw-dev"}) {
        if (directory->stat(name)) usual.emplace_back(name);
      }
      return usual;
    }
    if (!entries) {
      note_unreadable(entries.error(), home);
      return {};
    }
    std::vector<std::string> names;
    for (const host::DirEntry& entry : *entries) {
      if (entry.kind != host::FileKind::regular && is_state_name(entry.name)) {
        names.push_back(entry.name);
      }
    }
    std::ranges::sort(names);
    return names;
  }

  void note_unreadable(const Error& error, const std::string& home) {
    if (error.code != Errc::denied) return;  // most accounts have no home directory at all
    if (denied_count_++ == 0) denied_ = home;
  }

  void report(Error error, const std::string& path) {
    if (error.code == Errc::unsafe) {
      error.message += "; name the real directory with --openclaw.home";
    } else if (error.code == Errc::denied) {
      error.message += kDeniedAdvice;
    }
    list_.problems.push_back(prefixed(std::move(error), sanitize(path, 256)).error());
  }

  void add(const std::string& path, const std::string& label, host::Dir directory) {
    const auto found = directory.stat(".");
    if (!found) return report(found.error(), path);
    if (!seen_.insert({found->device, found->inode}).second) return;
    list_.homes.push_back({unique_label(label, path), path, found->uid,
                           std::make_shared<const host::Dir>(std::move(directory))});
  }

  [[nodiscard]] bool taken(const std::string& label) const {
    return std::ranges::find(list_.homes, label, &Home::label) != list_.homes.end();
  }

  [[nodiscard]] std::string unique_label(const std::string& label, std::string_view path) const {
    if (!taken(label)) return label;
    constexpr std::size_t kMaxStem = 48;  // leaves room within the bound of a label value
    const std::string stem = sanitize(label, kMaxStem);
    std::string wanted = stem + "/" + sanitize(last_component(path), kMaxStem);
    for (int number = 2; taken(wanted); ++number) wanted = stem + "/" + std::to_string(number);
    return wanted;
  }

  const host::Root& root_;
  HomeList list_;
  std::set<std::string> searched_;                          // home directories of accounts
  std::set<std::pair<std::uint64_t, std::uint64_t>> seen_;  // (device, inode) of state directories
  std::string denied_;
  std::size_t denied_count_ = 0;
  std::size_t left_out_ = 0;
};

}  // namespace

Result<HomeList> find_homes(const host::Root& root, const std::vector<std::string>& configured) {
  const auto accounts = host::read_accounts(root);
  Finder finder(root);
  if (!configured.empty()) {
    const std::vector<host::Account> known = accounts.value_or(std::vector<host::Account>());
    for (const std::string& path : configured) finder.take_configured(path, known);
    return std::move(finder).finish_configured();
  }
  if (!accounts) return prefixed(accounts.error(), "cannot discover OpenClaw");
  for (const host::Account& account : *accounts) finder.search_account(account);
  return std::move(finder).finish_discovered();
}

std::shared_ptr<const HomeList> HomeRegistry::current() const {
  const MutexLock lock(mutex_);
  return list_;
}

void HomeRegistry::replace(std::shared_ptr<const HomeList> list) {
  const MutexLock lock(mutex_);
  list_ = std::move(list);
}

}  // namespace clawvigil
