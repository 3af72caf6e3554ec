// The configuration file to Config. Pure: the caller reads the file.
//
//   web:
//     listen-address: 127.0.0.1:9842
//   collectors:
//     usage: false
//
// What is not in the file keeps its default. Unknown and repeated keys are errors, because a
// misspelt setting that is silently ignored is a guard that sleeps.
#pragma once

#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/config/config.h"
#include "exporter/config/schema.h"
#include "exporter/config/yaml.h"

namespace clawvigil::config {

inline constexpr std::size_t kMaxProblems = 20;

// Every problem of the file in its order, at most kMaxProblems, then one that counts the rest.
using Problems = std::vector<yaml::Problem>;
// Makes that of problems in any order.
[[nodiscard]] Problems in_order(Problems problems);

// `collectors` are the names allowed below the key `collectors`.
[[nodiscard]] std::expected<Config, Problems> load(std::string_view text,
                                                   std::span<const CollectorChoice> collectors);

// "file:line:column: message"
[[nodiscard]] std::string to_string(std::string_view file, const yaml::Problem& problem);

}  // namespace clawvigil::config
