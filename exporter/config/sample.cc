#include "exporter/config/sample.h"

namespace clawvigil::config {

namespace {

constexpr std::string_view kHead =
    "# Configuration of clawvigil, with every setting at its default.\n"
    "# Check a change with: clawvigil config check FILE\n"
    "# Flags on the command line win over this file.\n";

constexpr std::size_t kCommentColumns = 96;

// `text` as comment lines that fit the page.
std::string comment(std::string_view indent, std::string_view text) {
  std::string out;
  while (!text.empty()) {
    std::size_t end = text.size();
    if (end > kCommentColumns) end = text.rfind(' ', kCommentColumns);
    out += std::string(indent) + "# " + std::string(text.substr(0, end)) + "\n";
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string setting(const Config& defaults, const Key& key) {
  std::string out = comment("  ", key.help);
  if (!key.flag.empty()) out += comment("  ", "Flag: " + std::string(key.flag));
  const std::string name(key.name());
  const std::string example(key.example);
  if (const auto* const structure = std::get_if<Structure>(&key.target)) {
    return out + structure->sample();
  }
  if (std::holds_alternative<Texts>(key.target)) {
    return out + "  # Example: " + name + ": [" + example + "]\n  " + name + ": []\n";
  }
  const auto value = value_text(defaults, key);
  if (value) return out + "  " + name + ": " + *value + "\n";
  return out + "  # " + name + ": " + example + "\n";
}

}  // namespace

std::string sample(std::span<const CollectorChoice> collectors) {
  const Config defaults;
  std::string out(kHead);
  for (const Section& section : sections()) {
    out += "\n" + comment("", section.title) + std::string(section.name) + ":\n";
    for (const Key& key : keys()) {
      if (key.section() == section.name) out += setting(defaults, key);
    }
    if (section.name != "collectors") continue;
    for (const CollectorChoice& collector : collectors) {
      out += comment("  ", collector.summary) + "  " + std::string(collector.name) + ": " +
             (collector.enabled_by_default ? "true" : "false") + "\n";
    }
  }
  return out;
}

}  // namespace clawvigil::config
