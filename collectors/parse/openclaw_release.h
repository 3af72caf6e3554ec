// What OpenClaw leaves about its own version and about newer ones. All of it is written by the
// agent's user: bounded and shown only as far as it looks like a version.
//
//   update-check.json (3.13 … 4.26), or config_machine_state 'update.checkState' (state schema 12):
//     {"lastCheckedAt":"2026-11-21T22:50:52.939Z","lastAvailableVersion":"2026.9.6", …}
//   package.json: {"name":"openclaw","version":"2026.9.6","engines":{"node":">=24.16.0 <25"}, …}
//   dist/build-info.json: {"version":"2026.9.6","builtAt":"2026-09-23T16:33:12.144Z", …}
//   a line of its log: {…,"_meta":{"runtimeVersion":"24.21.0","path":{"fullFilePath":
//     "file:///usr/lib/node_modules/openclaw/dist/console-DwqfhE-H.mjs:184:29"}},…}
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "exporter/base/clock.h"
#include "exporter/base/result.h"

namespace clawvigil::parse {

struct UpdateCheck {
  std::optional<SystemTime> checked;  // unset: it never looked
  bool found = false;                 // a newer version
  std::string available;              // that version; "" if it does not look like one
};

struct OpenClawPackage {
  std::string version;
  std::string node_range;  // engines.node, "" if not said
};

struct LogOrigin {
  std::string node_version;  // "24.21.0"
  std::string package;       // the directory of OpenClaw's package, "" if it cannot be told
};

// Errc::parse also for a time that is none.
[[nodiscard]] Result<UpdateCheck> parse_update_check(std::string_view text);
// Of the two texts themselves, "" for what is not there.
[[nodiscard]] Result<UpdateCheck> make_update_check(std::string_view checked,
                                                    std::string_view available);
// Errc::unsupported for the package.json of something else.
[[nodiscard]] Result<OpenClawPackage> parse_openclaw_package(std::string_view text);
// When the build was made; nullopt if it does not say, or not of this version.
[[nodiscard]] std::optional<SystemTime> parse_build_time(std::string_view text,
                                                         std::string_view version);
// Of the last whole line that tells both, or else the version, in the end of a log; nullopt if none
// does. Lines beyond 64 KiB are passed over.
[[nodiscard]] std::optional<LogOrigin> last_log_origin(std::string_view end_of_log);

// A version by its looks: at most 32 letters, digits, '.', '-' and '+', beginning with a digit.
[[nodiscard]] bool looks_like_version(std::string_view text);

// Below 0, 0 or above 0 as `a` is older than, equal to or newer than `b`: year, month and number,
// then "-beta.1" < "" < "-1". nullopt if one is no version of OpenClaw's.
[[nodiscard]] std::optional<int> compare_openclaw_versions(std::string_view a, std::string_view b);

// The last instant of the month of a version; nullopt if it is no version of OpenClaw's.
[[nodiscard]] std::optional<SystemTime> end_of_month(std::string_view version);

}  // namespace clawvigil::parse
