// sessions.json of OpenClaw up to 2026.7: which session a key stands for now.
//
//   {"agent:main:telegram:group:-1001":{"sessionId":"61f0a05a-…","chatType":"group",
//     "channel":"telegram","lastChannel":"telegram","origin":{"provider":"telegram",…},
//     "sessionFile":"/home/claw/.openclaw/agents/main/sessions/61f0a05a-….jsonl",
//     "spawnedBy":"agent:main:main","skillsSnapshot":{…many kilobytes…},…},…}
//
// sessionFile may be another session's, when a job took over the key: both ids are this key's.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "collectors/parse/string_elider.h"
#include "exporter/base/result.h"

namespace clawvigil::parse {

// Views are valid during the call; "" for what is not there.
struct SessionEntry {
  std::string_view key;
  std::string_view session_id;
  std::string_view session_file;
  std::string_view channel;  // the conversation's, else the one last used; as OpenClaw names it
  bool spawned = false;      // by another session
};

// Reads the file as a stream, one session after the other, whatever its length: uses at most
// StringElider::kMaxOutput bytes. Strings are cut as that does.
class SessionsReader {
 public:
  using OnSession = std::function<void(const SessionEntry&)>;

  // Takes the next bytes of the document; hands out the sessions that are complete.
  void feed(std::string_view bytes, const OnSession& on_session);
  // After the last of them. Errc::parse for what is not an object or ends within, and the first
  // error of a session (too_large, if there is too much of it without its strings), which is left
  // out alone. What follows the object is not looked at.
  [[nodiscard]] Result<> finish() const;

 private:
  enum class Place { before, inside, after };
  void step(char c);
  void end_session(const OnSession& on_session);

  Place place_ = Place::before;
  std::int64_t depth_ = 0;  // of objects and arrays; the document is the first
  bool in_string_ = false;
  bool after_backslash_ = false;
  bool session_ends_ = false;  // with the character at hand
  StringElider session_;       // {"agent:main:main":{…
  std::optional<Error> error_;
};

}  // namespace clawvigil::parse
