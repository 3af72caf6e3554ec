// The documents of exec approvals and plugin records, and the lists of tools: nothing throws,
// everything is bounded, and what approvals forbid is never allowed.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "collectors/parse/exec_policy.h"
#include "collectors/parse/exec_tool_policy.h"
#include "collectors/parse/openclaw_capabilities.h"
#include "collectors/parse/openclaw_plugins.h"
#include "exporter/base/strings.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace clawvigil;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto approvals = parse_exec_approvals(text)) {
    if (approvals->agents.size() > 4097 || approvals->agents.contains("default")) std::abort();
    const ExecPolicy policy = effective_exec_policy({}, {}, *approvals, "main", false, {});
    if (policy.security.empty() || policy.ask.empty() || policy.host != "gateway") std::abort();
    const ExecPolicy denied =
        effective_exec_policy({"deny"}, {}, *approvals, "main", false, std::nullopt);
    if (denied.security != "deny") std::abort();
  }
  if (const auto installs = parse_install_records(text)) {
    if (installs->size() > 1024) std::abort();
  }
  static_cast<void>(is_plugin_directory(text));
  if (is_pinned_spec(text) && !text.contains('@')) std::abort();
  ToolList list;
  for (const std::string_view entry : split(text, '\n')) list.emplace_back(entry);
  if (names_exec(list) == permits_exec({{}, {}, list})) std::abort();
  return 0;
}
