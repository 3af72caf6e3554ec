// The parsed form of a template, shared by its parser and its expansion.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <variant>
#include <vector>

#include "alerts/engine/template.h"

namespace clawvigil::alerts {

// {{ $value }}, {{ $labels.name }} or a constant.
struct TemplateOperand {
  enum class Kind { value, label, constant };
  using Constant = std::variant<double, std::int64_t, std::string>;
  Kind kind = Kind::constant;
  std::string label;
  Constant constant;
};

// One directive of a printf format, with the text before it.
struct PrintfPart {
  std::string before;
  char verb = '\0';  // '\0': only text
  int precision = -1;
};

enum class TemplateType { number, integer, text };

// The parts of a printf format; the error is a message.
[[nodiscard]] std::expected<std::vector<PrintfPart>, std::string> parse_printf(
    std::string_view format);
// Why a value of `type` does not go with the verb, or "".
[[nodiscard]] std::string_view misfit(const PrintfPart& part, TemplateType type);

enum class TemplateFunction {
  none,  // the operand itself
  humanize,
  humanize1024,
  humanize_duration,
  humanize_percentage,
  humanize_timestamp,
  printf,
};

// One stage of a pipeline; the result of the stage before is one more, last, argument.
struct TemplateCommand {
  TemplateFunction function = TemplateFunction::none;
  std::vector<TemplateOperand> arguments;
  std::vector<PrintfPart> format;
};

struct TemplatePiece {
  std::string text;  // literal, if there is no pipeline
  std::vector<TemplateCommand> pipeline;
};

struct Template::Parsed {
  std::string text;
  std::vector<TemplatePiece> pieces;
};

}  // namespace clawvigil::alerts
