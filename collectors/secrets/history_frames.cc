#include "collectors/secrets/history_frames.h"

#include <algorithm>

#include "collectors/git/frames.h"
#include "exporter/base/strings.h"

namespace clawvigil::secrets {

namespace {

using git::frame_of;
using git::malformed_frame;
using git::take_field;
using git::take_number;
using git::take_raw;

constexpr char kRestart = 'R';
constexpr char kFinding = 'F';
constexpr char kUnread = 'U';
constexpr char kEnd = 'E';
constexpr std::size_t kMaxRule = 64;

bool is_rule(std::string_view text) {
  return !text.empty() && text.size() <= kMaxRule && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

Result<> check_room(std::size_t count) {
  if (count < 2 * GitHistory::kMaxFindings) return {};
  return fail(Errc::too_large, "the reader of history: too many findings");
}

Result<> take_finding(std::string_view rest, ScanResult& result) {
  TRY(check_room(result.findings.size()));
  HistoryFinding finding;
  finding.rule = take_field(rest);
  const auto line = take_number(rest);
  const auto fingerprint = take_number(rest);
  finding.commit = take_field(rest);
  if (!is_rule(finding.rule) || !line || !fingerprint || !parse::git_id_from_hex(finding.commit)) {
    return malformed_frame();
  }
  finding.line = *line;
  finding.fingerprint = *fingerprint;
  finding.path = sanitize(rest, kMaxShownPath);
  result.findings.push_back(std::move(finding));
  return {};
}

Result<> take_unread(std::string_view rest, ScanResult& result) {
  TRY(check_room(result.unread.size()));
  const std::string_view reason = take_field(rest);
  const auto* const known =
      std::ranges::find(kAllUnreadReasons, reason, [](UnreadReason one) { return to_string(one); });
  const auto fingerprint = take_number(rest);
  const std::string_view commit = take_field(rest);
  if (known == std::end(kAllUnreadReasons) || !fingerprint || !parse::git_id_from_hex(commit)) {
    return malformed_frame();
  }
  result.unread.push_back(
      {*known, *fingerprint, std::string(commit), sanitize(rest, kMaxShownPath)});
  return {};
}

Result<> take_end(std::string_view rest, ScanResult& result) {
  const auto complete = take_number(rest);
  const auto commits = take_number(rest);
  const auto dropped = take_number(rest);
  if (!complete || *complete > 1 || !commits || !dropped || !rest.empty()) return malformed_frame();
  result.complete = *complete == 1;
  result.commits = *commits;
  result.dropped = *dropped;
  result.ended = true;
  return {};
}

}  // namespace

std::string_view to_string(UnreadReason reason) {
  switch (reason) {
    case UnreadReason::too_large:
      return "too_large";
    case UnreadReason::too_deep:
      return "too_deep";
    case UnreadReason::damaged:
      return "damaged";
  }
  return "damaged";
}

std::string restart_frame() { return {kRestart}; }

std::string finding_frame(const HistoryFinding& finding) {
  return frame_of(kFinding, {finding.rule, std::to_string(finding.line),
                             std::to_string(finding.fingerprint), finding.commit, finding.path});
}

std::string unread_frame(const UnreadObject& object) {
  return frame_of(kUnread, {to_string(object.reason), std::to_string(object.fingerprint),
                            object.commit, object.path});
}

std::string end_frame(bool complete, std::uint64_t commits, std::uint64_t dropped) {
  return frame_of(kEnd, {complete ? "1" : "0", std::to_string(commits), std::to_string(dropped)});
}

Result<> decode_frame(std::string_view frame, ScanResult& result) {
  if (frame.empty() || result.ended) return malformed_frame();
  const std::string_view rest = frame.substr(1);
  switch (frame.front()) {
    case kRestart:
      if (!rest.empty() || !result.findings.empty()) return malformed_frame();
      result.restarted = true;
      return {};
    case kFinding:
      return take_finding(rest, result);
    case kUnread:
      return take_unread(rest, result);
    case kCleanFrame:
      return take_raw(rest, kMaxClean, result.clean);
    case kToldFrame:
      return take_raw(rest, kMaxClean, result.told);
    case kFrontierFrame:
      return take_raw(rest, kMaxFrontier, result.frontier);
    case kEnd:
      return take_end(rest, result);
    default:
      return malformed_frame();
  }
}

}  // namespace clawvigil::secrets
