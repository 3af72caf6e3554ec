#include "collectors/tailed_log.h"

#include "collectors/parse/log_name.h"

namespace clawvigil {

TailedLog::TailedLog(std::string path) : path_(std::move(path)) {
  const std::size_t slash = path_.rfind('/');
  directory_ = slash == 0 ? "/" : path_.substr(0, slash);
  name_ = path_.substr(slash + 1);
}

void TailedLog::restore(const EventLedger& ledger) {
  host::LogRules rules;
  rules.belongs = [base = name_](std::string_view name) { return is_log_file_name(name, base); };
  follower_.emplace(std::move(rules), host::LogFollower::Start::end);
  // A position that is none leaves the follower as new.
  if (const auto position = ledger.position(path_)) {
    static_cast<void>(follower_->restore(*position));
  }
}

Result<host::LogProgress> TailedLog::read(const host::Root& root, EventLedger& ledger,
                                          std::uint64_t budget,
                                          const host::LogFollower::Sink& sink) {
  if (!follower_) restore(ledger);
  const auto directory = root.anchor(directory_);
  if (!directory) return prefixed(directory.error(), path_);
  auto progress = follower_->read(*directory, budget, sink);
  if (!progress) return prefixed(std::move(progress).error(), path_);
  TRY(ledger.set_position(path_, follower_->position()));
  if (progress->files == 0) return fail(Errc::not_found, path_ + ": no such log");
  if (!progress->problems.empty() && progress->problems.size() >= progress->files) {
    return prefixed(progress->problems.front(), path_);
  }
  return progress;
}

}  // namespace clawvigil
