#include "collectors/sshd/login_events.h"

#include "collectors/parse/sshd_log.h"
#include "collectors/sshd_families.h"

namespace clawvigil::sshd {

namespace {

using namespace sshd_families;

constexpr const char* kSources = "login sources";
constexpr std::chrono::hours kSourceMemory{24 * 90};
// LoginGraceTime is two minutes unless the owner has much patience.
constexpr std::chrono::minutes kConnectionMemory{10};
constexpr std::size_t kMaxConnections = 4'096;

std::string_view method_label(std::string_view method) {
  if (method == "keyboard-interactive") return "keyboard_interactive";
  for (const std::string_view label : kMethods) {
    if (label == method) return label;
  }
  return "other";
}

}  // namespace

void LoginEvents::declare(EventLedger& ledger) {
  for (const std::string_view method : kMethods) {
    for (const std::string_view user_class : kUserClasses) {
      ledger.declare(kLogins, method, user_class);
    }
  }
  for (const std::string_view reason : kReasons) ledger.declare(kFailures, reason);
  ledger.declare(kNewSources);
}

void LoginEvents::take(const LoginMessage& message, const Classes& classes,
                       const store::KeyedHash& hash, EventLedger& ledger) {
  const auto event = parse_sshd_message(message.text);
  if (!event) return;
  if (event->kind == SshEventKind::accepted) {
    const auto network = network_of(event->address);
    const bool first =
        network && ledger.see(kSources, hash.short_digest("ssh source", *network), message.time);
    if (message.history) return;
    const auto found = classes.find(event->user);
    ledger.add(kLogins, 1, method_label(event->method),
               found == classes.end() ? std::string_view("other") : found->second);
    if (first) ledger.add(kNewSources, 1);
    return;
  }
  if (message.history) return;
  const bool again = failed_before(message);
  switch (event->kind) {
    case SshEventKind::failed_password:
      return ledger.add(kFailures, 1, "password");
    case SshEventKind::invalid_user:
      return ledger.add(kFailures, 1, "invalid_user");
    case SshEventKind::not_allowed:
      return ledger.add(kFailures, 1, "not_allowed");
    default:
      if (!again) ledger.add(kFailures, 1, "publickey");
  }
}

bool LoginEvents::failed_before(const LoginMessage& message) {
  const auto known = failed_.find(message.process);
  if (known != failed_.end() && message.time - known->second < kConnectionMemory) return true;
  if (failed_.size() >= kMaxConnections) {
    std::erase_if(failed_, [&](const auto& entry) {
      return message.time - entry.second >= kConnectionMemory;
    });
    if (failed_.size() >= kMaxConnections) failed_.clear();
  }
  failed_.insert_or_assign(std::string(message.process), message.time);
  return false;
}

void LoginEvents::forget_old_sources(SystemTime now, EventLedger& ledger) {
  ledger.forget_unseen(kSources, now - kSourceMemory);
}

}  // namespace clawvigil::sshd
