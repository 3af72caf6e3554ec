#include "collectors/access/log_events.h"

#include <algorithm>
#include <utility>

#include "collectors/access/senders.h"
#include "collectors/access/visibility.h"
#include "collectors/access_families.h"
#include "collectors/parse/openclaw_rejections.h"

namespace clawvigil {

namespace {

using namespace access_families;
using parse::LogEvent;
using Kind = LogEvent::Kind;
using Source = LogReading::Source;

constexpr std::size_t kMaxAnnounced = 1'024;

std::vector<std::string_view> families_of_the_log() {
  return {kRejected.name(), kRejectedSenders.name(), kAuthFailures.name(), kAuthLockouts.name(),
          kExecDenials.name()};
}

// A member of an allowed group who may not command is no stranger at the door. Some loggers do not
// know who it was, and newer versions write a hash of their own instead.
bool tells_the_sender(const LogEvent& event) {
  return (event.reason == "not_allowed" || event.reason == "dm_disabled") &&
         !event.sender.empty() && !parse::known_channel(event.channel).empty() &&
         event.sender != "unknown" && event.sender != "<unknown>" &&
         !event.sender.starts_with("sha256:");
}

}  // namespace

void LogEvents::declare(const Home& home, const OpenClawSettings& settings, EventLedger& ledger) {
  for (const ChannelAccount& account : settings.channels) {
    if (parse::known_channel(account.channel).empty()) continue;
    for (const std::string_view reason : kRejectionReasons) {
      ledger.declare(kRejected, home.label, account.channel, reason);
    }
  }
  ledger.declare(kRejected, home.label, "unknown", "command");  // some do not say the channel
  for (const std::string_view reason : kAuthFailureReasons) {
    ledger.declare(kAuthFailures, home.label, reason);
  }
  ledger.declare(kAuthLockouts, home.label);
  for (const std::string_view reason : kExecDenialReasons) {
    ledger.declare(kExecDenials, home.label, reason);
  }
  for (const std::string_view source : kLogSources) {
    ledger.declare(kLogLines, home.label, source);
    ledger.declare(kLogUnparsed, home.label, source);
  }
}

std::optional<std::string> LogEvents::announced_reason(std::string_view connection) {
  const auto found =
      std::ranges::find(announced_, connection, &std::pair<std::string, std::string>::first);
  if (found == announced_.end()) return std::nullopt;
  std::string reason = std::move(found->second);
  announced_.erase(found);
  return reason;
}

void LogEvents::count_refusal(const LogEvent& event, const Target& target) {
  const auto announced = event.reason_known ? std::nullopt : announced_reason(event.connection);
  if (event.kind == Kind::auth_locked_out || announced == "rate_limited") {
    target.ledger.add(kAuthLockouts, 1, target.home.label);
    return;
  }
  const std::string_view reason = announced ? std::string_view(*announced) : event.reason;
  target.ledger.add(kAuthFailures, 1, target.home.label, reason);
}

void LogEvents::count(const LogEvent& event, const Target& target) {
  EventLedger& ledger = target.ledger;
  switch (event.kind) {
    case Kind::rejected:
      ledger.add(kRejected, 1, target.home.label, event.channel, event.reason);
      if (tells_the_sender(event)) {
        ledger.see(sender_set(target.home, event.channel), sender_member(target.hash, event.sender),
                   std::min(event.time.value_or(target.now), target.now));
      }
      break;
    case Kind::auth_failed:
    case Kind::auth_locked_out:
      count_refusal(event, target);
      break;
    case Kind::unauthorized:
      announced_.emplace_back(event.connection, event.reason);
      if (announced_.size() > kMaxAnnounced) announced_.pop_front();
      break;
    case Kind::exec_denied:
      if (target.elsewhere.approvals && event.reason != "policy" && event.reason != "other") break;
      ledger.add(kExecDenials, 1, target.home.label, event.reason);
      break;
    case Kind::tool_blocked:
      if (!target.elsewhere.tool_blocks) ledger.add(kToolBlocks, 1, target.home.label);
      break;
    case Kind::log_full:
      full_ = true;
      break;
  }
}

void LogEvents::export_reading(const LogReading& reading, const Home& home,
                               const OpenClawSettings& settings, Batch& out) const {
  const auto unknown = [&](const Error& error) {
    out.unknown({error.code, home.label + ": " + error.message}, families_of_the_log());
  };
  for (const Error& problem : reading.problems) unknown(problem);
  if (reading.source == Source::none && reading.problems.empty()) {
    unknown({Errc::not_found,
             "no log of the gateway, neither at its usual place nor in the journal; "
             "logging.file would name one"});
  }
  if (full_) {
    unknown({Errc::too_large, "OpenClaw's log has reached its size limit and is not written"});
  }
  if (!settings.log_level.known || !warnings_logged(settings.log_level.value)) {
    out.unknown({Errc::unsupported, home.label + ": logging.level hides failed authentications"},
                {kAuthFailures.name(), kAuthLockouts.name()});
  }
  const bool log_read = reading.source == Source::file && settings.log_level.known && !full_;
  for (const auto& [channel, visible] :
       rejections_visible(settings.channels, settings.log_level.value, log_read)) {
    out.set(kRejectionsVisible, visible ? 1 : 0, home.label, channel);
  }
  if (reading.source == Source::file) {
    out.set(kLogLag, static_cast<double>(reading.lag_bytes), home.label);
  }
}

void LogEvents::read(const Context& context, const Home& home, const OpenClawSettings& settings,
                     AccessLedgers::Coverage elsewhere, const store::KeyedHash& hash,
                     EventLedger& ledger, Batch& out) {
  const auto places = log_places(home, settings.log_file, owns_default_log(context.homes, home));
  if (!places) {
    LogReading nothing;
    nothing.problems.push_back(places.error());
    return export_reading(nothing, home, settings, out);
  }
  const bool was_full = std::exchange(full_, false);
  const Target target{home, hash, ledger, elsewhere, context.now.wall};
  const LogReading reading = source_.read(context, home, *places, ledger,
                                          [&](const LogEvent& event) { count(event, target); });
  if (reading.counts.lines == 0) full_ = was_full;  // nothing new was written
  const std::string_view source = kLogSources[reading.source == Source::journal ? 1 : 0];
  ledger.add(kLogLines, static_cast<double>(reading.counts.lines), home.label, source);
  ledger.add(kLogUnparsed, static_cast<double>(reading.counts.not_understood), home.label, source);
  export_reading(reading, home, settings, out);
}

}  // namespace clawvigil
