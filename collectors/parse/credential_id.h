// The names credentials have in labels: `kind/who/what`, made of the keys of the configuration and
// never of a value.
//
//   gateway/token   model/openai   channel/telegram/default   channel/slack/work/appToken
//   skill/weather   env/GITHUB_TOKEN   config/tools/web/search   model/openai/~6f1d20
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace clawvigil {

// Letters, digits, '.', '_' and '-', at most 32, without six digits in a row, and not so long with
// so many digits that it could be a token itself: what may stand in a label.
[[nodiscard]] bool is_harmless_name(std::string_view name);

// A few lower-case hex digits that stand for a name (a keyed hash).
using NameHash = std::function<std::string(std::string_view name)>;

// `name`, or "~" and its hash if it is not harmless (an e-mail address, a phone number, a path).
[[nodiscard]] std::string shown_name(std::string_view name, const NameHash& hash);

// The parts joined by '/', each as shown_name() has it; beyond six parts the rest is one hash.
[[nodiscard]] std::string credential_id(std::span<const std::string> parts, const NameHash& hash);

// The parts for a place in openclaw.json. The first one is its kind, of the closed list gateway,
// hooks, channel, model, skill, plugin, env, config. What every such credential is called (apiKey;
// token and botToken of a channel) is left out.
[[nodiscard]] std::vector<std::string> config_credential(std::span<const std::string> path);

}  // namespace clawvigil
