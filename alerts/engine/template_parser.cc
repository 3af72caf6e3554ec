// The parser of templates: https://pkg.go.dev/text/template, the part that template.h lists.
#include <algorithm>
#include <optional>
#include <utility>

#include "alerts/engine/template_parts.h"
#include "exporter/base/strings.h"

namespace clawvigil::alerts {

namespace {

constexpr std::size_t kMaxPieces = 200;
constexpr std::size_t kMaxDepth = 8;  // of with and range
constexpr std::string_view kSpace = " \t\r\n";

using Problem = std::unexpected<TemplateProblem>;
template <class T>
using Parsed = std::expected<T, TemplateProblem>;

struct Action {
  std::size_t begin = 0;  // of what is between the delimiters and trim markers
  std::size_t end = 0;
  std::size_t after = 0;  // behind }}
  bool trim_left = false;
  bool trim_right = false;
  bool comment = false;
};

// The offset of the closing }} outside of quotes, or npos.
std::size_t find_close(std::string_view text, std::size_t from) {
  char quote = '\0';
  for (std::size_t i = from; i < text.size(); ++i) {
    if (quote != '\0') {
      if (text[i] == '\\' && quote == '"') {
        ++i;
      } else if (text[i] == quote) {
        quote = '\0';
      }
    } else if (text[i] == '"' || text[i] == '`') {
      quote = text[i];
    } else if (text.substr(i).starts_with("}}")) {
      return i;
    }
  }
  return std::string_view::npos;
}

bool is_space(char c) { return kSpace.find(c) != std::string_view::npos; }

// `open` is the offset of {{.
Parsed<Action> find_action(std::string_view text, std::size_t open) {
  Action action;
  action.begin = open + 2;
  if (text.size() > action.begin + 1 && text[action.begin] == '-' &&
      is_space(text[action.begin + 1])) {
    action.trim_left = true;
    ++action.begin;
  }
  const std::size_t inner = text.find_first_not_of(kSpace, action.begin);
  action.comment = inner != std::string_view::npos && text.substr(inner).starts_with("/*");
  std::size_t from = action.begin;
  if (action.comment) {
    from = text.find("*/", inner + 2);
    if (from == std::string_view::npos) {
      return Problem(TemplateProblem{open, "the comment has no end"});
    }
    from += 2;
  }
  const std::size_t close = find_close(text, from);
  if (close == std::string_view::npos) {
    return Problem(TemplateProblem{open, "the action has no closing }}"});
  }
  action.after = close + 2;
  action.end = close;
  if (close > from + 1 && text[close - 1] == '-' && is_space(text[close - 2])) {
    action.trim_right = true;
    --action.end;
  }
  if (action.comment && !trim(text.substr(from, action.end - from)).empty()) {
    return Problem(TemplateProblem{open, "expected }} behind the comment"});
  }
  return action;
}

// Between {{ and }}: "with" of " with query …", "" where no keyword begins it.
std::string_view keyword_of(std::string_view action) {
  const std::size_t begin = std::min(action.find_first_not_of(kSpace), action.size());
  action.remove_prefix(begin);
  for (const std::string_view keyword : {"with", "range", "else", "end"}) {
    if (!action.starts_with(keyword)) continue;
    const std::string_view behind = action.substr(keyword.size());
    if (behind.empty() || kSpace.find(behind.front()) != std::string_view::npos ||
        behind.front() == '"' || behind.front() == '`' || behind.front() == '$') {
      return keyword;
    }
  }
  return {};
}

class TemplateParser {
 public:
  explicit TemplateParser(std::string_view text) : text_(text) {}

  Parsed<std::vector<TemplatePiece>> run() {
    std::size_t position = 0;
    bool trim_next = false;
    while (true) {
      const std::size_t open = text_.find("{{", position);
      std::string_view literal = text_.substr(position, std::min(open, text_.size()) - position);
      if (std::exchange(trim_next, false)) {
        literal.remove_prefix(std::min(literal.find_first_not_of(kSpace), literal.size()));
      }
      if (open == std::string_view::npos) {
        add_text(literal);
        if (blocks_.empty()) return std::move(root_);
        return problem(blocks_.back().open, "it has no {{ end }}");
      }
      auto action = find_action(text_, open);
      if (!action) return std::unexpected(action.error());
      if (action->trim_left) {
        const std::size_t last = literal.find_last_not_of(kSpace);
        literal = literal.substr(0, last == std::string_view::npos ? 0 : last + 1);
      }
      add_text(literal);
      trim_next = action->trim_right;
      position = action->after;
      if (action->comment) continue;
      if (auto added = add(*action, open); !added) return std::unexpected(added.error());
      if (++count_ > kMaxPieces) return problem(open, "too many actions in one text");
    }
  }

 private:
  struct Block {
    TemplatePiece piece;
    std::size_t open = 0;
    TemplateScope scope;  // of its body
    bool in_else = false;
  };

  static Problem problem(std::size_t offset, std::string message) {
    return Problem(TemplateProblem{offset, std::move(message)});
  }

  std::vector<TemplatePiece>& pieces() {
    if (blocks_.empty()) return root_;
    Block& block = blocks_.back();
    return block.in_else ? block.piece.otherwise : block.piece.body;
  }

  // The dot is what the innermost with or range is about, but for their else.
  [[nodiscard]] TemplateScope scope() const {
    for (std::size_t i = blocks_.size(); i > 0; --i) {
      if (!blocks_[i - 1].in_else) return blocks_[i - 1].scope;
    }
    return {};
  }

  void add_text(std::string_view literal) {
    if (literal.empty()) return;
    TemplatePiece piece;
    piece.text = literal;
    pieces().push_back(std::move(piece));
  }

  Parsed<void> add(const Action& action, std::size_t open) {
    const std::string_view inside = text_.substr(action.begin, action.end - action.begin);
    const std::string_view keyword = keyword_of(inside);
    const std::size_t behind =
        keyword.empty() ? action.begin : action.begin + inside.find(keyword) + keyword.size();
    if (keyword == "else" || keyword == "end") {
      if (!trim(text_.substr(behind, action.end - behind)).empty()) {
        return problem(behind, "expected }} behind " + std::string(keyword));
      }
      return close(keyword, open);
    }
    auto pipeline = parse_pipeline(text_, behind, action.end, scope());
    if (!pipeline) return std::unexpected(pipeline.error());
    const auto asks = [](const TemplateCommand& command) { return command.query.has_value(); };
    queries_ += static_cast<std::size_t>(std::ranges::count_if(pipeline->commands, asks));
    if (queries_ > kMaxQueries) return problem(open, "too many queries in one text");
    Block block{{}, open, scope(), false};
    block.piece.pipeline = std::move(pipeline->commands);
    if (keyword.empty()) return add_action(std::move(block.piece), pipeline->type, behind);
    if (blocks_.size() == kMaxDepth) return problem(open, "with and range are nested too deep");
    block.piece.kind = TemplatePiece::Kind::with;
    block.scope.dot = pipeline->type;
    if (keyword == "range") {
      if (pipeline->type != TemplateType::vector) {
        return problem(behind, "range needs the result of a query");
      }
      block.piece.kind = TemplatePiece::Kind::range;
      block.scope = {TemplateType::sample, true};
    }
    blocks_.push_back(std::move(block));
    return {};
  }

  Parsed<void> add_action(TemplatePiece piece, TemplateType type, std::size_t offset) {
    if (type == TemplateType::vector || type == TemplateType::sample) {
      return problem(offset,
                     "expected a text or a number: the result of a query has them as "
                     "first | value and first | label \"name\"");
    }
    piece.kind = TemplatePiece::Kind::action;
    pieces().push_back(std::move(piece));
    return {};
  }

  Parsed<void> close(std::string_view keyword, std::size_t open) {
    if (blocks_.empty()) return problem(open, std::string(keyword) + " without with or range");
    Block& block = blocks_.back();
    if (keyword == "else") {
      if (block.in_else) return problem(open, "a second else");
      block.in_else = true;
      return {};
    }
    TemplatePiece piece = std::move(block.piece);
    blocks_.pop_back();
    pieces().push_back(std::move(piece));
    return {};
  }

  std::string_view text_;
  std::vector<TemplatePiece> root_;
  std::vector<Block> blocks_;  // that are open
  std::size_t count_ = 0;      // actions
  std::size_t queries_ = 0;
};

}  // namespace

std::expected<Template, TemplateProblem> Template::parse(std::string_view text) {
  auto pieces = TemplateParser(text).run();
  if (!pieces) return std::unexpected(pieces.error());
  return Template(std::make_shared<Parsed>(std::string(text), *pieces));
}

const std::vector<TemplatePiece>& Template::Parsed::pieces() const {
  std::call_once(once_, [this] { pieces_ = TemplateParser(text_).run().value(); });
  return pieces_;
}

}  // namespace clawvigil::alerts
