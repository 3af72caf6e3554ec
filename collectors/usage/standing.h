// Why the model is called at a place in a transcript: what the session is for, and what began the
// turn that is going on. It is kept with the cursor, so that reading goes on in the midst of a
// turn.
#pragma once

#include <string>
#include <string_view>

#include "collectors/parse/prompt_origin.h"
#include "collectors/parse/session_key.h"
#include "collectors/parse/transcript.h"

namespace clawvigil::usage {

using parse::Trigger;

// What is known of a session from outside its transcript. Channels are channel_label()s: static.
struct SessionOrigin {
  Trigger trigger = Trigger::unknown;  // unknown: for people, or nobody knows
  std::string_view channel;            // the key names it
  std::string_view reached_by;         // through which people last wrote to it
  bool named = false;                  // by a session key
};

// Of a session key and what stands beside it: the channel last used, whether another session
// spawned it, whether content from outside (a hook) began it. Pure.
[[nodiscard]] SessionOrigin origin_of(const parse::SessionKey& key, std::string_view channel,
                                      bool spawned, bool from_hook);

// A call's reason.
struct Turn {
  Trigger trigger = Trigger::unknown;
  std::string_view channel = parse::kChannelOther;  // static
  bool operator==(const Turn&) const = default;
};

class Standing {
 public:
  void set_session(const SessionOrigin& session) { session_ = session; }
  [[nodiscard]] const SessionOrigin& session() const { return session_; }

  // A prompt begins a turn; says in `prompt.origin` what it means in this session.
  void take(parse::PromptRecord& prompt);
  // The turn this call belongs to.
  [[nodiscard]] Turn take(const parse::UsageRecord& record);
  // What the session as a whole is for: known by its key, else by how it began.
  [[nodiscard]] Turn whole() const;

  // "user telegram telegram named user webchat"; what is not of that shape is an empty standing.
  [[nodiscard]] std::string to_text() const;
  [[nodiscard]] static Standing from_text(std::string_view text);

 private:
  [[nodiscard]] std::string_view channel_of(const parse::PromptRecord& prompt) const;
  [[nodiscard]] std::string_view own_channel() const;

  SessionOrigin session_;
  Turn turn_{Trigger::unknown, {}};
};

}  // namespace clawvigil::usage
