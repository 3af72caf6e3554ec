// Templates: any bytes are a template or a problem within the text; what is expanded is bounded and
// as valid as the template's own text; no label changes a query. The label is what follows a NUL.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "alerts/engine/template.h"
#include "exporter/base/strings.h"

namespace {

using namespace clawvigil;

// The same selectors but for the values of equality matchers that are the label's.
bool is_of(const promql::Expression& asked, const promql::Expression& loaded,
           const promql::Labels& labels) {
  const auto same = [&](const promql::Matcher& a, const promql::Matcher& b) {
    const auto is_value = [&](const promql::Label& label) { return label.value == a.value(); };
    return a.kind() == b.kind() && a.name() == b.name() &&
           (a.value() == b.value() || a.value().empty() ||
            std::ranges::any_of(labels.all(), is_value));
  };
  return std::ranges::equal(asked.selectors(), loaded.selectors(),
                            [&](const promql::SelectorUse& a, const promql::SelectorUse& b) {
                              return a.range == b.range && a.offset == b.offset &&
                                     std::ranges::equal(a.matchers, b.matchers, same);
                            });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  const std::string_view text = all.substr(0, all.find('\0'));
  const auto parsed = alerts::Template::parse(text);
  if (!parsed) {
    if (parsed.error().offset > size || parsed.error().message.empty()) std::abort();
    return 0;
  }
  const std::string hostile(all.substr(std::min(text.size() + 1, all.size())));
  const promql::Labels labels(
      std::vector<promql::Label>{{"a", "12"}, {"b", "x\n\xff"}, {"home", hostile}});
  const std::vector<promql::Expression> queries = parsed->queries();
  const auto ask = [&](const promql::Expression& asked) -> Result<promql::Vector> {
    if (std::ranges::none_of(queries, [&](const auto& loaded) {
          return asked.type() == loaded.type() && is_of(asked, loaded, labels);
        })) {
      std::abort();
    }
    if (size % 3 == 0) return promql::Vector();
    return promql::Vector{{labels, 1.5}, {promql::Labels(), 0}};
  };
  for (const double value : {0.0, -1.5, 1e300, 604800.0}) {
    const std::string expanded = parsed->expand(labels, value, ask);
    if (expanded.size() > alerts::kMaxExpandedBytes) std::abort();
    if (is_valid_utf8(text) && !is_valid_utf8(expanded)) std::abort();
  }
  return 0;
}
