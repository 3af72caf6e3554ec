// The formats of printf in templates: the verbs that rules need, checked against their values.
#include <charconv>

#include "alerts/engine/go_format.h"
#include "alerts/engine/template_parts.h"

namespace clawvigil::alerts {

namespace {

constexpr int kMaxPrecision = 20;
constexpr std::string_view kVerbs = "svdfegq";

bool is_floating(char verb) { return verb == 'f' || verb == 'e' || verb == 'g'; }

}  // namespace

std::expected<std::vector<PrintfPart>, std::string> parse_printf(std::string_view format) {
  std::vector<PrintfPart> parts(1);
  for (std::size_t i = 0; i < format.size(); ++i) {
    PrintfPart& part = parts.back();
    if (format[i] != '%') {
      part.before += format[i];
      continue;
    }
    ++i;
    if (i < format.size() && format[i] == '%') {
      part.before += '%';
      continue;
    }
    if (i < format.size() && format[i] == '.') {
      const char* const first = format.data() + i + 1;
      const auto [stop, error] =
          std::from_chars(first, format.data() + format.size(), part.precision);
      if (error != std::errc{} || part.precision > kMaxPrecision || part.precision < 0) {
        return std::unexpected("printf: a precision must be a number from 0 to 20");
      }
      i += 1 + static_cast<std::size_t>(stop - first);
    }
    if (i >= format.size() || kVerbs.find(format[i]) == std::string_view::npos) {
      return std::unexpected("printf: supported are %s %v %d %f %e %g %q %% and a precision");
    }
    part.verb = format[i];
    parts.emplace_back().begin = i + 1;
  }
  return parts;
}

std::string_view misfit(const PrintfPart& part, TemplateType type) {
  const bool floating = is_floating(part.verb);
  if (type == TemplateType::vector || type == TemplateType::sample) {
    return "it needs a text or a number: first, value and label give them";
  }
  if (part.precision >= 0 && !floating) return "only %f, %e and %g take a precision";
  if (part.verb == 'v') return {};
  if (part.verb == 'd') {
    return type == TemplateType::integer ? "" : "%d needs a whole number; for $value write %.0f";
  }
  if (floating) {
    return type == TemplateType::number ? "" : "%f, %e and %g need $value or a number with a point";
  }
  return type == TemplateType::text ? "" : "%s and %q need a text; for $value write %v or %.2f";
}

std::string print(const TemplateOperand::Constant& value) {
  if (const auto* number = std::get_if<double>(&value)) return go::shortest(*number);
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return std::to_string(*integer);
  return std::get<std::string>(value);
}

std::string print(const PrintfPart& part, const TemplateOperand::Constant& value) {
  if (part.verb == 'q') return go::quoted(std::get<std::string>(value));
  const auto* number = std::get_if<double>(&value);
  if (number == nullptr || part.verb == 'v') return print(value);
  return go::with_precision(*number, part.verb, part.precision);
}

}  // namespace clawvigil::alerts
