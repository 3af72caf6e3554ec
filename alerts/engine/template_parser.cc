// The parser of templates: https://pkg.go.dev/text/template, the part that template.h lists.
#include <charconv>
#include <optional>
#include <utility>

#include "alerts/engine/go_format.h"
#include "alerts/engine/template_parts.h"
#include "exporter/base/strings.h"

namespace clawvigil::alerts {

namespace {

constexpr std::size_t kMaxPieces = 200;
constexpr std::size_t kMaxStages = 8;
constexpr std::size_t kShownBytes = 40;
constexpr std::string_view kSpace = " \t\r\n";

using Type = TemplateType;

using Problem = std::unexpected<TemplateProblem>;
template <class T>
using Parsed = std::expected<T, TemplateProblem>;

Type type_of(const TemplateOperand& operand) {
  if (operand.kind == TemplateOperand::Kind::value) return Type::number;
  if (operand.kind == TemplateOperand::Kind::label) return Type::text;
  if (std::holds_alternative<double>(operand.constant)) return Type::number;
  return std::holds_alternative<std::string>(operand.constant) ? Type::text : Type::integer;
}

bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

std::optional<TemplateFunction> function_of(std::string_view name) {
  using F = TemplateFunction;
  static constexpr std::pair<std::string_view, F> kFunctions[] = {
      {"humanize", F::humanize},
      {"humanize1024", F::humanize1024},
      {"humanizeDuration", F::humanize_duration},
      {"humanizePercentage", F::humanize_percentage},
      {"humanizeTimestamp", F::humanize_timestamp},
      {"printf", F::printf}};
  for (const auto& [known, function] : kFunctions) {
    if (known == name) return function;
  }
  return std::nullopt;
}

// What stands between {{ and }}. Offsets of problems count from the start of the template.
class ActionParser {
 public:
  ActionParser(std::string_view text, std::size_t begin, std::size_t end)
      : text_(text.substr(0, end)), position_(begin) {}

  Parsed<std::vector<TemplateCommand>> pipeline() {
    std::vector<TemplateCommand> stages;
    std::optional<Type> piped;
    while (true) {
      if (stages.size() == kMaxStages) return problem("too many stages in one pipeline");
      auto stage = command(piped);
      if (!stage) return std::unexpected(stage.error());
      stages.push_back(*std::move(stage));
      piped = result_;
      skip_space();
      if (at_end()) return stages;
      ++position_;  // the '|' that ended the command
    }
  }

 private:
  [[nodiscard]] Problem problem(std::string message) const {
    return problem_at(position_, std::move(message));
  }
  static Problem problem_at(std::size_t offset, std::string message) {
    return Problem(TemplateProblem{offset, std::move(message)});
  }
  [[nodiscard]] bool at_end() const { return position_ >= text_.size(); }
  void skip_space() {
    position_ = std::min(text_.find_first_not_of(kSpace, position_), text_.size());
  }
  // An identifier, with the '$' or '.' it begins with and the fields that follow.
  std::string_view word() {
    const std::size_t start = position_;
    while (!at_end() &&
           (is_name(text_[position_]) || text_[position_] == '.' || text_[position_] == '$')) {
      ++position_;
    }
    return text_.substr(start, position_ - start);
  }

  Parsed<TemplateCommand> command(std::optional<Type> piped) {
    skip_space();
    const std::size_t start = position_;
    TemplateCommand out;
    if (at_end() || text_[position_] == '|') return problem("expected a value or a function");
    if ((text_[position_] >= 'a' && text_[position_] <= 'z') ||
        (text_[position_] >= 'A' && text_[position_] <= 'Z')) {
      const std::string_view name = word();
      const auto function = function_of(name);
      if (!function) {
        return problem_at(start, '"' + sanitize(name, kShownBytes) +
                                     "\" is not supported here, expected humanize, humanize1024, "
                                     "humanizeDuration, humanizePercentage, humanizeTimestamp or "
                                     "printf");
      }
      out.function = *function;
    }
    for (skip_space(); !at_end() && text_[position_] != '|'; skip_space()) {
      auto next = operand();
      if (!next) return std::unexpected(next.error());
      out.arguments.push_back(*std::move(next));
    }
    return checked(std::move(out), piped, start);
  }

  Parsed<TemplateCommand> checked(TemplateCommand command, std::optional<Type> piped,
                                  std::size_t start) {
    const std::size_t count = command.arguments.size() + (piped ? 1 : 0);
    if (command.function == TemplateFunction::none) {
      if (piped) return problem_at(start, "a pipeline can only go into a function");
      if (count != 1) return problem_at(start, "expected one value or a function");
      result_ = type_of(command.arguments.front());
      return command;
    }
    result_ = Type::text;
    if (command.function == TemplateFunction::printf) {
      return checked_printf(std::move(command), piped, start);
    }
    if (count != 1) return problem_at(start, "expected exactly one argument");
    if (!command.arguments.empty()) {
      const TemplateOperand& only = command.arguments.front();
      const auto* text = std::get_if<std::string>(&only.constant);
      if (only.kind == TemplateOperand::Kind::constant && text != nullptr &&
          !go::parse_float(*text)) {
        return problem_at(start, "the constant is not a number");
      }
    }
    return command;
  }

  Parsed<TemplateCommand> checked_printf(TemplateCommand command, std::optional<Type> piped,
                                         std::size_t start) {
    if (command.arguments.empty() ||
        command.arguments.front().kind != TemplateOperand::Kind::constant ||
        type_of(command.arguments.front()) != Type::text) {
      return problem_at(start, "printf needs its format first, as a text in quotes");
    }
    const std::string format = std::get<std::string>(command.arguments.front().constant);
    command.arguments.erase(command.arguments.begin());
    auto parts = parse_printf(format);
    if (!parts) return problem_at(start, std::move(parts).error());
    command.format = *std::move(parts);
    std::vector<Type> types;
    types.reserve(command.arguments.size() + 1);
    for (const TemplateOperand& argument : command.arguments) types.push_back(type_of(argument));
    if (piped) types.push_back(*piped);
    std::size_t used = 0;
    for (const PrintfPart& part : command.format) {
      if (part.verb == '\0') continue;
      if (used == types.size()) return problem_at(start, "printf has fewer values than its format");
      if (const std::string_view wrong = misfit(part, types[used++]); !wrong.empty()) {
        return problem_at(start, "printf: " + std::string(wrong));
      }
    }
    if (used != types.size()) return problem_at(start, "printf has more values than its format");
    return command;
  }

  Parsed<TemplateOperand> operand() {
    const std::size_t start = position_;
    const char first = text_[position_];
    if (first == '"' || first == '`') return text_constant(first);
    const auto is_digit = [&](std::size_t at) {
      return at < text_.size() && text_[at] >= '0' && text_[at] <= '9';
    };
    if (first == '-' || first == '+' || is_digit(position_) ||
        (first == '.' && is_digit(position_ + 1))) {
      return number_constant();
    }
    const std::string_view name = word();
    constexpr std::string_view kLabels = "$labels.";
    if (name == "$value") return TemplateOperand{TemplateOperand::Kind::value, {}, 0.0};
    if (name.starts_with(kLabels)) {
      const std::string_view label = name.substr(kLabels.size());
      if (!label.empty() && label.find_first_of(".$") == std::string_view::npos) {
        return TemplateOperand{TemplateOperand::Kind::label, std::string(label), 0.0};
      }
    }
    const std::string_view shown = name.empty() ? text_.substr(start, 1) : name;
    return problem_at(start,
                      '"' + sanitize(shown, kShownBytes) +
                          "\" is not supported here, expected $value, $labels.name, a text in "
                          "quotes or a number");
  }

  Parsed<TemplateOperand> number_constant() {
    const std::size_t start = position_;
    const std::size_t end = std::min(text_.find_first_of(" \t\r\n|", start), text_.size());
    position_ = end;
    std::string_view number = text_.substr(start, end - start);
    if (number.starts_with('+')) number.remove_prefix(1);
    std::int64_t integer = 0;
    const char* const first = number.data();
    const char* const last = first + number.size();
    const auto [stop, error] = std::from_chars(first, last, integer);
    // Go reads a leading zero as octal: refused, so that nobody is surprised.
    const bool octal = number.size() > 1 && number.front() == '0' && is_name(number[1]);
    if (error == std::errc{} && stop == last && !octal) {
      return TemplateOperand{TemplateOperand::Kind::constant, {}, integer};
    }
    const auto value = go::parse_float(number);
    if (!value || octal || number.find_first_of("nN") != std::string_view::npos) {
      return problem_at(start, "expected a decimal number");
    }
    return TemplateOperand{TemplateOperand::Kind::constant, {}, *value};
  }

  Parsed<TemplateOperand> text_constant(char quote) {
    const std::size_t start = position_++;
    std::string value;
    for (; !at_end(); ++position_) {
      char c = text_[position_];
      if (c == quote) {
        ++position_;
        return TemplateOperand{TemplateOperand::Kind::constant, {}, std::move(value)};
      }
      if (c == '\\' && quote == '"') {
        static constexpr std::string_view kFrom = "nt\"\\";
        static constexpr std::string_view kTo = "\n\t\"\\";
        const std::size_t escape =
            ++position_ < text_.size() ? kFrom.find(text_[position_]) : std::string_view::npos;
        if (escape == std::string_view::npos) {
          return problem(R"(supported escapes are \n \t \" and \\)");
        }
        c = kTo[escape];
      }
      value += c;
    }
    return problem_at(start, "the text has no closing quote");
  }

  std::string_view text_;  // ends where the action ends
  std::size_t position_;
  Type result_ = Type::text;  // of the last command
};

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

void add_text(std::vector<TemplatePiece>& pieces, std::string_view text) {
  if (!text.empty()) pieces.push_back({std::string(text), {}});
}

}  // namespace

std::expected<Template, TemplateProblem> Template::parse(std::string_view text) {
  auto out = std::make_shared<Parsed>();
  out->text = text;
  std::size_t position = 0;
  bool trim_next = false;
  while (true) {
    const std::size_t open = text.find("{{", position);
    std::string_view literal = text.substr(position, std::min(open, text.size()) - position);
    if (std::exchange(trim_next, false)) {
      literal.remove_prefix(std::min(literal.find_first_not_of(kSpace), literal.size()));
    }
    if (open == std::string_view::npos) {
      add_text(out->pieces, literal);
      return Template(std::move(out));
    }
    auto action = find_action(text, open);
    if (!action) return std::unexpected(action.error());
    if (action->trim_left) {
      const std::size_t last = literal.find_last_not_of(kSpace);
      literal = literal.substr(0, last == std::string_view::npos ? 0 : last + 1);
    }
    add_text(out->pieces, literal);
    trim_next = action->trim_right;
    position = action->after;
    if (action->comment) continue;
    auto pipeline = ActionParser(text, action->begin, action->end).pipeline();
    if (!pipeline) return std::unexpected(pipeline.error());
    out->pieces.push_back({"", *std::move(pipeline)});
    if (out->pieces.size() > kMaxPieces) {
      return Problem(TemplateProblem{open, "too many actions in one text"});
    }
  }
}

}  // namespace clawvigil::alerts
