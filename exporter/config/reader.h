// Reader: walks the YAML tree of a configuration and collects every problem with its place, so that
// the owner repairs a file once and not error by error. Objects are described by tables of Field;
// unknown, repeated and missing keys are told from the table.
#pragma once

#include <algorithm>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/config/yaml.h"

namespace clawvigil::config {

inline constexpr std::size_t kShownBytes = 60;  // of a wrong value, in messages

// One key of an object of type T.
template <class T>
struct Field {
  enum class Need { optional, required };
  enum class Form { scalar, list };  // list: set() is called for every item
  std::string_view name;
  std::string_view expected;          // "expected …" in messages
  bool (*set)(T&, std::string_view);  // false: not what is expected
  Need need = Need::optional;
  Form form = Form::scalar;
};

class Reader {
 public:
  using Node = yaml::Node;

  void problem(const Node& node, std::string message);
  // "where: found …, expected …"
  void wrong(const Node& node, std::string_view where, std::string_view expected);
  [[nodiscard]] std::size_t problem_count() const { return problems_.size(); }
  [[nodiscard]] std::vector<yaml::Problem> take_problems() { return std::move(problems_); }

  // Calls visit(key, value) for every entry of a map, each key once. A null node is an empty map:
  // all its keys are commented out.
  template <class Visit>
  void each_entry(const Node& map, std::string_view where, Visit visit) {
    if (map.kind == Node::Kind::null) return;
    if (map.kind != Node::Kind::map) return wrong(map, where, "a map of keys");
    std::set<std::string_view> seen;
    for (std::size_t i = 0; i + 1 < map.children.size(); i += 2) {
      const Node& key = map.children[i];
      if (key.kind != Node::Kind::scalar) {
        wrong(key, where, "a key");
      } else if (!seen.insert(key.text).second) {
        problem(key, std::string(where) + ": key \"" + key.text + "\" is given twice");
      } else {
        visit(key, map.children[i + 1]);
      }
    }
  }
  // The same for a closed list of keys.
  template <class Visit>
  void each_entry(const Node& map, std::string_view where,
                  const std::vector<std::string_view>& known, Visit visit) {
    each_entry(map, where, [&](const Node& key, const Node& value) {
      if (std::ranges::find(known, key.text) == known.end()) {
        unknown_key(key, where, known);
      } else {
        visit(key, value);
      }
    });
  }

  // One value of an object. True if it was of the expected form.
  template <class T>
  bool read_field(const Field<T>& field, std::string_view where, const Node& value, T& object) {
    const std::string path = std::string(where) + "." + std::string(field.name);
    if (field.form == Field<T>::Form::scalar) return read_item(field, path, value, object);
    if (value.kind != Node::Kind::list) {
      wrong(value, path, "a list, each item " + std::string(field.expected));
      return false;
    }
    bool good = true;
    for (const Node& item : value.children) good = read_item(field, path, item, object) && good;
    return good;
  }

  // A required key of the table that is not among `given`.
  template <class T>
  void require(std::span<const Field<T>> fields, const Node& node, std::string_view where,
               const std::set<std::string_view>& given) {
    for (const Field<T>& field : fields) {
      if (field.need != Field<T>::Need::required || given.contains(field.name)) continue;
      problem(node, std::string(where) + ": key \"" + std::string(field.name) +
                        "\" is missing, expected " + std::string(field.expected));
    }
  }

  // A whole object; false if anything was wrong with it.
  template <class T>
  bool read_object(std::span<const Field<T>> fields, const Node& node, std::string_view where,
                   T& object) {
    const std::size_t before = problem_count();
    std::set<std::string_view> given;
    each_entry(node, where, names(fields), [&](const Node& key, const Node& value) {
      const auto field = std::ranges::find(fields, std::string_view(key.text), &Field<T>::name);
      given.insert(field->name);
      read_field(*field, where, value, object);
    });
    require(fields, node, where, given);
    return problem_count() == before;
  }

  // A list of whole objects: add(node, object) for every one of which nothing is wrong. `example`
  // is told where an item is no object. A null node is an empty list.
  template <class T, class Add>
  void read_list(std::span<const Field<T>> fields, const Node& list, std::string_view where,
                 std::string_view example, Add add) {
    if (list.kind == Node::Kind::null) return;
    if (list.kind != Node::Kind::list) return wrong(list, where, "a list");
    for (const Node& item : list.children) {
      T object;
      if (item.kind != Node::Kind::map) {
        wrong(item, where, example);
      } else if (read_object(fields, item, where, object)) {
        add(item, std::move(object));
      }
    }
  }

  template <class T>
  [[nodiscard]] static std::vector<std::string_view> names(std::span<const Field<T>> fields) {
    std::vector<std::string_view> out;
    out.reserve(fields.size());
    for (const Field<T>& field : fields) out.push_back(field.name);
    return out;
  }

  void unknown_key(const Node& key, std::string_view where,
                   const std::vector<std::string_view>& known);

 private:
  template <class T>
  bool read_item(const Field<T>& field, const std::string& path, const Node& value, T& object) {
    if (value.kind == Node::Kind::scalar && field.set(object, value.text)) return true;
    wrong(value, path, field.expected);
    return false;
  }

  std::vector<yaml::Problem> problems_;
};

}  // namespace clawvigil::config
