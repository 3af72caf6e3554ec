// One line of OpenClaw's cold storage (sessions/cold/<sha256>.jsonl.zst, since 2026.9), which wraps
// the transcript's entries:
//
//   {"kind":"header","version":1,"sessionId":"bc5668cf-…","generation":"7a071faf…"}
//   {"kind":"event","row":{"seq":0,"event_json":"{\"type\":\"session\",…}","created_at":1795305913285}}
//   {"kind":"identity","row":{…}}
#pragma once

#include <simdjson.h>

#include <string>
#include <string_view>

#include "exporter/base/result.h"

namespace clawvigil::parse {

struct ColdLine {
  std::string session_id;  // of a header line, else empty
  std::string event;       // the transcript entry of an event line, else empty
};

class ColdArchiveParser {
 public:
  // `line` must be followed by TranscriptParser::kPadding readable bytes. Other kinds of lines give
  // an empty ColdLine.
  [[nodiscard]] Result<ColdLine> parse(std::string_view line);

 private:
  simdjson::dom::parser parser_;
};

}  // namespace clawvigil::parse
