// The runbook (alerts/RUNBOOK.md) for a terminal. Of Markdown it knows what the runbook uses:
//
//   ## GatewayDown
//
//   **Means.** Nothing answers at the port of [the gateway](#gatewaynotready).
//
//   **Repair.** `openclaw gateway restart`. A list, a table or a fenced block may follow.
//
// Pure.
#pragma once

#include <string>
#include <string_view>

#include "exporter/cli/instructions.h"

namespace clawvigil::cli {

// The text below "## `alertname`" up to the next heading, without blank lines around it; "" when
// there is none.
[[nodiscard]] std::string_view runbook_section(std::string_view runbook,
                                               std::string_view alertname);

// What a section says under **Means.**, as one line without markup; "" when it says nothing.
[[nodiscard]] std::string runbook_meaning(std::string_view section);

// The section with its commands on lines of their own.
[[nodiscard]] std::string runbook_text(std::string_view section, const Place& place);

}  // namespace clawvigil::cli
