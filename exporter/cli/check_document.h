// The document of `clawvigil check` (status_document.h) as data, safe to show: from this program or
// from a daemon of another version, whose fields may be missing. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/notify/workspace_day.h"
#include "exporter/base/clock.h"
#include "exporter/base/result.h"

namespace clawvigil::cli {

struct CheckEntry {
  std::string alertname;
  std::string area;
  std::string control;
  std::string severity;  // "critical", "warning", "info"
  std::string state;     // "broken", "pending", "unknown", "silenced", "accepted", "ok"
  std::optional<double> value;
  std::map<std::string, std::string> labels;
  std::string summary;
  std::string description;
  std::string action;
  std::string reason;
  std::optional<SystemTime> since;
  std::optional<SystemTime> until;

  // "" when there is none.
  [[nodiscard]] std::string label(const std::string& name) const;
};

// A place of the owner's where something was found.
struct CheckFinding {
  std::string family;
  std::string home;
  std::string location;
  std::string rule;  // kind of secret
  std::string repo;
  std::string file_class;
  std::string file;
  std::uint64_t line = 0;

  [[nodiscard]] bool in_workspace() const;  // in a repository of an agent, `file` is a commit
  [[nodiscard]] bool in_history() const;    // in a commit, `file` says which: it is no path
  // True for what the alert of `entry` counts.
  [[nodiscard]] bool belongs_to(const CheckEntry& entry) const;
};

struct CheckDocument {
  std::string host;
  std::optional<SystemTime> time;
  std::vector<CheckEntry> entries;
  std::vector<CheckFinding> findings;
  notify::WorkspaceDay workspace;

  // In the order of the document.
  [[nodiscard]] std::vector<const CheckEntry*> with(std::string_view state) const;
  [[nodiscard]] std::vector<std::string> areas() const;
};

// parse: not such a document.
[[nodiscard]] Result<CheckDocument> read_check_document(const nlohmann::json& document);

// Leaves only what belongs to the area; the summary counts what is left.
void restrict_to(nlohmann::json& document, const std::string& area);

// 2 something critical is broken, 1 a warning, 3 nothing but unknowns, else 0.
[[nodiscard]] int exit_code_of(const CheckDocument& document);

}  // namespace clawvigil::cli
