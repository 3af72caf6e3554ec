// Lines of OpenClaw's log: whatever they hold, events are of the closed lists, and nothing a
// stranger may have written counts when it stands where strangers' text stands.
#include "collectors/parse/openclaw_log.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "collectors/access_families.h"
#include "collectors/parse/openclaw_log_events.h"
#include "collectors/parse/openclaw_rejections.h"

namespace {

using clawvigil::parse::LogEvent;
using clawvigil::parse::LogScanner;
using Kind = LogEvent::Kind;

bool is_one_of(const auto& list, std::string_view word) {
  return std::ranges::find(list, word) != list.end();
}

void check(const LogEvent& event) {
  using namespace clawvigil::access_families;
  if (event.kind == Kind::rejected) {
    const bool known = !clawvigil::parse::known_channel(event.channel).empty();
    if (!known && event.channel != "unknown") std::abort();
    if (!is_one_of(kRejectionReasons, event.reason)) std::abort();
  }
  if (event.kind == Kind::auth_failed && !is_one_of(kAuthFailureReasons, event.reason)) {
    std::abort();
  }
  if (event.kind == Kind::exec_denied && !is_one_of(kExecDenialReasons, event.reason)) {
    std::abort();
  }
}

// What a command printed, and a message logged with a title of a stranger's choice.
std::string as_text_of_strangers(std::string_view text) {
  constexpr auto kReplace = nlohmann::ordered_json::error_handler_t::replace;
  const nlohmann::ordered_json printed = {{"0", text}, {"_meta", {{"logLevelName", "INFO"}}}};
  const nlohmann::ordered_json titled = {
      {"0", R"({"module":"telegram-auto-reply"})"}, {"1", {{"title", text}}}, {"2", "other"}};
  return printed.dump(-1, ' ', false, kReplace) + "\n" + titled.dump(-1, ' ', false, kReplace) +
         "\n";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static LogScanner scanner;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto counts = scanner.scan_file(text, check);
  if (counts.not_understood > counts.lines) std::abort();
  scanner.scan_output(text, check);
  scanner.scan_file(as_text_of_strangers(text), [](const LogEvent&) { std::abort(); });
  return 0;
}
