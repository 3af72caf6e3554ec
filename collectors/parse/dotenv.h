// .env files as OpenClaw reads them (the npm package dotenv, which decides what is right).
//
//   # comment
//   export OPENCLAW_GATEWAY_TOKEN="a \"quoted\" value"   # comment
//   ANTHROPIC_API_KEY=sk-...
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace clawvigil {

// The variables of `text`; of a repeated one the last wins. KEY=value or KEY: value, an optional
// `export `, quotes ' " ` (values may span lines; \n and \r are expanded in double quotes only),
// comments from an unquoted #. What is not an assignment is skipped, as dotenv does; nothing fails.
// No variable is expanded. Pure; time and memory are linear in `text` for usual files, quadratic at
// worst, so the caller bounds it (OpenClaw: 1 MiB).
[[nodiscard]] std::map<std::string, std::string> parse_dotenv(std::string_view text);

}  // namespace clawvigil
