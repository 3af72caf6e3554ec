// Members of a document that nlohmann::json has parsed, for documents of strangers: a value that is
// no object has none, and one of another type than asked for is as good as absent. What is returned
// lives as long as the document. Pure; any thread.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace clawvigil::parse {

inline const nlohmann::json* member(const nlohmann::json& object, const char* key,
                                    nlohmann::json::value_t type) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(key);
  return found == object.end() || found->type() != type ? nullptr : &*found;
}

// "" if there is no such text.
inline std::string_view text_of(const nlohmann::json& object, const char* key) {
  const nlohmann::json* const value = member(object, key, nlohmann::json::value_t::string);
  return value == nullptr ? std::string_view() : value->get_ref<const std::string&>();
}

// False if it is no boolean.
inline bool is_true(const nlohmann::json& object, const char* key) {
  const nlohmann::json* const value = member(object, key, nlohmann::json::value_t::boolean);
  return value != nullptr && value->get<bool>();
}

}  // namespace clawvigil::parse
