#include "collectors/parse/cold_archive.h"

namespace clawvigil::parse {

Result<ColdLine> ColdArchiveParser::parse(std::string_view line) {
  simdjson::dom::element root;
  constexpr bool kCopy = false;  // the caller pads
  if (const auto error = parser_.parse(line.data(), line.size(), kCopy).get(root)) {
    return fail(Errc::parse, simdjson::error_message(error));
  }
  ColdLine out;
  std::string_view kind;
  if (root["kind"].get(kind) != simdjson::SUCCESS) return fail(Errc::parse, "no \"kind\"");
  std::string_view text;
  if (kind == "header" && root["sessionId"].get(text) == simdjson::SUCCESS) out.session_id = text;
  if (kind == "event" && root["row"]["event_json"].get(text) == simdjson::SUCCESS) {
    out.event = text;
  }
  return out;
}

}  // namespace clawvigil::parse
