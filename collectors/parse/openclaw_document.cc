#include "collectors/parse/openclaw_document.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <utility>
#include <vector>

#include "exporter/base/json5.h"
#include "exporter/base/strings.h"

namespace clawvigil {

namespace {

using nlohmann::json;

constexpr std::string_view kIncludeKey = "$include";
constexpr std::size_t kMaxIncludeDepth = 10;
constexpr std::size_t kMaxIncludes = 256;
constexpr std::size_t kMaxTotalBytes = 16UL * 1024 * 1024;

bool is_blocked_key(std::string_view key) {
  return key == "__proto__" || key == "prototype" || key == "constructor";
}

// Arrays are joined, objects merged, anything else replaced by `source`.
json merged(json target, const json& source) {
  if (target.is_array() && source.is_array()) {
    target.insert(target.end(), source.begin(), source.end());
    return target;
  }
  if (!target.is_object() || !source.is_object()) return source;
  for (const auto& [key, value] : source.items()) {
    if (is_blocked_key(key)) continue;
    const auto existing = target.find(key);
    if (existing == target.end()) {
      target[key] = value;
    } else {
      *existing = merged(std::move(*existing), value);
    }
  }
  return target;
}

class Includer {
 public:
  Includer(std::string_view directory, const IncludeLoader& load)
      : directory_(std::filesystem::path(directory).lexically_normal()), load_(load) {}

  // `file` is the path, relative to the directory, of the document `value` stands in.
  Result<json> process(const json& value, const std::filesystem::path& file) {
    if (value.is_array()) {
      json result = json::array();
      for (const json& element : value) {
        TRY_ASSIGN(json processed, process(element, file));
        result.push_back(std::move(processed));
      }
      return result;
    }
    if (!value.is_object()) return value;
    json rest = json::object();
    for (const auto& [key, element] : value.items()) {
      if (key == kIncludeKey || is_blocked_key(key)) continue;
      TRY_ASSIGN(rest[key], process(element, file));
    }
    const auto include = value.find(kIncludeKey);
    if (include == value.end()) return rest;
    TRY_ASSIGN(json included, resolve(*include, file));
    if (rest.empty()) return included;
    if (!included.is_object()) {
      return fail(Errc::parse, shown(file) + ": keys beside $include need an object in that file");
    }
    return merged(std::move(included), rest);
  }

 private:
  static std::string shown(const std::filesystem::path& file) { return sanitize(file.string()); }

  Result<json> resolve(const json& include, const std::filesystem::path& file) {
    if (include.is_string()) return load(include.get_ref<const std::string&>(), file);
    if (!include.is_array()) {
      return fail(Errc::parse, shown(file) + ": $include must be a string or a list of strings");
    }
    json result = json::object();
    for (const json& element : include) {
      if (!element.is_string()) {
        return fail(Errc::parse, shown(file) + ": $include must list strings only");
      }
      TRY_ASSIGN(const json included, load(element.get_ref<const std::string&>(), file));
      result = merged(std::move(result), included);
    }
    return result;
  }

  Result<std::filesystem::path> target(const std::string& path, const std::filesystem::path& file) {
    constexpr std::size_t kMaxPath = 4096;
    if (path.size() >= kMaxPath || path.find('\0') != std::string::npos) {
      return fail(Errc::unsafe, shown(file) + ": $include with an impossible path");
    }
    const std::filesystem::path absolute =
        (directory_ / file.parent_path() / path).lexically_normal();
    std::filesystem::path relative = absolute.lexically_relative(directory_);
    if (relative.empty() || relative == "." || *relative.begin() == "..") {
      return fail(Errc::unsafe, shown(file) + ": $include of " + sanitize(path) +
                                    " leaves the directory of openclaw.json");
    }
    return relative;
  }

  Result<json> load(const std::string& path, const std::filesystem::path& file) {
    TRY_ASSIGN(const std::filesystem::path relative, target(path, file));
    if (std::ranges::find(chain_, relative) != chain_.end()) {
      return fail(Errc::parse, shown(relative) + ": included by itself");
    }
    if (chain_.size() > kMaxIncludeDepth || ++count_ > kMaxIncludes) {
      return fail(Errc::too_large, shown(relative) + ": too many includes");
    }
    auto text = load_(relative.string());
    if (!text) {
      // OpenClaw refuses the whole configuration when an include is missing.
      if (text.error().code == Errc::not_found) text.error().code = Errc::parse;
      return prefixed(std::move(text).error(), "$include");
    }
    bytes_ += text->size();
    if (text->size() > kMaxIncludeBytes || bytes_ > kMaxTotalBytes) {
      return fail(Errc::too_large, shown(relative) + ": the included files are too large");
    }
    auto value = parse_json5(*text);
    if (!value) return prefixed(std::move(value).error(), shown(relative));
    chain_.push_back(relative);
    auto result = process(*value, relative);
    chain_.pop_back();
    return result;
  }

  std::filesystem::path directory_;
  const IncludeLoader& load_;
  std::vector<std::filesystem::path> chain_{"openclaw.json"};
  std::size_t count_ = 0;
  std::size_t bytes_ = 0;
};

// `${NAME}` at the beginning of `text`; names are [A-Z_][A-Z0-9_]*.
std::optional<std::string_view> reference_at(std::string_view text) {
  if (!text.starts_with("${")) return std::nullopt;
  text.remove_prefix(2);
  const auto is_part = [](char c) {
    return (c >= 'A' && c <= 'Z') || c == '_' || (c >= '0' && c <= '9');
  };
  const std::string_view name(text.begin(), std::ranges::find_if_not(text, is_part));
  if (name.empty() || !text.substr(name.size()).starts_with('}')) return std::nullopt;
  if (name.front() >= '0' && name.front() <= '9') return std::nullopt;
  return name;
}

using Variables = std::map<std::string, std::string>;

// `text` with its variables replaced; nullopt when one is unknown (empty counts as missing).
// $${NAME} stands for a literal ${NAME}.
std::optional<std::string> substituted(std::string_view text, const Variables& variables) {
  constexpr std::size_t kBraces = 3;  // "${" and "}"
  std::string result;
  while (!text.empty()) {
    const auto escaped = text.front() == '$' ? reference_at(text.substr(1)) : std::nullopt;
    if (escaped) {
      result.append(text.substr(1, escaped->size() + kBraces));
      text.remove_prefix(escaped->size() + kBraces + 1);
    } else if (const auto name = reference_at(text)) {
      const auto found = variables.find(std::string(*name));
      if (found == variables.end() || found->second.empty()) return std::nullopt;
      result += found->second;
      text.remove_prefix(name->size() + kBraces);
    } else {
      result.push_back(text.front());
      text.remove_prefix(1);
    }
  }
  return result;
}

json unresolved_marker() { return json::binary({}); }

void substitute(json& value, const Variables& variables) {
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    if (text.find('$') == std::string::npos) return;
    auto result = substituted(text, variables);
    if (!result || !is_valid_utf8(*result)) {
      value = unresolved_marker();
    } else {
      value = std::move(*result);
    }
  } else if (value.is_structured()) {
    for (json& element : value) substitute(element, variables);
  }
}

// Variables already set to something other than blanks keep their value.
void apply_env_block(const json& root, Variables& variables) {
  const auto env = root.find("env");
  if (env == root.end() || !env->is_object()) return;
  Variables block;
  const auto collect = [&block](const json& object) {
    for (const auto& [key, value] : object.items()) {
      if (key == "vars" || key == "shellEnv" || !value.is_string()) continue;
      const auto& text = value.get_ref<const std::string&>();
      if (!trim(text).empty()) block.insert_or_assign(std::string(trim(key)), text);
    }
  };
  if (const auto vars = env->find("vars"); vars != env->end() && vars->is_object()) collect(*vars);
  collect(*env);
  for (auto& [key, value] : block) {
    if (has_env_reference(value)) continue;
    std::string& variable = variables[key];
    if (trim(variable).empty()) variable = std::move(value);
  }
}

}  // namespace

Result<ConfigDocument> resolve_document(const DocumentInput& input, const IncludeLoader& load) {
  auto parsed = parse_json5(input.text);
  if (!parsed) return prefixed(std::move(parsed).error(), "openclaw.json");
  Includer includer(input.directory, load);
  TRY_ASSIGN(json root, includer.process(*parsed, "openclaw.json"));
  if (!root.is_object()) return fail(Errc::parse, "openclaw.json: expected an object");
  ConfigDocument document{std::move(root), input.dotenv};
  apply_env_block(document.root, document.environment);
  substitute(document.root, document.environment);
  return document;
}

bool is_unresolved(const json& value) { return value.is_binary(); }

bool has_env_reference(std::string_view text) {
  while (!text.empty()) {
    if (reference_at(text)) return true;
    const auto escaped = text.front() == '$' ? reference_at(text.substr(1)) : std::nullopt;
    text.remove_prefix(escaped ? escaped->size() + 4 : 1);
  }
  return false;
}

}  // namespace clawvigil
