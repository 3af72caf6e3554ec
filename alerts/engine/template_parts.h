// The parsed form of a template, shared by its parser and its expansion.
#pragma once

#include <cstdint>
#include <expected>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "alerts/engine/template.h"

namespace clawvigil::alerts {

enum class TemplateType {
  number,
  integer,
  text,
  vector,  // the result of a query
  sample,  // one of its elements
  none,    // the dot outside of with and range
};

// {{ $value }}, {{ $labels.name }}, a constant, {{ . }}, {{ .Value }} or {{ .Labels.name }}.
struct TemplateOperand {
  enum class Kind { value, label, constant, dot, dot_value, dot_label };
  using Constant = std::variant<double, std::int64_t, std::string>;
  Kind kind = Kind::constant;
  std::string label{};
  Constant constant{};
  std::size_t offset = 0;  // in the template
};

// One directive of a printf format, with the text before it.
struct PrintfPart {
  std::string before;
  char verb = '\0';  // '\0': only text
  int precision = -1;
  std::size_t begin = 0;  // of `before` in the format, where %% is two bytes
};

// The parts of a printf format; the error is a message.
[[nodiscard]] std::expected<std::vector<PrintfPart>, std::string> parse_printf(
    std::string_view format);
// Why a value of `type` does not go with the verb, or "".
[[nodiscard]] std::string_view misfit(const PrintfPart& part, TemplateType type);
// As {{ }} writes it, and as the verb does; misfit() has been asked.
[[nodiscard]] std::string print(const TemplateOperand::Constant& value);
[[nodiscard]] std::string print(const PrintfPart& part, const TemplateOperand::Constant& value);

// A query with the places of labels in it.
struct TemplateQuery {
  promql::Expression shape;         // with some text in the places
  std::vector<std::string> texts;   // around the places, one more than there are
  std::vector<std::string> labels;  // whose quoted values are put there
};

enum class TemplateFunction {
  none,  // the operand itself
  humanize,
  humanize1024,
  humanize_duration,
  humanize_percentage,
  humanize_timestamp,
  printf,
  query,
  first,
  value,
  label,
  sort_by_label,
};

// One stage of a pipeline; the result of the stage before is one more, last, argument.
struct TemplateCommand {
  TemplateFunction function = TemplateFunction::none;
  std::vector<TemplateOperand> arguments;
  std::vector<PrintfPart> format;
  std::size_t format_offset = 0;       // of its constant, in the template
  std::optional<TemplateQuery> query;  // has taken the arguments over
};

struct TemplatePipeline {
  std::vector<TemplateCommand> commands;
  TemplateType type = TemplateType::text;  // of its result
};

struct TemplatePiece {
  enum class Kind { text, action, with, range };
  Kind kind = Kind::text;
  std::string text;
  std::vector<TemplateCommand> pipeline;
  std::vector<TemplatePiece> body;       // of with and range
  std::vector<TemplatePiece> otherwise;  // behind their else
};

// What is asked of a template more often than it is expanded.
struct TemplateFacts {
  bool constant = true;
  bool shows_value = false;
  bool asks = false;
};
[[nodiscard]] TemplateFacts facts_of(const std::vector<TemplatePiece>& pieces);

// The pieces take many times the memory of the text, and most rules never have anything to say:
// they are made when they are first wanted, and stay. Any thread.
class Template::Parsed {
 public:
  // `pieces`: those of the text.
  Parsed(std::string text, const std::vector<TemplatePiece>& pieces)
      : text_(std::move(text)), facts_(facts_of(pieces)) {}

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] const TemplateFacts& facts() const { return facts_; }
  [[nodiscard]] const std::vector<TemplatePiece>& pieces() const;

 private:
  std::string text_;
  TemplateFacts facts_;
  mutable std::once_flag once_;
  mutable std::vector<TemplatePiece> pieces_;
};

// What a pipeline is surrounded by.
struct TemplateScope {
  TemplateType dot = TemplateType::none;
  bool repeats = false;  // it stands in a range
};

// What stands between {{ and }}, from `begin` to `end` of the template `text`.
[[nodiscard]] std::expected<TemplatePipeline, TemplateProblem> parse_pipeline(
    std::string_view text, std::size_t begin, std::size_t end, const TemplateScope& scope);

// The query that `source`, a constant or a printf of the template `text`, makes.
[[nodiscard]] std::expected<TemplateQuery, TemplateProblem> make_query(
    const TemplateCommand& source, std::string_view text);
// Puts the labels into their places and asks.
[[nodiscard]] Result<promql::Vector> answer(const TemplateQuery& query,
                                            const promql::Labels& labels, const AskQuery& ask);
// What it selects, without the matchers that labels are put into.
[[nodiscard]] std::vector<promql::SelectorUse> selectors_of(const TemplateQuery& query);

}  // namespace clawvigil::alerts
