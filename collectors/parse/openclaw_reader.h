// Typed, never-throwing access to a resolved openclaw.json. Internal to the openclaw_* parsers.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "exporter/base/result.h"

namespace clawvigil {

// A setting: what was configured, or OpenClaw's default. Not known when its text refers to a
// variable we cannot read or has the wrong type; then `value` is the default.
template <class T>
struct Setting {
  T value{};
  bool configured = false;
  bool known = true;
};

struct NodeMember;

// A place in the document with its path ("gateway.auth.mode"). Wrong types are noted in `issues`
// and read as unknown. Refers to the document and to `issues`, which must outlive it.
class Node {
 public:
  Node(const nlohmann::json* value, std::string path, std::vector<Error>& issues)
      : value_(value), path_(std::move(path)), issues_(&issues) {}

  // The member `key`; absent when this is absent. Something else than an object is an issue.
  [[nodiscard]] Node operator[](std::string_view key) const;

  [[nodiscard]] bool exists() const { return value_ != nullptr; }
  [[nodiscard]] const nlohmann::json* json() const { return value_; }
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] bool is_true() const;

  [[nodiscard]] Setting<std::string> text(std::string_view otherwise) const;
  // A text of the list `allowed`; anything else is an issue.
  [[nodiscard]] Setting<std::string> choice(std::string_view otherwise,
                                            std::initializer_list<std::string_view> allowed) const;
  [[nodiscard]] Setting<bool> boolean(bool otherwise) const;
  [[nodiscard]] Setting<std::int64_t> integer(std::int64_t otherwise, std::int64_t min,
                                              std::int64_t max) const;
  // Finite numbers only.
  [[nodiscard]] Setting<double> number(double otherwise) const;
  // Allow lists and the like: texts and numbers, both as trimmed text, empty ones left out.
  [[nodiscard]] Setting<std::vector<std::string>> text_list() const;

  // Members of an object, elements of an array (keys are their indexes); at most `limit`, more is
  // an issue.
  [[nodiscard]] std::vector<NodeMember> members(std::size_t limit) const;
  [[nodiscard]] std::vector<NodeMember> elements(std::size_t limit) const;

  // The same place under another name in issues, for paths that hold what must not be shown.
  [[nodiscard]] Node shown_as(std::string path) const {
    return {value_, std::move(path), *issues_};
  }

  void issue(std::string_view expected) const;

 private:
  const nlohmann::json* value_;
  std::string path_;
  std::vector<Error>* issues_;
};

struct NodeMember {
  std::string key;
  Node node;
};

}  // namespace clawvigil
