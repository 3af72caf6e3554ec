#include "exporter/config/reader.h"

#include "exporter/base/strings.h"
#include "exporter/config/schema.h"

namespace clawvigil::config {

void Reader::problem(const Node& node, std::string message) {
  problems_.push_back({node.at, std::move(message)});
}

void Reader::wrong(const Node& node, std::string_view where, std::string_view expected) {
  problem(node, std::string(where) + ": found " + yaml::describe(node) + ", expected " +
                    std::string(expected));
}

void Reader::unknown_key(const Node& key, std::string_view where,
                         const std::vector<std::string_view>& known) {
  std::string message =
      std::string(where) + ": unknown key \"" + sanitize(key.text, kShownBytes) + "\"";
  const auto flat = std::ranges::find(keys(), key.text, &Key::path);
  if (flat != keys().end()) {
    message += "; write it as \"" + std::string(flat->section()) + ":\" and below it \"  " +
               std::string(flat->name()) + ": …\"";
  } else {
    message += did_you_mean(key.text, known) + " (valid: " + join(known, ", ") + ")";
  }
  problem(key, std::move(message));
}

}  // namespace clawvigil::config
