#include "exporter/web/facts.h"

#include <algorithm>
#include <map>
#include <vector>

namespace clawvigil::web {

Html& Facts::begin(Phrase name) { return html_.raw("<div><dt>").text(name).raw("</dt><dd>"); }

void Facts::unknown(std::string_view family) { web::unknown(html_, view_, family); }

Facts& Facts::yes_no(Phrase name, std::string_view family, const Words& words) {
  begin(name);
  if (const std::optional<double> value = view_.value(family); !value) {
    unknown(family);
  } else if (*value > 0) {
    badge(html_, words.on_mark, words.on);
  } else {
    badge(html_, words.off_mark, words.off);
  }
  finish();
  return *this;
}

Facts& Facts::moment(Phrase name, std::string_view family) {
  begin(name);
  if (const std::optional<double> seconds = view_.value(family)) {
    html_.text(format_time(to_time(*seconds)));
  } else {
    unknown(family);
  }
  finish();
  return *this;
}

Facts& Facts::number(Phrase name, std::string_view family) {
  begin(name);
  const std::vector<Row> rows = view_.rows(family);
  double sum = 0;
  for (const Row& row : rows) sum += row.value();
  if (rows.empty() || (sum == 0 && view_.is_incomplete(family))) {
    unknown(family);
  } else {
    html_.text(format_count(sum));
  }
  finish();
  return *this;
}

Facts& Facts::info(Phrase name, std::string_view family, std::string_view label,
                   std::string_view bad_value) {
  begin(name);
  const std::vector<Row> rows = view_.rows(family);
  if (rows.empty()) unknown(family);
  for (const Row& row : rows) {
    const std::string_view value = row.label(label);
    badge(html_, value == bad_value ? Mark::bad : Mark::plain, value).raw(" ");
  }
  finish();
  return *this;
}

Facts& Facts::findings(Phrase name, std::string_view family, std::string_view label, Phrase none) {
  begin(name);
  const std::vector<Row> rows = view_.rows(family);
  const auto present = [](const Row& row) { return row.value() > 0; };
  if (rows.empty()) {
    unknown(family);
  } else if (std::ranges::none_of(rows, present)) {
    badge(html_, Mark::good, none);
  }
  for (const Row& row : rows) {
    if (present(row)) badge(html_, Mark::bad, row.label(label)).raw(" ");
  }
  finish();
  return *this;
}

Facts& Facts::counts(Phrase name, std::string_view family, std::string_view label, Phrase none) {
  begin(name);
  const std::vector<Row> rows = view_.rows(family);
  std::map<std::string, double> sums;
  for (const Row& row : rows) {
    if (row.value() > 0) sums[std::string(row.label(label))] += row.value();
  }
  if (rows.empty() || (sums.empty() && view_.is_incomplete(family))) {
    unknown(family);
  } else if (sums.empty()) {
    html_.text(none);
  }
  for (const auto& [value, sum] : sums) {
    badge(html_, Mark::plain, Sentence(value + " ") + format_count(sum)).raw(" ");
  }
  finish();
  return *this;
}

void unknown(Html& html, Phrase what) {
  html.raw("<p>");
  badge(html, Mark::unknown, kUnknown).raw(" ").text(what).raw("</p>");
}

void unknown(Html& html, const View& view, std::string_view family) {
  badge(html, Mark::unknown, kUnknown);
  const Sentence why = view.why_unknown(family);
  html.raw(" <small>");
  if (why.english == why.french) {
    html.english(why.english);
  } else {
    html.text(why);
  }
  html.raw("</small>");
}

}  // namespace clawvigil::web
