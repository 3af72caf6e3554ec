// The one table of settings. From it come the loading of the file, its error messages, the sample
// configuration, the command line's flags and the text of --help; a new setting is one new row.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "exporter/base/result.h"
#include "exporter/config/config.h"
#include "exporter/config/yaml.h"

namespace clawvigil::config {

class Reader;

// Where a value lives in Config; the alternative decides what kind of value the key takes.
using Boolean = bool& (*)(Config&);
using Text = std::string& (*)(Config&);
using Texts = std::vector<std::string>& (*)(Config&);
struct Choice {
  std::span<const std::string_view> values;
  std::size_t (*get)(const Config&);  // index into `values`
  void (*set)(Config&, std::size_t);
};
// A number, duration or time of day.
struct Parsed {
  bool (*set)(Config&, std::string_view);  // false: not what is expected
  std::string (*get)(const Config&);
};
// Objects below the key; in the file only.
struct Structure {
  void (*read)(Reader&, const yaml::Node&, Config&);
  std::string (*sample)();  // complete lines, indented as below a section, all commented out
};
using Target = std::variant<Boolean, Text, Texts, Choice, Parsed, Structure>;

struct Key {
  std::string_view path;        // in the file, "section.name"
  std::string_view flag;        // on the command line, with "--"; empty: file only
  std::string_view value_name;  // "PATH" in --help; empty for booleans
  Target target;
  bool (*valid)(std::string_view);  // of a text or one item of a list
  std::string_view expected;        // "expected …" in messages
  std::string_view help;            // one sentence or two
  std::string_view example;         // a valid value, shown where the default is empty

  [[nodiscard]] std::string_view section() const { return path.substr(0, path.find('.')); }
  [[nodiscard]] std::string_view name() const { return path.substr(path.find('.') + 1); }
  [[nodiscard]] bool is_path() const { return value_name == "PATH"; }
};

// Lists take at most this many items.
inline constexpr std::size_t kMaxItems = 256;

struct Section {
  std::string_view name;
  std::string_view title;
};

// A collector as the configuration sees it; the names come from the registry, a layer above.
struct CollectorChoice {
  std::string_view name;
  std::string_view summary;
  bool enabled_by_default;
};

// In the order of the sample and of --help.
[[nodiscard]] std::span<const Section> sections();
[[nodiscard]] std::span<const Key> keys();

// Checks and stores one value; appends it to a list. The error says what was found, what was
// expected and, where one is near, what was probably meant. Not for a Structure.
[[nodiscard]] Result<> assign(Config& config, const Key& key, std::string_view value);

// The value as text; nullopt for lists and for an empty text.
[[nodiscard]] std::optional<std::string> value_text(const Config& config, const Key& key);

// "; did you mean …?" or "", for messages.
[[nodiscard]] std::string did_you_mean(std::string_view word,
                                       const std::vector<std::string_view>& candidates);

}  // namespace clawvigil::config
