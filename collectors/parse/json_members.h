// Walks what simdjson's on-demand parser hands out, for documents of strangers. Errors are
// simdjson's; a value of another type than asked for is none.
#pragma once

#include <simdjson.h>

#include <string_view>

namespace clawvigil::json {

// A text into `out`; anything else leaves it as it is. Escapes are resolved in the parser's buffer,
// so `out` lives as long as its document.
inline simdjson::error_code read_text(simdjson::ondemand::value& value, std::string_view& out) {
  simdjson::ondemand::json_type type{};
  if (const simdjson::error_code error = value.type().get(type)) return error;
  if (type != simdjson::ondemand::json_type::string) return simdjson::SUCCESS;
  return value.get_string().get(out);
}

// Calls on_member(key, value) for each member of an object, until one returns an error.
template <class Object, class OnMember>
simdjson::error_code for_each_member(Object& object, OnMember on_member) {
  for (auto field : object) {
    std::string_view key;
    if (const simdjson::error_code error = field.unescaped_key().get(key)) return error;
    simdjson::ondemand::value member;
    if (const simdjson::error_code error = field.value().get(member)) return error;
    if (const simdjson::error_code error = on_member(key, member)) return error;
  }
  return simdjson::SUCCESS;
}

// The same for a value; anything else than an object has no members.
template <class OnMember>
simdjson::error_code for_each_member_of(simdjson::ondemand::value& value, OnMember on_member) {
  simdjson::ondemand::json_type type{};
  if (const simdjson::error_code error = value.type().get(type)) return error;
  if (type != simdjson::ondemand::json_type::object) return simdjson::SUCCESS;
  simdjson::ondemand::object object;
  if (const simdjson::error_code error = value.get_object().get(object)) return error;
  return for_each_member(object, on_member);
}

}  // namespace clawvigil::json
