// Whatever the lines: a record has a possible status, a candidate is a whole line of the input, and
// hosts come out without what a stranger could add to them.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "collectors/parse/access_log.h"
#include "collectors/parse/log_name.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  clawvigil::AccessLogParser parser;
  std::string_view rest = text;
  for (auto line = clawvigil::next_refused_candidate(rest); !line.empty();
       line = clawvigil::next_refused_candidate(rest)) {
    if (line.data() < text.data() || line.data() + line.size() > text.data() + size) std::abort();
    const auto record = parser.parse(line);
    if (!record) continue;
    if (record->status != 0 && (record->status < 100 || record->status > 999)) std::abort();
    if (record->host.find_first_of("/?#ABCXYZ") != std::string_view::npos) std::abort();
    if (record->client.size() > line.size()) std::abort();
  }
  static_cast<void>(parser.parse(text));
  static_cast<void>(clawvigil::is_log_file_name(text, "access.log"));
  return 0;
}
