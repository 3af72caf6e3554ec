#include "exporter/config/loader.h"

#include <algorithm>
#include <array>
#include <set>

#include "exporter/base/strings.h"
#include "exporter/config/values.h"

namespace clawvigil::config {

namespace {

using yaml::Node;

constexpr std::size_t kMaxCommentBytes = 200;
constexpr std::size_t kShownBytes = 60;

// The keys of one item of listeners.accept.
struct AcceptField {
  std::string_view name;
  std::string_view expected;
  bool required;
  bool (*set)(AcceptedListener&, std::string_view);
};

constexpr std::array kAcceptFields{
    AcceptField{"protocol", "tcp or udp", true,
                [](AcceptedListener& item, std::string_view text) {
                  item.protocol = text;
                  return text == "tcp" || text == "udp";
                }},
    AcceptField{"port", "a port from 1 to 65535", true,
                [](AcceptedListener& item, std::string_view text) {
                  const auto port = parse_port(text, 1);
                  item.port = port.value_or(0);
                  return port.has_value();
                }},
    AcceptField{"comment", "a text of at most 200 bytes", false,
                [](AcceptedListener& item, std::string_view text) {
                  item.comment = sanitize(text, kMaxCommentBytes);
                  return text.size() <= kMaxCommentBytes;
                }},
};

std::vector<std::string_view> accept_field_names() {
  std::vector<std::string_view> names;
  names.reserve(kAcceptFields.size());
  for (const AcceptField& field : kAcceptFields) names.push_back(field.name);
  return names;
}

class Loader {
 public:
  explicit Loader(std::span<const CollectorChoice> collectors) {
    collectors_.reserve(collectors.size());
    for (const CollectorChoice& collector : collectors) collectors_.push_back(collector.name);
  }

  std::expected<Config, Problems> load(const Node& root) {
    read_document(root);
    if (problems_.empty()) return std::move(config_);
    return std::unexpected(std::move(problems_));
  }

 private:
  void problem(const Node& node, std::string message) {
    problems_.push_back({node.at, std::move(message)});
  }
  void wrong(const Node& node, std::string_view where, std::string_view expected) {
    problem(node, std::string(where) + ": found " + describe(node) + ", expected " +
                      std::string(expected));
  }

  // Calls visit(key, value) for every entry whose key is one of `known`, each once. A null node is
  // an empty map: all its keys are commented out.
  template <class Visit>
  void each_entry(const Node& map, std::string_view where,
                  const std::vector<std::string_view>& known, Visit visit) {
    if (map.kind == Node::Kind::null) return;
    if (map.kind != Node::Kind::map) return wrong(map, where, "a map of keys");
    std::set<std::string_view> seen;
    for (std::size_t i = 0; i + 1 < map.children.size(); i += 2) {
      const Node& key = map.children[i];
      if (key.kind != Node::Kind::scalar) {
        wrong(key, where, "a key");
      } else if (std::ranges::find(known, key.text) == known.end()) {
        unknown_key(key, where, known);
      } else if (!seen.insert(key.text).second) {
        problem(key, std::string(where) + ": key \"" + key.text + "\" is given twice");
      } else {
        visit(key, map.children[i + 1]);
      }
    }
  }

  void unknown_key(const Node& key, std::string_view where,
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

  void read_document(const Node& root) {
    std::vector<std::string_view> names;
    for (const Section& section : sections()) names.push_back(section.name);
    each_entry(root, "configuration", names, [&](const Node& key, const Node& value) {
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
    each_entry(map, section, names, [&](const Node& name, const Node& value) {
      const std::string path = std::string(section) + "." + name.text;
      read_value(*std::ranges::find(keys(), path, &Key::path), value);
    });
  }

  void read_value(const Key& key, const Node& value) {
    const bool accepts = std::holds_alternative<Listeners>(key.target);
    if (!accepts && !std::holds_alternative<Texts>(key.target)) return read_scalar(key, value);
    if (value.kind == Node::Kind::null) return;
    if (value.kind != Node::Kind::list) return wrong(value, key.path, "a list");
    for (const Node& item : value.children) {
      if (accepts) {
        read_accepted(key, item);
      } else {
        read_scalar(key, item);
      }
    }
  }

  void read_scalar(const Key& key, const Node& value) {
    if (value.kind != Node::Kind::scalar) {
      return wrong(value, key.path, key.expected.empty() ? "a single value" : key.expected);
    }
    if (const auto assigned = assign(config_, key, value.text); !assigned) {
      problem(value, std::string(key.path) + ": " + assigned.error().message);
    }
  }

  void read_accepted(const Key& key, const Node& node) {
    if (node.kind != Node::Kind::map) return wrong(node, key.path, key.example);
    AcceptedListener item;
    std::set<std::string_view> given;
    const std::size_t problems_before = problems_.size();
    each_entry(node, key.path, accept_field_names(), [&](const Node& name, const Node& value) {
      const auto& field = *std::ranges::find(kAcceptFields, name.text, &AcceptField::name);
      given.insert(field.name);
      if (value.kind != Node::Kind::scalar || !field.set(item, value.text)) {
        wrong(value, std::string(key.path) + "." + std::string(field.name), field.expected);
      }
    });
    for (const AcceptField& field : kAcceptFields) {
      if (!field.required || given.contains(field.name)) continue;
      problem(node, std::string(key.path) + ": key \"" + std::string(field.name) +
                        "\" is missing, expected " + std::string(field.expected));
    }
    if (problems_.size() == problems_before) add_accepted(key, node, std::move(item));
  }

  void add_accepted(const Key& key, const Node& node, AcceptedListener item) {
    auto& list = config_.listeners.accepted;
    const bool twice = std::ranges::any_of(list, [&](const AcceptedListener& other) {
      return other.protocol == item.protocol && other.port == item.port;
    });
    if (twice) {
      return problem(node, std::string(key.path) + ": " + item.protocol + " port " +
                               std::to_string(item.port) + " is given twice");
    }
    if (list.size() == kMaxItems) return problem(node, "listeners.accept: more than 256 items");
    list.push_back(std::move(item));
  }

  void read_collectors(const Node& map) {
    each_entry(map, "collectors", collectors_, [&](const Node& name, const Node& value) {
      if (value.kind != Node::Kind::scalar || (value.text != "true" && value.text != "false")) {
        return wrong(value, "collectors." + name.text, "true or false");
      }
      auto& list = value.text == "true" ? config_.collectors.enabled : config_.collectors.disabled;
      list.push_back(name.text);
    });
  }

  std::vector<std::string_view> collectors_;
  Config config_;
  Problems problems_;
};

}  // namespace

std::expected<Config, Problems> load(std::string_view text,
                                     std::span<const CollectorChoice> collectors) {
  const auto root = yaml::parse(text);
  if (!root) return std::unexpected(Problems{root.error()});
  auto config = Loader(collectors).load(*root);
  if (config) return config;
  Problems& problems = config.error();
  std::ranges::sort(problems);
  if (problems.size() > kMaxProblems) {
    const std::size_t more = problems.size() - kMaxProblems;
    problems.resize(kMaxProblems);
    problems.push_back({problems.back().at, std::to_string(more) + " more problems follow"});
  }
  return config;
}

std::string to_string(std::string_view file, const yaml::Problem& problem) {
  return std::string(file) + ":" + std::to_string(problem.at.line) + ":" +
         std::to_string(problem.at.column) + ": " + problem.message;
}

}  // namespace clawvigil::config
