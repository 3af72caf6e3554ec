#include "collectors/parse/credential_fields.h"

#include <strings.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <nlohmann/json.hpp>

#include "collectors/parse/credential_names.h"
#include "collectors/parse/json_object.h"
#include "collectors/parse/openclaw_document.h"
#include "exporter/base/strings.h"

namespace clawvigil {

namespace {

using nlohmann::json;
using parse::text_of;

// Sections without credentials of their own, as "a.b".
constexpr std::array<std::string_view, 5> kSkipped = {"secrets.providers", "plugins.installs",
                                                      "hooks.internal.installs", "meta", "wizard"};

class Walker {
 public:
  Result<> visit(const json& value) {
    if (const auto reference = value.is_object() ? read_secret_reference(value) : std::nullopt) {
      return add({path_, {}, reference});
    }
    if (value.is_object()) {
      for (const auto& [key, member] : value.items()) TRY(enter(key, member));
    } else if (value.is_array()) {
      std::size_t index = 0;
      for (const json& element : value) TRY(enter(name_of(element, index++), element));
    } else if (!path_.empty()) {
      return visit_leaf(value);
    }
    return {};
  }

  std::vector<CredentialField> take() { return std::move(fields_); }

 private:
  Result<> enter(const std::string& key, const json& value) {
    path_.push_back(key);
    const bool skipped = std::ranges::find(kSkipped, dotted()) != kSkipped.end();
    auto result = skipped ? Result<>() : visit(value);
    path_.pop_back();
    return result;
  }

  Result<> visit_leaf(const json& value) {
    const std::string& key = path_.back();
    const std::string_view parent =
        path_.size() > 1 ? std::string_view(path_[path_.size() - 2]) : std::string_view();
    const bool variable = (parent == "env" || parent == "vars") && is_credential_variable(key);
    if (is_credential_file_key(key) && value.is_string()) {
      return add({path_,
                  {},
                  SecretReference{SecretReference::Source::path, "",
                                  std::string(trim(value.get_ref<const std::string&>()))}});
    }
    if (!variable && !is_credential_key(parent, key)) return {};
    if (is_unresolved(value)) {
      return add({path_, {}, SecretReference{SecretReference::Source::variable, "", ""}});
    }
    if (!value.is_string()) return {};
    if (auto reference = read_secret_reference(value)) return add({path_, {}, reference});
    const std::string_view text = trim(value.get_ref<const std::string&>());
    if (!is_credential_value(text)) return {};
    return add({path_, Secret(std::string(text)), std::nullopt});
  }

  Result<> add(CredentialField field) {
    if (fields_.size() == kMaxCredentialFields) {
      return fail(Errc::too_large, "more than " + std::to_string(kMaxCredentialFields) +
                                       " credentials in one document");
    }
    fields_.push_back(std::move(field));
    return {};
  }

  static std::string name_of(const json& element, std::size_t index) {
    if (element.is_object()) {
      for (const char* key : {"id", "name"}) {
        if (const auto name = text_of(element, key); !name.empty()) return std::string(name);
      }
    }
    return std::to_string(index);
  }

  [[nodiscard]] std::string dotted() const {
    constexpr std::size_t kLongest = 3;
    if (path_.size() > kLongest) return {};
    std::string text;
    for (const std::string& key : path_) text += (text.empty() ? "" : ".") + key;
    return text;
  }

  std::vector<std::string> path_;
  std::vector<CredentialField> fields_;
};

}  // namespace

std::optional<SecretReference> read_secret_reference(const json& value) {
  using Source = SecretReference::Source;
  if (value.is_string()) {
    const auto name = referenced_variable(value.get_ref<const std::string&>());
    if (name.empty()) return std::nullopt;
    return SecretReference{Source::variable, "", std::string(name)};
  }
  if (!value.is_object()) return std::nullopt;
  const std::string_view source = text_of(value, "source");
  const std::string_view id = text_of(value, "id");
  // Other objects have a "source", too; only references have these keys and no more.
  constexpr std::size_t kMostKeys = 3;
  if (source.empty() || id.empty() || value.size() > kMostKeys) return std::nullopt;
  constexpr std::array<std::pair<std::string_view, Source>, 4> kSources = {
      {{"env", Source::variable},
       {"file", Source::file},
       {"exec", Source::command},
       {"store", Source::store}}};
  const auto* const known =
      std::ranges::find(kSources, source, &std::pair<std::string_view, Source>::first);
  return SecretReference{known == kSources.end() ? Source::unknown : known->second,
                         std::string(text_of(value, "provider")), std::string(id)};
}

Result<std::vector<CredentialField>> credential_fields(const json& root) {
  Walker walker;
  TRY(walker.visit(root));
  return walker.take();
}

void wipe(json& value) {
  if (value.is_string()) {
    auto& text = value.get_ref<std::string&>();
    ::explicit_bzero(text.data(), text.size());
  } else if (value.is_structured()) {
    for (json& element : value) wipe(element);
  }
}

}  // namespace clawvigil
