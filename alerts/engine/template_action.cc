// The parser of what stands between {{ and }}: operands, functions and their types.
#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "alerts/engine/go_format.h"
#include "alerts/engine/template_parts.h"
#include "exporter/base/strings.h"

namespace clawvigil::alerts {

namespace {

constexpr std::size_t kMaxStages = 8;
constexpr std::size_t kShownBytes = 40;
constexpr std::string_view kSpace = " \t\r\n";

using Type = TemplateType;
using Kind = TemplateOperand::Kind;
using F = TemplateFunction;

using Problem = std::unexpected<TemplateProblem>;
template <class T>
using Parsed = std::expected<T, TemplateProblem>;

enum class Takes { number, text, vector, sample };  // number: or a text that is one

struct Signature {
  std::string_view name;
  F function;
  Type result;
  std::size_t count;
  std::array<Takes, 2> takes;
};

constexpr Signature kSignatures[] = {
    {"humanize", F::humanize, Type::text, 1, {Takes::number}},
    {"humanize1024", F::humanize1024, Type::text, 1, {Takes::number}},
    {"humanizeDuration", F::humanize_duration, Type::text, 1, {Takes::number}},
    {"humanizePercentage", F::humanize_percentage, Type::text, 1, {Takes::number}},
    {"humanizeTimestamp", F::humanize_timestamp, Type::text, 1, {Takes::number}},
    {"printf", F::printf, Type::text, 0, {}},  // checked by its format
    {"query", F::query, Type::vector, 1, {Takes::text}},
    {"first", F::first, Type::sample, 1, {Takes::vector}},
    {"value", F::value, Type::number, 1, {Takes::sample}},
    {"label", F::label, Type::text, 2, {Takes::text, Takes::sample}},
    {"sortByLabel", F::sort_by_label, Type::vector, 2, {Takes::text, Takes::vector}}};

const Signature* signature_of(std::string_view name) {
  const auto* const found = std::ranges::find(kSignatures, name, &Signature::name);
  return found == std::end(kSignatures) ? nullptr : found;
}

// What is missing where `type` does not do, or "".
std::string_view misfit(Takes takes, Type type) {
  switch (takes) {
    case Takes::number:
      return type == Type::vector || type == Type::sample ? "a number" : "";
    case Takes::text:
      return type == Type::text ? "" : "a text";
    case Takes::vector:
      return type == Type::vector ? "" : "the result of a query";
    case Takes::sample:
      return type == Type::sample ? "" : "one element of a result, which first gives";
  }
  return "";
}

bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// Offsets of problems count from the start of the template.
class ActionParser {
 public:
  ActionParser(std::string_view text, std::size_t begin, std::size_t end,
               const TemplateScope& scope)
      : whole_(text), text_(text.substr(0, end)), position_(begin), scope_(scope) {}

  Parsed<TemplatePipeline> pipeline() {
    TemplatePipeline out;
    std::optional<TemplateOperand> plain;  // goes into the next function as its last argument
    std::optional<Type> piped;
    for (std::size_t stage = 0;; ++stage) {
      if (stage == kMaxStages) return problem("too many stages in one pipeline");
      skip_space();
      const std::size_t start = position_;
      auto next = command(std::move(plain), piped);
      if (!next) return std::unexpected(next.error());
      if (next->function == F::query) {
        if (auto made = to_query(*next, out.commands, start); !made) {
          return std::unexpected(made.error());
        }
      }
      skip_space();
      if (!at_end() && next->function == F::none) {
        plain = std::move(next->arguments.front());
      } else {
        out.commands.push_back(*std::move(next));
        plain.reset();
        piped = result_;
      }
      if (at_end()) break;
      ++position_;  // the '|' that ended the command
    }
    out.type = result_;
    return out;
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

  [[nodiscard]] Type type_of(const TemplateOperand& operand) const {
    switch (operand.kind) {
      case Kind::value:
      case Kind::dot_value:
        return Type::number;
      case Kind::label:
      case Kind::dot_label:
        return Type::text;
      case Kind::dot:
        return scope_.dot;
      case Kind::constant:
        break;
    }
    if (std::holds_alternative<double>(operand.constant)) return Type::number;
    return std::holds_alternative<std::string>(operand.constant) ? Type::text : Type::integer;
  }

  Parsed<TemplateCommand> command(std::optional<TemplateOperand> plain, std::optional<Type> piped) {
    const std::size_t start = position_;
    TemplateCommand out;
    const Signature* signature = nullptr;
    if (at_end() || text_[position_] == '|') return problem("expected a value or a function");
    if ((text_[position_] >= 'a' && text_[position_] <= 'z') ||
        (text_[position_] >= 'A' && text_[position_] <= 'Z')) {
      const std::string_view name = word();
      signature = signature_of(name);
      if (signature == nullptr) {
        std::vector<std::string_view> known;
        for (const Signature& one : kSignatures) known.push_back(one.name);
        return problem_at(start, '"' + sanitize(name, kShownBytes) +
                                     "\" is not supported here, expected " + join(known, ", "));
      }
      out.function = signature->function;
    }
    for (skip_space(); !at_end() && text_[position_] != '|'; skip_space()) {
      auto next = operand();
      if (!next) return std::unexpected(next.error());
      out.arguments.push_back(*std::move(next));
    }
    if (signature == nullptr) {
      if (piped || plain) return problem_at(start, "a pipeline can only go into a function");
      if (out.arguments.size() != 1) return problem_at(start, "expected one value or a function");
      result_ = type_of(out.arguments.front());
      return out;
    }
    if (plain) out.arguments.push_back(*std::move(plain));
    result_ = signature->result;
    if (out.function == F::printf) return checked_printf(std::move(out), piped, start);
    return checked(std::move(out), *signature, piped, start);
  }

  Parsed<TemplateCommand> checked(TemplateCommand command, const Signature& signature,
                                  std::optional<Type> piped, std::size_t start) {
    std::vector<Type> types;
    for (const TemplateOperand& argument : command.arguments) types.push_back(type_of(argument));
    if (piped) types.push_back(*piped);
    if (types.size() != signature.count) {
      return problem_at(start, std::string("expected exactly ") +
                                   (signature.count == 1 ? "one argument" : "two arguments"));
    }
    for (std::size_t i = 0; i < types.size(); ++i) {
      const std::string_view needed = misfit(signature.takes.at(i), types[i]);
      if (!needed.empty()) {
        return problem_at(start, std::string(signature.name) + " needs " + std::string(needed));
      }
    }
    if (signature.takes.front() == Takes::number && !command.arguments.empty()) {
      const TemplateOperand& only = command.arguments.front();
      const auto* text = std::get_if<std::string>(&only.constant);
      if (only.kind == Kind::constant && text != nullptr && !go::parse_float(*text)) {
        return problem_at(start, "the constant is not a number");
      }
    }
    return command;
  }

  Parsed<TemplateCommand> checked_printf(TemplateCommand command, std::optional<Type> piped,
                                         std::size_t start) {
    if (command.arguments.empty() || command.arguments.front().kind != Kind::constant ||
        type_of(command.arguments.front()) != Type::text) {
      return problem_at(start, "printf needs its format first, as a text in quotes");
    }
    auto parts = parse_printf(std::get<std::string>(command.arguments.front().constant));
    if (!parts) return problem_at(start, std::move(parts).error());
    command.format_offset = command.arguments.front().offset;
    command.arguments.erase(command.arguments.begin());
    command.format = *std::move(parts);
    std::vector<Type> types;
    for (const TemplateOperand& argument : command.arguments) types.push_back(type_of(argument));
    if (piped) types.push_back(*piped);
    std::size_t used = 0;
    for (const PrintfPart& part : command.format) {
      if (part.verb == '\0') continue;
      if (used == types.size()) return problem_at(start, "printf has fewer values than its format");
      if (const auto wrong = alerts::misfit(part, types[used++]); !wrong.empty()) {
        return problem_at(start, "printf: " + std::string(wrong));
      }
    }
    if (used != types.size()) return problem_at(start, "printf has more values than its format");
    return command;
  }

  // The query takes over the constant, or the printf before it, that makes its text.
  Parsed<void> to_query(TemplateCommand& query, std::vector<TemplateCommand>& before,
                        std::size_t start) const {
    if (scope_.repeats) {
      return problem_at(start, "a query in a range would be asked for every element");
    }
    TemplateCommand source;
    if (!query.arguments.empty()) {
      source.arguments = std::exchange(query.arguments, {});
    } else if (before.size() == 1 && before.front().function == F::printf) {
      source = std::move(before.front());
      before.clear();
    } else {
      return problem_at(start, "a query is a constant, or printf \"…\" $labels.name | query");
    }
    auto made = make_query(source, whole_);
    if (!made) return std::unexpected(made.error());
    query.query = *std::move(made);
    return {};
  }

  Parsed<TemplateOperand> operand() {
    const std::size_t start = position_;
    auto found = operand_at(text_[start]);
    if (found) found->offset = start;
    return found;
  }

  Parsed<TemplateOperand> operand_at(char first) {
    const std::size_t start = position_;
    if (first == '"' || first == '`') return text_constant(first);
    const auto is_digit = [&](std::size_t at) {
      return at < text_.size() && text_[at] >= '0' && text_[at] <= '9';
    };
    if (first == '-' || first == '+' || is_digit(position_) ||
        (first == '.' && is_digit(position_ + 1))) {
      return number_constant();
    }
    const std::string_view name = word();
    if (name == "$value") return TemplateOperand{.kind = Kind::value};
    if (auto label = after(name, "$labels.")) {
      return TemplateOperand{.kind = Kind::label, .label = *std::move(label)};
    }
    if (name == "." && scope_.dot != Type::none) return TemplateOperand{.kind = Kind::dot};
    if (scope_.dot == Type::sample) {
      if (name == ".Value") return TemplateOperand{.kind = Kind::dot_value};
      if (auto label = after(name, ".Labels.")) {
        return TemplateOperand{.kind = Kind::dot_label, .label = *std::move(label)};
      }
    }
    if (first == '(') {
      return problem_at(start,
                        "parentheses are not supported: write what is in them first, as in "
                        "printf \"…\" $labels.name | query");
    }
    const std::string_view shown = name.empty() ? text_.substr(start, 1) : name;
    return problem_at(start,
                      '"' + sanitize(shown, kShownBytes) +
                          "\" is not supported here, expected $value, $labels.name, a text in "
                          "quotes or a number");
  }

  // The one name that follows `prefix`.
  static std::optional<std::string> after(std::string_view name, std::string_view prefix) {
    if (!name.starts_with(prefix) || name.size() == prefix.size()) return std::nullopt;
    name.remove_prefix(prefix.size());
    if (name.find_first_of(".$") != std::string_view::npos) return std::nullopt;
    return std::string(name);
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
      return TemplateOperand{.constant = integer};
    }
    const auto value = go::parse_float(number);
    if (!value || octal || number.find_first_of("nN") != std::string_view::npos) {
      return problem_at(start, "expected a decimal number");
    }
    return TemplateOperand{.constant = *value};
  }

  Parsed<TemplateOperand> text_constant(char quote) {
    const std::size_t start = position_++;
    std::string value;
    for (; !at_end(); ++position_) {
      char c = text_[position_];
      if (c == quote) {
        ++position_;
        return TemplateOperand{.constant = std::move(value)};
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

  std::string_view whole_;
  std::string_view text_;  // ends where the action ends
  std::size_t position_;
  TemplateScope scope_;
  Type result_ = Type::text;  // of the last command
};

}  // namespace

std::expected<TemplatePipeline, TemplateProblem> parse_pipeline(std::string_view text,
                                                                std::size_t begin, std::size_t end,
                                                                const TemplateScope& scope) {
  return ActionParser(text, begin, end, scope).pipeline();
}

}  // namespace clawvigil::alerts
