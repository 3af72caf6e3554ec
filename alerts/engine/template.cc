#include "alerts/engine/template.h"

#include <algorithm>
#include <optional>

#include "alerts/engine/go_format.h"
#include "alerts/engine/template_parts.h"
#include "exporter/base/strings.h"

namespace clawvigil::alerts {

namespace {

constexpr std::size_t kMaxLabelBytes = 256;

using Value = TemplateOperand::Constant;

struct Element {
  const promql::Labels& labels;
  double value;
};

Value resolve(const TemplateOperand& operand, const Element& element) {
  switch (operand.kind) {
    case TemplateOperand::Kind::value:
      return element.value;
    case TemplateOperand::Kind::label:
      return sanitize(element.labels.get(operand.label), kMaxLabelBytes);
    case TemplateOperand::Kind::constant:
      break;
  }
  return operand.constant;
}

std::string print(const Value& value) {
  if (const auto* number = std::get_if<double>(&value)) return go::shortest(*number);
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return std::to_string(*integer);
  return std::get<std::string>(value);
}

std::optional<double> to_number(const Value& value) {
  if (const auto* number = std::get_if<double>(&value)) return *number;
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*integer);
  return go::parse_float(std::get<std::string>(value));
}

// The parser has seen to it that the types fit the verbs.
std::string print_formatted(const std::vector<PrintfPart>& format, std::vector<Value> arguments) {
  std::string out;
  std::size_t next = 0;
  for (const PrintfPart& part : format) {
    out += part.before;
    if (part.verb == '\0') continue;
    const Value& argument = arguments.at(next++);
    const auto* number = std::get_if<double>(&argument);
    if (part.verb == 'q') {
      out += go::quoted(std::get<std::string>(argument));
    } else if (number != nullptr && part.verb != 'v') {
      out += go::with_precision(*number, part.verb, part.precision);
    } else {
      out += print(argument);
    }
  }
  return out;
}

std::optional<std::string> humanized(TemplateFunction function, const Value& argument) {
  const std::optional<double> number = to_number(argument);
  if (!number) return std::nullopt;
  switch (function) {
    case TemplateFunction::humanize:
      return go::humanize(*number);
    case TemplateFunction::humanize1024:
      return go::humanize1024(*number);
    case TemplateFunction::humanize_duration:
      return go::humanize_duration(*number);
    case TemplateFunction::humanize_percentage:
      return go::humanize_percentage(*number);
    case TemplateFunction::humanize_timestamp:
      return go::humanize_timestamp(*number);
    case TemplateFunction::none:
    case TemplateFunction::printf:
      break;
  }
  return std::nullopt;
}

// nullopt: a label that should be a number is none, or a number is no time.
std::optional<Value> run(const TemplateCommand& command, std::optional<Value> piped,
                         const Element& element) {
  std::vector<Value> arguments;
  arguments.reserve(command.arguments.size() + 1);
  for (const TemplateOperand& operand : command.arguments) {
    arguments.push_back(resolve(operand, element));
  }
  if (piped) arguments.push_back(*std::move(piped));
  if (command.function == TemplateFunction::none) return std::move(arguments.front());
  if (command.function == TemplateFunction::printf) {
    return print_formatted(command.format, std::move(arguments));
  }
  std::optional<std::string> text = humanized(command.function, arguments.front());
  if (!text) return std::nullopt;
  return Value(*std::move(text));
}

// As sanitize() cuts, but with the line feeds of the rule's own text left in place.
std::string cut(std::string text) {
  if (text.size() <= kMaxExpandedBytes) return text;
  static constexpr std::string_view kEllipsis = "…";
  std::size_t end = kMaxExpandedBytes - kEllipsis.size();
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  text.resize(end);
  return text.append(kEllipsis);
}

}  // namespace

const std::string& Template::text() const { return parsed_->text; }

bool Template::is_constant() const {
  return std::ranges::all_of(parsed_->pieces, &std::vector<TemplateCommand>::empty,
                             &TemplatePiece::pipeline);
}

bool Template::shows_value() const {
  for (const TemplatePiece& piece : parsed_->pieces) {
    for (const TemplateCommand& command : piece.pipeline) {
      const auto& arguments = command.arguments;
      if (std::ranges::count(arguments, TemplateOperand::Kind::value, &TemplateOperand::kind) > 0) {
        return true;
      }
    }
  }
  return false;
}

std::string Template::expand(const promql::Labels& labels, double value) const {
  const Element element{labels, value};
  std::string out;
  for (const TemplatePiece& piece : parsed_->pieces) {
    out += piece.text;
    if (piece.pipeline.empty()) continue;
    std::optional<Value> result;
    for (const TemplateCommand& command : piece.pipeline) {
      result = run(command, std::move(result), element);
      if (!result) return "<error expanding template: a value is not a number or no time>";
    }
    out += print(*result);
    if (out.size() > kMaxExpandedBytes) break;
  }
  return cut(std::move(out));
}

}  // namespace clawvigil::alerts
