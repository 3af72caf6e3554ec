#include "exporter/cli/status_document.h"

#include <nlohmann/json.hpp>

#include "exporter/cli/workspace_day.h"

namespace clawvigil::cli {

namespace {

nlohmann::json to_json(const Finding& finding) {
  nlohmann::json entry{
      {"family", finding.family.name}, {"file", finding.file}, {"line", finding.line}};
  for (std::size_t i = 0; i < finding.labels.size() && i < finding.family.labels.size(); ++i) {
    entry[std::string(finding.family.labels[i])] = finding.labels[i];
  }
  return entry;
}

}  // namespace

nlohmann::json status_document(const alerts::Posture& posture, const Snapshot& snapshot) {
  nlohmann::json findings = nlohmann::json::array();
  for (const auto& batch : snapshot.batches) {
    for (const Finding& finding : batch->findings()) findings.push_back(to_json(finding));
  }
  nlohmann::json document = alerts::to_json(posture);
  document["version"] = kStatusVersion;
  document["findings"] = std::move(findings);
  const notify::WorkspaceDay day = workspace_day(snapshot);
  document["workspace"] = {{"commits", day.commits}, {"changes", day.changes}};
  return document;
}

}  // namespace clawvigil::cli
