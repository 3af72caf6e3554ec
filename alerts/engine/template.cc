#include "alerts/engine/template.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "alerts/engine/go_format.h"
#include "alerts/engine/template_parts.h"
#include "exporter/base/strings.h"

namespace clawvigil::alerts {

namespace {

constexpr std::size_t kMaxLabelBytes = 256;

using Constant = TemplateOperand::Constant;

// The result of a query, and one of its elements; what they are of is immutable.
using Answer = std::shared_ptr<const promql::Vector>;
struct Sample {
  Answer of;
  std::size_t at = 0;
  [[nodiscard]] const promql::VectorSample& operator*() const { return (*of)[at]; }
};
using Value = std::variant<double, std::int64_t, std::string, Answer, Sample>;

Value to_value(const Constant& constant) {
  return std::visit([](const auto& value) -> Value { return value; }, constant);
}

// The parser has seen to it that it is a number or a text.
Constant to_constant(Value value) {
  if (const auto* number = std::get_if<double>(&value)) return *number;
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return *integer;
  return std::get<std::string>(std::move(value));
}

std::string shown_label(const promql::Labels& labels, std::string_view name) {
  return sanitize(labels.get(name), kMaxLabelBytes);
}

// As Go's templates see it: what is empty or zero is false.
bool holds(const Value& value) {
  if (const auto* number = std::get_if<double>(&value)) return *number != 0;
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return *integer != 0;
  if (const auto* text = std::get_if<std::string>(&value)) return !text->empty();
  const auto* answer = std::get_if<Answer>(&value);
  return answer == nullptr || !(*answer)->empty();
}

std::optional<double> to_number(const Value& value) {
  if (const auto* number = std::get_if<double>(&value)) return *number;
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*integer);
  return go::parse_float(std::get<std::string>(value));
}

Answer sorted_by(const std::string& label, const Answer& answer) {
  auto sorted = std::make_shared<promql::Vector>(*answer);
  std::ranges::stable_sort(
      *sorted, {}, [&](const promql::VectorSample& sample) { return sample.labels.get(label); });
  return sorted;
}

std::optional<std::string> humanized(TemplateFunction function, double number) {
  switch (function) {
    case TemplateFunction::humanize:
      return go::humanize(number);
    case TemplateFunction::humanize1024:
      return go::humanize1024(number);
    case TemplateFunction::humanize_duration:
      return go::humanize_duration(number);
    case TemplateFunction::humanize_percentage:
      return go::humanize_percentage(number);
    default:
      return go::humanize_timestamp(number);
  }
}

// One expansion. A problem ends it: the whole text is the problem then, as in Prometheus.
class Expansion {
 public:
  Expansion(const promql::Labels& labels, double value, const AskQuery& ask)
      : labels_(labels), value_(value), ask_(ask) {}

  std::string run(const std::vector<TemplatePiece>& pieces) {
    expand(pieces, 0.0);
    return error_.empty() ? std::move(out_) : "<error expanding template: " + error_ + ">";
  }

 private:
  [[nodiscard]] bool done() const { return !error_.empty() || out_.size() > kMaxExpandedBytes; }

  void expand(const std::vector<TemplatePiece>& pieces, const Value& dot) {
    for (const TemplatePiece& piece : pieces) {
      if (done()) return;
      expand(piece, dot);
    }
  }

  void expand(const TemplatePiece& piece, const Value& dot) {
    out_ += piece.text;
    if (piece.kind == TemplatePiece::Kind::text) return;
    std::optional<Value> result;
    for (const TemplateCommand& command : piece.pipeline) {
      result = run(command, std::move(result), dot);
      if (!result) return;
    }
    if (piece.kind == TemplatePiece::Kind::action) {
      out_ += print(to_constant(*std::move(result)));
    } else if (!holds(*result)) {
      expand(piece.otherwise, dot);
    } else if (piece.kind == TemplatePiece::Kind::with) {
      expand(piece.body, *result);
    } else {
      const Answer& answer = std::get<Answer>(*result);
      for (std::size_t i = 0; i < answer->size() && !done(); ++i) {
        expand(piece.body, Sample{answer, i});
      }
    }
  }

  Value resolve(const TemplateOperand& operand, const Value& dot) {
    switch (operand.kind) {
      case TemplateOperand::Kind::value:
        return value_;
      case TemplateOperand::Kind::label:
        return shown_label(labels_, operand.label);
      case TemplateOperand::Kind::dot:
        return dot;
      case TemplateOperand::Kind::dot_value:
        return (*std::get<Sample>(dot)).value;
      case TemplateOperand::Kind::dot_label:
        return shown_label((*std::get<Sample>(dot)).labels, operand.label);
      case TemplateOperand::Kind::constant:
        break;
    }
    return to_value(operand.constant);
  }

  // The parser has seen to number and types of the arguments. nullopt: error_ is set.
  std::optional<Value> run(const TemplateCommand& command, std::optional<Value> piped,
                           const Value& dot) {
    std::vector<Value> arguments;
    arguments.reserve(command.arguments.size() + 1);
    for (const TemplateOperand& operand : command.arguments) {
      arguments.push_back(resolve(operand, dot));
    }
    if (piped) arguments.push_back(*std::move(piped));
    switch (command.function) {
      case TemplateFunction::none:
        return std::move(arguments.front());
      case TemplateFunction::printf:
        return formatted(command.format, std::move(arguments));
      case TemplateFunction::query:
        return ask(*command.query);
      case TemplateFunction::first:
        return first(std::get<Answer>(arguments.front()));
      case TemplateFunction::value:
        return (*std::get<Sample>(arguments.front())).value;
      case TemplateFunction::label:
        return shown_label((*std::get<Sample>(arguments.back())).labels,
                           std::get<std::string>(arguments.front()));
      case TemplateFunction::sort_by_label:
        return sorted_by(std::get<std::string>(arguments.front()),
                         std::get<Answer>(arguments.back()));
      default:
        return human(command.function, arguments.front());
    }
  }

  static Value formatted(const std::vector<PrintfPart>& format, std::vector<Value> arguments) {
    std::string text;
    std::size_t next = 0;
    for (const PrintfPart& part : format) {
      text += part.before;
      if (part.verb != '\0') text += print(part, to_constant(std::move(arguments.at(next++))));
    }
    return text;
  }

  std::optional<Value> ask(const TemplateQuery& query) {
    Result<promql::Vector> result = answer(query, labels_, ask_);
    if (!result) return failed("error calling query: " + sanitize(result.error().message));
    return std::make_shared<const promql::Vector>(*std::move(result));
  }

  std::optional<Value> first(const Answer& answer) {
    if (!answer->empty()) return Sample{answer, 0};
    return failed("error calling first: first() called on vector with no elements");
  }

  std::optional<Value> human(TemplateFunction function, const Value& argument) {
    const std::optional<double> number = to_number(argument);
    std::optional<std::string> text = number ? humanized(function, *number) : std::nullopt;
    if (text) return *std::move(text);
    return failed("a value is not a number or no time");
  }

  std::optional<Value> failed(std::string message) {
    error_ = std::move(message);
    return std::nullopt;
  }

  const promql::Labels& labels_;
  double value_;
  const AskQuery& ask_;
  std::string out_;
  std::string error_;
};

// As sanitize() cuts, but with the line feeds of the rule's own text left in place.
std::string cut(std::string text) {
  if (text.size() <= kMaxExpandedBytes) return text;
  static constexpr std::string_view kEllipsis = "…";
  std::size_t end = kMaxExpandedBytes - kEllipsis.size();
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  text.resize(end);
  return text.append(kEllipsis);
}

void each_command(const std::vector<TemplatePiece>& pieces,
                  const std::function<void(const TemplateCommand&)>& visit) {
  for (const TemplatePiece& piece : pieces) {
    std::ranges::for_each(piece.pipeline, visit);
    each_command(piece.body, visit);
    each_command(piece.otherwise, visit);
  }
}

}  // namespace

TemplateFacts facts_of(const std::vector<TemplatePiece>& pieces) {
  TemplateFacts facts;
  facts.constant = std::ranges::all_of(
      pieces, [](const TemplatePiece& piece) { return piece.kind == TemplatePiece::Kind::text; });
  each_command(pieces, [&](const TemplateCommand& command) {
    const auto& arguments = command.arguments;
    facts.shows_value =
        facts.shows_value ||
        std::ranges::count(arguments, TemplateOperand::Kind::value, &TemplateOperand::kind) > 0;
    facts.asks = facts.asks || command.query.has_value();
  });
  return facts;
}

const std::string& Template::text() const { return parsed_->text(); }
bool Template::is_constant() const { return parsed_->facts().constant; }
bool Template::shows_value() const { return parsed_->facts().shows_value; }
bool Template::asks() const { return parsed_->facts().asks; }

std::vector<promql::Expression> Template::queries() const {
  std::vector<promql::Expression> queries;
  if (!asks()) return queries;
  each_command(parsed_->pieces(), [&](const TemplateCommand& command) {
    if (command.query) queries.push_back(command.query->shape);
  });
  return queries;
}

std::vector<promql::SelectorUse> Template::selectors() const {
  std::vector<promql::SelectorUse> all;
  if (!asks()) return all;
  each_command(parsed_->pieces(), [&](const TemplateCommand& command) {
    if (command.query) std::ranges::move(selectors_of(*command.query), std::back_inserter(all));
  });
  return all;
}

std::string Template::expand(const promql::Labels& labels, double value,
                             const AskQuery& ask) const {
  return cut(Expansion(labels, value, ask).run(parsed_->pieces()));
}

}  // namespace clawvigil::alerts
