// A line of cold storage, and the transcript entry inside.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "collectors/parse/cold_archive.h"
#include "collectors/parse/transcript.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using clawvigil::parse::TranscriptParser;
  static clawvigil::parse::ColdArchiveParser archive;
  static TranscriptParser transcript;
  std::string text(reinterpret_cast<const char*>(data), size);
  text.append(TranscriptParser::kPadding, '"');
  auto line = archive.parse(std::string_view(text).substr(0, size));
  if (!line) return 0;
  if (!line->session_id.empty() && !line->event.empty()) std::abort();
  const std::size_t event_size = line->event.size();
  line->event.append(TranscriptParser::kPadding, '"');
  (void)transcript.parse(std::string_view(line->event).substr(0, event_size));
  return 0;
}
