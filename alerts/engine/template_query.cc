// The queries of templates: what makes their text, and why no label can change them.
#include <algorithm>
#include <utility>

#include "alerts/engine/go_format.h"
#include "alerts/engine/template_parts.h"
#include "exporter/base/strings.h"

namespace clawvigil::alerts {

namespace {

using Problem = std::unexpected<TemplateProblem>;
using Kind = TemplateOperand::Kind;

constexpr std::string_view kPlace = "$label";  // stands for a label's value in the shape
constexpr std::size_t kMaxMessageBytes = 300;

// For every byte of the constant that begins at `literal`, and for its end, where it stands in the
// template.
std::vector<std::size_t> offsets_of(std::string_view text, std::size_t literal) {
  std::vector<std::size_t> offsets;
  const char quote = text[literal];
  std::size_t at = literal + 1;
  for (; at < text.size() && text[at] != quote; ++at) {
    offsets.push_back(at);
    if (text[at] == '\\' && quote == '"') ++at;
  }
  offsets.push_back(at);
  return offsets;
}

// Builds the shape's text, and remembers where each byte of it comes from.
class QueryText {
 public:
  explicit QueryText(std::string_view text) : template_(text) {}

  void constant(const TemplateOperand& operand) {
    text_ = std::get<std::string>(operand.constant);
    offsets_ = offsets_of(template_, operand.offset);
    texts_ = {text_};
  }

  std::expected<void, TemplateProblem> formatted(const TemplateCommand& printf) {
    const std::vector<std::size_t> offsets = offsets_of(template_, printf.format_offset);
    texts_.emplace_back();
    std::size_t argument = 0;
    for (const PrintfPart& part : printf.format) {
      std::size_t at = part.begin;
      for (const char c : part.before) {
        add({&c, 1}, offsets.at(at));
        at += c == '%' ? 2 : 1;
      }
      if (part.verb == '\0') continue;
      const TemplateOperand& operand = printf.arguments.at(argument++);
      if (operand.kind == Kind::constant) {
        add(print(part, operand.constant), operand.offset);
      } else if (operand.kind == Kind::label && part.verb == 'q') {
        const std::string shown = go::quoted(kPlace);
        text_ += shown;
        offsets_.insert(offsets_.end(), shown.size(), offsets.at(at));
        texts_.emplace_back();
        labels_.push_back(operand.label);
      } else {
        return Problem({operand.offset,
                        operand.kind == Kind::label
                            ? "a label goes into a query as %q only: any other way its value could "
                              "become a part of the query"
                            : "only constants and labels go into a query"});
      }
    }
    offsets_.push_back(offsets.back());
    return {};
  }

  std::expected<TemplateQuery, TemplateProblem> parsed() && {
    auto shape = promql::Expression::parse(text_);
    if (!shape) {
      const promql::ParseProblem& found = shape.error();
      return problem(found.offset, sanitize(found.message, kMaxMessageBytes) +
                                       (found.unsupported ? " (not supported by clawvigil)" : ""));
    }
    if (shape->type() != promql::ValueType::vector && shape->type() != promql::ValueType::scalar) {
      return problem(0, "it must give a vector or a number");
    }
    if (places_in(*shape) != labels_.size()) {
      return problem(0,
                     "a label must be the whole value of a matcher, as in {home=%q}, and cannot "
                     "choose the metric");
    }
    return TemplateQuery{*std::move(shape), std::move(texts_), std::move(labels_)};
  }

 private:
  void add(std::string_view text, std::size_t offset) {
    text_ += text;
    texts_.back() += text;
    offsets_.insert(offsets_.end(), text.size(), offset);
  }

  [[nodiscard]] Problem problem(std::size_t offset, const std::string& message) const {
    return Problem({offsets_.at(std::min(offset, offsets_.size() - 1)), "query: " + message});
  }

  static std::size_t places_in(const promql::Expression& shape);

  std::string_view template_;
  std::string text_;
  std::vector<std::size_t> offsets_;
  std::vector<std::string> texts_;
  std::vector<std::string> labels_;
};

bool is_place(const promql::Matcher& matcher) {
  using MatcherKind = promql::Matcher::Kind;
  return matcher.value() == kPlace && matcher.name() != promql::kMetricName &&
         (matcher.kind() == MatcherKind::equal || matcher.kind() == MatcherKind::not_equal);
}

std::size_t QueryText::places_in(const promql::Expression& shape) {
  std::size_t places = 0;
  for (const promql::SelectorUse& selector : shape.selectors()) {
    places += static_cast<std::size_t>(std::ranges::count_if(selector.matchers, is_place));
  }
  return places;
}

}  // namespace

std::expected<TemplateQuery, TemplateProblem> make_query(const TemplateCommand& source,
                                                         std::string_view text) {
  QueryText made(text);
  if (source.function == TemplateFunction::printf) {
    if (auto formatted = made.formatted(source); !formatted) {
      return std::unexpected(formatted.error());
    }
  } else if (source.arguments.front().kind == Kind::constant) {
    made.constant(source.arguments.front());
  } else {
    return Problem({source.arguments.front().offset,
                    "a query is a constant, or printf \"…\" $labels.name | query"});
  }
  return std::move(made).parsed();
}

Result<promql::Vector> answer(const TemplateQuery& query, const promql::Labels& labels,
                              const AskQuery& ask) {
  if (!ask) return fail(Errc::unsupported, "nothing answers queries here");
  if (query.labels.empty()) return ask(query.shape);
  std::string text = query.texts.front();
  for (std::size_t i = 0; i < query.labels.size(); ++i) {
    text += go::quoted(labels.get(query.labels[i])) + query.texts[i + 1];
  }
  const auto parsed = promql::Expression::parse(text);
  if (!parsed) return fail(Errc::parse, parsed.error().message);  // it is too long
  return ask(*parsed);
}

std::vector<promql::SelectorUse> selectors_of(const TemplateQuery& query) {
  std::vector<promql::SelectorUse> selectors = query.shape.selectors();
  for (promql::SelectorUse& selector : selectors) std::erase_if(selector.matchers, is_place);
  return selectors;
}

}  // namespace clawvigil::alerts
