#include "collectors/parse/sessions_file.h"

#include <simdjson.h>

#include "collectors/parse/json_members.h"

namespace clawvigil::parse {

namespace {

namespace ondemand = simdjson::ondemand;
using json::for_each_member;
using json::for_each_member_of;
using json::read_text;
using simdjson::error_code;

error_code read_entry(ondemand::value& value, SessionEntry& entry) {
  std::string_view last_channel;
  std::string_view spawned_by;
  const error_code error =
      for_each_member_of(value, [&](std::string_view key, ondemand::value& member) {
        if (key == "sessionId") return read_text(member, entry.session_id);
        if (key == "sessionFile") return read_text(member, entry.session_file);
        if (key == "channel") return read_text(member, entry.channel);
        if (key == "lastChannel") return read_text(member, last_channel);
        return key == "spawnedBy" ? read_text(member, spawned_by) : simdjson::SUCCESS;
      });
  if (entry.channel.empty()) entry.channel = last_channel;
  entry.spawned = !spawned_by.empty();
  return error;
}

error_code read_sessions(std::string_view text,
                         const std::function<void(const SessionEntry&)>& on_session) {
  ondemand::parser parser;
  ondemand::document document;
  if (const error_code error =
          parser.iterate(text.data(), text.size(), text.size() + simdjson::SIMDJSON_PADDING)
              .get(document)) {
    return error;
  }
  ondemand::object object;
  if (const error_code error = document.get_object().get(object)) return error;
  return for_each_member(object, [&](std::string_view key, ondemand::value& member) {
    SessionEntry entry{.key = key, .session_id = {}, .session_file = {}, .channel = {}};
    const error_code error = read_entry(member, entry);
    if (!error) on_session(entry);
    return error;
  });
}

}  // namespace

Result<> for_each_session(std::string_view text,
                          const std::function<void(const SessionEntry&)>& on_session) {
  if (const error_code error = read_sessions(text, on_session)) {
    return fail(Errc::parse, simdjson::error_message(error));
  }
  return {};
}

}  // namespace clawvigil::parse
