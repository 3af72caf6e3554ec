// How old and how large the recorded sessions of a home are. In OpenClaw's words a transcript is:
//
//   agents/<id>/sessions/<session>.jsonl, ….jsonl.reset.<time>, ….jsonl.deleted.<time>[…]: files,
//     until 2026.5 all there is; each is as old as its last message, the time of its last change
//   agents/<id>/sessions/cold/*.jsonl.zst, agents/<id>/session-sqlite-import-archive/*
//   agents/<id>/agent/openclaw-agent.sqlite (2026.6 on): session_windows.updated_at (ms), one row
//     a session, and session_transcript_archives.created_at (ms) of deleted and reset ones
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"
#include "exporter/collect/collector.h"

namespace clawvigil::retention {

struct SessionSurvey {
  std::optional<SystemTime> oldest;  // last use of the session unused for longest; none: no session
  std::uint64_t bytes = 0;           // of files and databases
  std::vector<Error> problems;       // what could not be looked at; at most 16
};

// Looks at one home: at most 1,000 agents, 100,000 directory entries in all; more is a too_large
// problem. An error only when the run must end.
[[nodiscard]] Result<SessionSurvey> survey_sessions(const Context& context, const Home& home);

}  // namespace clawvigil::retention
