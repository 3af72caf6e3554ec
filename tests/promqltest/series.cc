#include "tests/promqltest/series.h"

#include <charconv>
#include <cmath>
#include <utility>

#include "alerts/promql/literal.h"
#include "exporter/base/strings.h"

namespace clawvigil::promqltest {
namespace {

constexpr std::size_t kMaxRepeats = 1'000'000;

bool begins_labels(std::string_view text) {
  return text.starts_with('{') && !text.starts_with("{{");
}

// Where the labels end: behind the closing brace outside of quotes, or the first space.
std::size_t end_of_labels(std::string_view line) {
  char quote = '\0';
  bool inside = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quote != '\0') {
      if (c == '\\' && quote != '`') ++i;
      if (c == quote) quote = '\0';
    } else if (c == '"' || c == '\'' || c == '`') {
      quote = c;
    } else if (c == '{') {
      inside = true;
    } else if (c == '}' && inside) {
      return i + 1;
    } else if (!inside && (c == ' ' || c == '\t') && !begins_labels(trim(line.substr(i)))) {
      return i;
    }
  }
  return line.size();
}

Result<promql::Labels> parse_labels(std::string_view text) {
  if (text == "{}") return promql::Labels();
  // A selector of nothing but empty labels is none: give it a name, and take it off again.
  auto parsed = promql::Expression::parse(text);
  const bool nameless = !parsed && text.starts_with('{');
  if (nameless) parsed = promql::Expression::parse("x" + std::string(text));
  if (!parsed) return fail(Errc::parse, parsed.error().message);
  std::vector<promql::Label> labels;
  const std::vector<promql::SelectorUse> selectors = parsed->selectors();
  if (selectors.size() != 1) return fail(Errc::parse, "not a series: " + std::string(text));
  for (const promql::Matcher& matcher : selectors.front().matchers) {
    if (matcher.kind() != promql::Matcher::Kind::equal) {
      return fail(Errc::parse, "not a series: " + std::string(text));
    }
    if (nameless && matcher.name() == promql::kMetricName) continue;
    labels.push_back({matcher.name(), matcher.value()});
  }
  return promql::Labels(std::move(labels));
}

// {{...}} from the front of `text`; npos without an end.
std::size_t histogram_length(std::string_view text) {
  const std::size_t end = text.find("}}");
  return end == std::string_view::npos ? end : end + 2;
}

// The count behind an x, from the front of `text`.
std::optional<std::size_t> take_repeats(std::string_view& text) {
  if (!text.starts_with('x')) return std::nullopt;
  std::size_t count = 0;
  const auto [end, error] = std::from_chars(text.data() + 1, text.data() + text.size(), count);
  if (error != std::errc() || count > kMaxRepeats) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return count;
}

// A number from the front of `text`, with its sign.
std::optional<double> take_number(std::string_view& text) {
  std::size_t length = text.starts_with('+') || text.starts_with('-') ? 1 : 0;
  while (length < text.size()) {
    const char c = text[length];
    const bool exponent_sign = (c == '+' || c == '-') && length > 1 &&
                               (text[length - 1] == 'e' || text[length - 1] == 'E');
    if (c == 'x' || ((c == '+' || c == '-') && !exponent_sign)) break;
    ++length;
  }
  const std::optional<double> number = parse_signed(text.substr(0, length));
  if (number) text.remove_prefix(length);
  return number;
}

Result<void> add_histograms(std::string_view word, SeriesLine& line) {
  std::size_t repeats = 0;
  while (!word.empty()) {
    if (word.starts_with('+') || word.starts_with('-')) word.remove_prefix(1);
    if (word.starts_with("{{")) {
      const std::size_t length = histogram_length(word);
      if (length == std::string_view::npos) return fail(Errc::parse, "histogram without an end");
      word.remove_prefix(length);
      continue;
    }
    const std::optional<std::size_t> count = take_repeats(word);
    if (!count) return fail(Errc::parse, "not a histogram: " + std::string(word));
    repeats = *count;
  }
  line.values.insert(line.values.end(), repeats + 1, ScriptValue{0, true});
  return {};
}

Result<void> add_word(std::string_view word, SeriesLine& line) {
  const auto wrong = [&] { return fail(Errc::parse, "not a value: " + std::string(word)); };
  std::string_view rest = word;
  if (rest.starts_with("{{")) return add_histograms(rest, line);
  if (rest.starts_with('_') || rest.starts_with("stale")) {
    const bool gap = rest.starts_with('_');
    rest.remove_prefix(gap ? 1 : 5);
    std::size_t count = 1;
    if (!rest.empty()) {
      const std::optional<std::size_t> repeats = take_repeats(rest);
      if (!repeats || !rest.empty()) return wrong();
      count = *repeats + (gap ? 0 : 1);
    }
    std::optional<ScriptValue> value;
    if (!gap) value = ScriptValue{promql::stale_marker(), false};
    line.values.insert(line.values.end(), count, value);
    return {};
  }
  const std::optional<double> first = take_number(rest);
  if (!first) return wrong();
  if (rest.empty()) {
    line.values.emplace_back(ScriptValue{*first, false});
    return {};
  }
  const std::optional<double> step = rest.starts_with('x') ? 0.0 : take_number(rest);
  const std::optional<std::size_t> repeats = take_repeats(rest);
  if (!step || !repeats || !rest.empty()) return wrong();
  double value = *first;
  for (std::size_t i = 0; i <= *repeats; ++i) {
    line.values.emplace_back(ScriptValue{value, false});
    value += *step;
  }
  return {};
}

// Up to the next space outside of a histogram.
std::string_view take_word(std::string_view& text) {
  std::size_t length = 0;
  while (length < text.size() && text[length] != ' ' && text[length] != '\t') {
    const std::size_t histogram =
        text.substr(length).starts_with("{{") ? histogram_length(text.substr(length)) : 1;
    if (histogram == std::string_view::npos) break;
    length += histogram;
  }
  if (length == 0) length = text.size();
  const std::string_view word = text.substr(0, length);
  text.remove_prefix(length);
  text = trim(text);
  return word;
}

}  // namespace

std::optional<double> parse_signed(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  const std::optional<double> number = promql::parse_number(text);
  if (!number) return std::nullopt;
  return negative ? -*number : *number;
}

Result<promql::TimeMs> parse_time(std::string_view text) {
  const bool negative = text.starts_with('-');
  const std::string_view length = text.substr(negative ? 1 : 0);
  if (const auto duration = promql::parse_duration(length))
    return negative ? -*duration : *duration;
  const std::optional<double> seconds = promql::parse_number(length);
  if (!seconds || !(*seconds < 1e12)) {
    return fail(Errc::parse, "not a time: " + std::string(text));
  }
  return (negative ? -1 : 1) * std::llround(*seconds * 1000);
}

Result<SeriesLine> parse_series(std::string_view line) {
  const std::size_t end = end_of_labels(line);
  SeriesLine series;
  TRY_ASSIGN(series.labels, parse_labels(trim(line.substr(0, end))));
  std::string_view values = trim(line.substr(end));
  while (!values.empty()) {
    TRY(add_word(take_word(values), series));
  }
  return series;
}

}  // namespace clawvigil::promqltest
