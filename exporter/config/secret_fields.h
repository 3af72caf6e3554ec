// A secret takes two keys in the file, "<name>-file" and "<name>-credential"; at most one is given.
#pragma once

#include <string>
#include <string_view>

#include "exporter/config/alerting.h"
#include "exporter/config/reader.h"
#include "exporter/config/values.h"

namespace clawvigil::config {

template <class T, SecretOrigin T::* Member>
constexpr Field<T> secret_file(std::string_view name) {
  return {name, "the absolute path of a file that holds the secret",
          [](T& object, std::string_view text) {
            (object.*Member).file = text;
            return is_absolute_path(text);
          }};
}

template <class T, SecretOrigin T::* Member>
constexpr Field<T> secret_credential(std::string_view name) {
  return {name, "the name of a systemd credential (LoadCredential=)",
          [](T& object, std::string_view text) {
            (object.*Member).credential = text;
            return is_credential_name(text);
          }};
}

// How many of the ways to give one thing were used.
[[nodiscard]] inline int count_given(const std::string& plain, const SecretOrigin& secret) {
  return static_cast<int>(!plain.empty()) + static_cast<int>(!secret.file.empty()) +
         static_cast<int>(!secret.credential.empty());
}
[[nodiscard]] inline int count_given(const SecretOrigin& secret) { return count_given({}, secret); }

}  // namespace clawvigil::config
