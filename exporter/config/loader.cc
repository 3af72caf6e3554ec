#include "exporter/config/loader.h"

#include <algorithm>

#include "exporter/config/reader.h"

namespace clawvigil::config {

namespace {

using yaml::Node;

class Loader {
 public:
  explicit Loader(std::span<const CollectorChoice> collectors) {
    collectors_.reserve(collectors.size());
    for (const CollectorChoice& collector : collectors) collectors_.push_back(collector.name);
  }

  std::expected<Config, Problems> load(const Node& root) {
    read_document(root);
    if (reader_.problem_count() == 0) return std::move(config_);
    return std::unexpected(reader_.take_problems());
  }

 private:
  void read_document(const Node& root) {
    std::vector<std::string_view> names;
    for (const Section& section : sections()) names.push_back(section.name);
    reader_.each_entry(root, "configuration", names, [&](const Node& key, const Node& value) {
      if (key.text == "collectors") {
        read_collectors(value);
      } else {
        read_section(key.text, value);
      }
    });
  }

  void read_section(std::string_view section, const Node& map) {
    std::vector<std::string_view> names;
    for (const Key& key : keys()) {
      if (key.section() == section) names.push_back(key.name());
    }
    reader_.each_entry(map, section, names, [&](const Node& name, const Node& value) {
      const std::string path = std::string(section) + "." + name.text;
      read_value(*std::ranges::find(keys(), path, &Key::path), value);
    });
  }

  void read_value(const Key& key, const Node& value) {
    if (const auto* const structure = std::get_if<Structure>(&key.target)) {
      return structure->read(reader_, value, config_);
    }
    if (!std::holds_alternative<Texts>(key.target)) return read_scalar(key, value);
    if (value.kind == Node::Kind::null) return;
    if (value.kind != Node::Kind::list) return reader_.wrong(value, key.path, "a list");
    for (const Node& item : value.children) read_scalar(key, item);
  }

  void read_scalar(const Key& key, const Node& value) {
    if (value.kind != Node::Kind::scalar) {
      return reader_.wrong(value, key.path, key.expected.empty() ? "a single value" : key.expected);
    }
    if (const auto assigned = assign(config_, key, value.text); !assigned) {
      reader_.problem(value, std::string(key.path) + ": " + assigned.error().message);
    }
  }

  void read_collectors(const Node& map) {
    reader_.each_entry(map, "collectors", collectors_, [&](const Node& name, const Node& value) {
      if (value.kind != Node::Kind::scalar || (value.text != "true" && value.text != "false")) {
        return reader_.wrong(value, "collectors." + name.text, "true or false");
      }
      auto& list = value.text == "true" ? config_.collectors.enabled : config_.collectors.disabled;
      list.push_back(name.text);
    });
  }

  std::vector<std::string_view> collectors_;
  Config config_;
  Reader reader_;
};

}  // namespace

Problems in_order(Problems problems) {
  std::ranges::sort(problems);
  if (problems.size() > kMaxProblems) {
    const std::size_t more = problems.size() - kMaxProblems;
    problems.resize(kMaxProblems);
    problems.push_back({problems.back().at, std::to_string(more) + " more problems follow"});
  }
  return problems;
}

std::expected<Config, Problems> load(std::string_view text,
                                     std::span<const CollectorChoice> collectors) {
  const auto root = yaml::parse(text);
  if (!root) return std::unexpected(Problems{root.error()});
  auto config = Loader(collectors).load(*root);
  if (!config) config.error() = in_order(std::move(config.error()));
  return config;
}

std::string to_string(std::string_view file, const yaml::Problem& problem) {
  return std::string(file) + ":" + std::to_string(problem.at.line) + ":" +
         std::to_string(problem.at.column) + ": " + problem.message;
}

}  // namespace clawvigil::config
