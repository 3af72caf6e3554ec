#include "collectors/parse/openclaw_reader.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "collectors/parse/openclaw_document.h"
#include "exporter/base/strings.h"

namespace clawvigil {

namespace {

constexpr std::size_t kMaxIssues = 20;

template <class T>
Setting<T> unknown(T otherwise) {
  return {std::move(otherwise), true, false};
}

}  // namespace

void Node::issue(std::string_view expected) const {
  std::string message = "openclaw.json: " + sanitize(path_) + ": expected " + std::string(expected);
  const auto repeated = [&message](const Error& error) { return error.message == message; };
  if (issues_->size() >= kMaxIssues || std::ranges::any_of(*issues_, repeated)) {
    return;
  }
  issues_->push_back({Errc::parse, std::move(message)});
}

bool Node::is_true() const { return value_ != nullptr && *value_ == true; }

Node Node::operator[](std::string_view key) const {
  std::string path = path_.empty() ? std::string(key) : path_ + "." + std::string(key);
  if (value_ == nullptr) return {nullptr, std::move(path), *issues_};
  if (!value_->is_object()) {
    issue("an object");
    return {nullptr, std::move(path), *issues_};
  }
  const auto found = value_->find(key);
  return {found == value_->end() ? nullptr : &*found, std::move(path), *issues_};
}

Setting<std::string> Node::text(std::string_view otherwise) const {
  if (value_ == nullptr) return {std::string(otherwise)};
  if (value_->is_string()) return {value_->get<std::string>(), true};
  if (!is_unresolved(*value_)) issue("a text");
  return unknown(std::string(otherwise));
}

Setting<std::string> Node::choice(std::string_view otherwise,
                                  std::initializer_list<std::string_view> allowed) const {
  auto setting = text(otherwise);
  if (!setting.known || !setting.configured) return setting;
  if (std::ranges::find(allowed, setting.value) != allowed.end()) return setting;
  issue("one of " + join(std::vector<std::string_view>(allowed), ", "));
  return unknown(std::string(otherwise));
}

Setting<bool> Node::boolean(bool otherwise) const {
  if (value_ == nullptr) return {otherwise};
  if (value_->is_boolean()) return {value_->get<bool>(), true};
  issue("true or false");
  return unknown(otherwise);
}

Setting<std::int64_t> Node::integer(std::int64_t otherwise, std::int64_t min,
                                    std::int64_t max) const {
  if (value_ == nullptr) return {otherwise};
  const double number = value_->is_number() ? value_->get<double>() : NAN;
  if (number >= static_cast<double>(min) && number <= static_cast<double>(max) &&
      std::trunc(number) == number) {
    return {static_cast<std::int64_t>(number), true};
  }
  issue("a whole number from " + std::to_string(min) + " to " + std::to_string(max));
  return unknown(otherwise);
}

Setting<double> Node::number(double otherwise) const {
  if (value_ == nullptr) return {otherwise};
  if (value_->is_number() && std::isfinite(value_->get<double>())) {
    return {value_->get<double>(), true};
  }
  issue("a number");
  return unknown(otherwise);
}

Setting<std::vector<std::string>> Node::text_list() const {
  if (value_ == nullptr) return {};
  if (!value_->is_array()) {
    issue("a list");
    return unknown(std::vector<std::string>{});
  }
  Setting<std::vector<std::string>> setting{{}, true};
  for (const auto& element : *value_) {
    if (element.is_string()) {
      const std::string_view entry = trim(element.get_ref<const std::string&>());
      if (!entry.empty()) setting.value.emplace_back(entry);
    } else if (element.is_number()) {
      setting.value.push_back(element.dump());
    } else {
      setting.known = false;
      if (!is_unresolved(element)) issue("a list of texts or numbers");
    }
  }
  return setting;
}

std::vector<NodeMember> Node::members(std::size_t limit) const {
  std::vector<NodeMember> result;
  if (value_ == nullptr) return result;
  if (!value_->is_object()) {
    issue("an object");
    return result;
  }
  for (const auto& item : value_->items()) {
    if (result.size() >= limit) {
      issue("at most " + std::to_string(limit) + " members");
      break;
    }
    result.push_back({item.key(), (*this)[item.key()]});
  }
  return result;
}

std::vector<NodeMember> Node::elements(std::size_t limit) const {
  std::vector<NodeMember> result;
  if (value_ == nullptr) return result;
  if (!value_->is_array()) {
    issue("a list");
    return result;
  }
  for (const auto& element : *value_) {
    if (result.size() >= limit) {
      issue("at most " + std::to_string(limit) + " elements");
      break;
    }
    const std::string index = std::to_string(result.size());
    result.push_back({index, Node(&element, path_ + "[" + index + "]", *issues_)});
  }
  return result;
}

}  // namespace clawvigil
