// openclaw.json as OpenClaw sees it after loading: JSON5, `$include` merged in, `${VAR}` replaced.
//
//   { $include: ["./base.json5", "./secrets.json5"], env: { vars: { TOKEN: "…" } },
//     gateway: { auth: { token: "${TOKEN}" } } }
//
// Judge: OpenClaw 2026.3.13 … 2026.9.6, src/config/{includes,env-substitution,env-vars}.ts.
// Differences, on purpose:
//  - the gateway's process environment cannot be read. Variables come from the state directory's
//    .env, then from the configuration's own `env` block (OpenClaw asks its process environment
//    first, so a variable set there as well may differ). Any other variable is unresolved: the
//    whole string becomes a marker (is_unresolved), never an empty or literal text;
//  - includes outside the state directory (OPENCLAW_INCLUDE_ROOTS) are refused.
#pragma once

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "exporter/base/result.h"

namespace clawvigil {

inline constexpr std::size_t kMaxIncludeBytes = 2UL * 1024 * 1024;  // OpenClaw's own limit per file

// The text of a file below the state directory: `relative` is normalised, without "..".
using IncludeLoader = std::function<Result<std::string>(std::string_view relative)>;

struct DocumentInput {
  std::string_view text;       // of openclaw.json; bounded by the caller
  std::string_view directory;  // absolute path of its directory, for absolute include paths
  std::map<std::string, std::string> dotenv;  // variables of the state directory's .env
};

struct ConfigDocument {
  nlohmann::json root;                             // an object
  std::map<std::string, std::string> environment;  // .env and the env block together
};

// Errors: parse (JSON5 with line and column, a wrong or missing `$include`, a cycle), unsafe (an
// include that leaves the directory), too_large (more than 256 includes, 10 levels or 16 MiB in
// all), and whatever `load` returns, each naming the file. Pure but for `load`.
[[nodiscard]] Result<ConfigDocument> resolve_document(const DocumentInput& input,
                                                      const IncludeLoader& load);

// True for a string that refers to a variable whose value is not known here.
[[nodiscard]] bool is_unresolved(const nlohmann::json& value);

// True if `text` holds an unescaped ${NAME}.
[[nodiscard]] bool has_env_reference(std::string_view text);

}  // namespace clawvigil
