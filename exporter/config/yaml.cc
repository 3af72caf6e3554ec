#include "exporter/config/yaml.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <sstream>
#include <utility>

#include "exporter/base/strings.h"

namespace clawvigil::yaml {

namespace {

constexpr std::size_t kShownBytes = 60;

Position position_of(const YAML::Mark& mark) {
  if (mark.is_null()) return {};
  return {static_cast<std::size_t>(mark.line) + 1, static_cast<std::size_t>(mark.column) + 1};
}

// Leaves yaml-cpp's parser on the first thing that is refused; caught in parse() only.
struct Refused {
  Problem problem;
};

class TreeBuilder final : public YAML::EventHandler {
 public:
  [[nodiscard]] Node take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (std::exchange(started_, true)) refuse(mark, "found a second document, expected only one");
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    attach(make(Node::Kind::null, mark, "", anchor));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    refuse(mark, "aliases are not supported, expected the value itself");
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    Node node = make(Node::Kind::scalar, mark, tag, anchor);
    node.text = value;
    attach(std::move(node));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(make(Node::Kind::list, mark, tag, anchor), mark);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(make(Node::Kind::map, mark, tag, anchor), mark);
  }
  void OnMapEnd() override { close(); }
  void OnAnchor(const YAML::Mark& mark, const std::string&) override { refuse_anchor(mark); }

 private:
  [[noreturn]] static void refuse(const YAML::Mark& mark, std::string message) {
    throw Refused{{position_of(mark), std::move(message)}};
  }
  [[noreturn]] static void refuse_anchor(const YAML::Mark& mark) {
    refuse(mark, "anchors (&name) are not supported, expected the value itself");
  }

  static Node make(Node::Kind kind, const YAML::Mark& mark, const std::string& tag,
                   YAML::anchor_t anchor) {
    if (anchor != 0) refuse_anchor(mark);
    const bool explicit_tag = !tag.empty() && tag != "?" && tag != "!";
    if (explicit_tag) refuse(mark, "tags (!name) are not supported, expected the plain value");
    return {kind, position_of(mark), {}, {}};
  }
  void open(Node node, const YAML::Mark& mark) {
    if (open_.size() >= kMaxDepth) refuse(mark, "nested too deeply");
    open_.push_back(std::move(node));
  }
  void close() {
    Node node = std::move(open_.back());
    open_.pop_back();
    attach(std::move(node));
  }
  void attach(Node node) {
    if (open_.empty()) {
      root_ = std::move(node);
    } else {
      open_.back().children.push_back(std::move(node));
    }
  }

  bool started_ = false;
  Node root_;
  std::vector<Node> open_;  // collections not yet closed, outermost first
};

}  // namespace

std::string describe(const Node& node) {
  switch (node.kind) {
    case Node::Kind::null:
      return "nothing";
    case Node::Kind::scalar:
      return '"' + sanitize(node.text, kShownBytes) + '"';
    case Node::Kind::list:
      return "a list";
    case Node::Kind::map:
      return "a map of keys";
  }
  return "nothing";
}

std::expected<Node, Problem> parse(std::string_view text) {
  const auto refused = [](std::string message) {
    return std::unexpected(Problem{{}, std::move(message)});
  };
  if (text.size() > kMaxBytes) return refused("the file is larger than 1 MiB");
  if (!is_valid_utf8(text)) return refused("the file is not valid UTF-8");
  if (text.find('\0') != std::string_view::npos) return refused("the file contains a NUL byte");
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    TreeBuilder builder;
    while (parser.HandleNextDocument(builder)) {
    }
    return builder.take();
  } catch (const Refused& refusal) {
    return std::unexpected(refusal.problem);
  } catch (const YAML::Exception& error) {
    return std::unexpected(
        Problem{position_of(error.mark), "not valid YAML: " + sanitize(error.msg)});
  }
}

}  // namespace clawvigil::yaml
