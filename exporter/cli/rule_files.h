// What the rules commands share.
#pragma once

#include <expected>
#include <filesystem>
#include <span>
#include <string>
#include <system_error>

#include "alerts/engine/rule_file.h"
#include "exporter/cli/settings.h"

namespace clawvigil::cli {

// Calls visit(file, rule) for every rule.
template <class Visit>
void each_rule(std::span<const alerts::RuleFile> files, Visit visit) {
  for (const alerts::RuleFile& file : files) {
    for (const alerts::RuleGroup& group : file.groups) {
      for (const alerts::Rule& rule : group.rules) visit(file, rule);
    }
  }
}

// A rule file of the owner, or what is wrong with it.
[[nodiscard]] inline std::expected<alerts::RuleFile, Lines> read_rule_file(
    const std::string& path) {
  const auto text = read_text(path);
  if (!text) return std::unexpected(Lines{text.error().message});
  auto file = alerts::parse_rule_file(path, *text);
  if (!file) return std::unexpected(lines_of(file.error()));
  return std::move(*file);
}

[[nodiscard]] inline std::string absolute_path(const std::string& path) {
  std::error_code error;
  const auto absolute = std::filesystem::absolute(path, error);
  return error ? path : absolute.lexically_normal().string();
}

}  // namespace clawvigil::cli
