#include "collectors/parse/sessions_file.h"

#include <simdjson.h>

#include <algorithm>

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

// An object of one session, or of none.
error_code read_session(std::string_view text, const SessionsReader::OnSession& on_session) {
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

void SessionsReader::step(char c) {
  if (in_string_) {
    if (c == '"' && !after_backslash_) in_string_ = false;
    after_backslash_ = c == '\\' && !after_backslash_;
    return;
  }
  if (c == '"') in_string_ = true;
  if (c == '{' || c == '[') ++depth_;
  if (c == '}' || c == ']') --depth_;
  session_ends_ = depth_ == 0 || (depth_ == 1 && c == ',');
}

void SessionsReader::end_session(const OnSession& on_session) {
  session_.feed("}");
  if (session_.overflowed()) {
    if (!error_) error_ = Error{Errc::too_large, "a session is too large"};
  } else if (const error_code error = read_session(session_.line(), on_session)) {
    if (!error_) error_ = Error{Errc::parse, simdjson::error_message(error)};
  }
  session_.reset();
  session_.feed("{");
  session_ends_ = false;
  if (depth_ == 0) place_ = Place::after;
}

void SessionsReader::feed(std::string_view bytes, const OnSession& on_session) {
  if (place_ == Place::before && !error_) {
    constexpr std::string_view kSpace = " \t\r\n";
    bytes.remove_prefix(std::min(bytes.find_first_not_of(kSpace), bytes.size()));
    if (bytes.empty()) return;
    if (bytes.front() != '{') {
      error_ = Error{Errc::parse, "not an object"};
      return;
    }
    bytes.remove_prefix(1);
    place_ = Place::inside;
    depth_ = 1;
    session_.feed("{");
  }
  while (place_ == Place::inside && !bytes.empty()) {
    std::size_t length = 0;
    while (length < bytes.size() && !session_ends_) step(bytes[length++]);
    session_.feed(bytes.substr(0, length - (session_ends_ ? 1 : 0)));
    bytes.remove_prefix(length);
    if (session_ends_) end_session(on_session);
  }
}

Result<> SessionsReader::finish() const {
  if (error_) return std::unexpected(*error_);
  if (place_ != Place::after) return fail(Errc::parse, "the document is not complete");
  return {};
}

}  // namespace clawvigil::parse
