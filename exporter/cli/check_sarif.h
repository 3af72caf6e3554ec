// `clawvigil check --sarif`: what is broken as SARIF 2.1.0, for tools that collect findings
// (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html).
//
// - tool.driver.rules: every rule in force, with its severity as a level (critical is error,
//   warning is warning, info is note), what the runbook says of it, and where that is (helpUri).
// - results: what is broken, silenced or accepted; the latter two with a suppression. Where a rule
//   counts files, each of them is a result with that as its physical location; else, and for what
//   only a commit holds, that is the rule in its file, and the logical location the host, or the
//   home on it. Paths are relative to the host's root.
// - partialFingerprints: the same for the same finding on the same host, run after run.
// - invocations: rules that cannot be judged, as notifications with the reason.
//
// It holds what the terminal is shown, files of the owner by name included, and no secret. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "alerts/engine/rule_set.h"
#include "exporter/cli/check_document.h"

namespace clawvigil::cli {

[[nodiscard]] nlohmann::json sarif_log(const CheckDocument& document, const alerts::RuleSet& rules);

}  // namespace clawvigil::cli
