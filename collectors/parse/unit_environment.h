// What a systemd unit starts, as whom and in which environment (systemd.exec(5),
// systemd.syntax(7)).
//
//   [Service]
//   Environment=OPENCLAW_GATEWAY_PORT=18789 "OPENCLAW_GATEWAY_TOKEN=with a blank"
//   Environment='HOME=/home/claw'
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace clawvigil {

// Applies the Environment= lines of one unit file or drop-in to `variables`, as systemd does: later
// ones win, an empty Environment= clears all before it. EnvironmentFile= is not followed. What is
// malformed is skipped. Of C escapes \\, \", \', \n, \t and \s are read, of specifiers only %%.
// Pure.
void apply_unit_environment(std::string_view text, std::map<std::string, std::string>& variables);

// The last value of `key` in the [Service] sections of a unit and its drop-ins, one text after the
// other; "" if there is none, or the last one is empty, which stands for the default.
[[nodiscard]] std::string unit_setting(std::string_view text, std::string_view key);

// The last User= of a unit and its drop-ins, one text after the other; "root" if there is none.
[[nodiscard]] std::string unit_user(std::string_view text);

// The words of the last ExecStart= of a unit and its drop-ins, as they stand there: specifiers but
// %% and variables are not replaced; "-", "@" and the like before the path are removed. Empty if
// there is none. Pure.
[[nodiscard]] std::vector<std::string> unit_command(std::string_view text);

}  // namespace clawvigil
