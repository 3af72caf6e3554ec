// Html: writes a page. Markup can only come from string literals, everything else is escaped, so a
// string from the host cannot become markup by any mistake that compiles.
#pragma once

#include <string>
#include <string_view>

#include "exporter/base/strings.h"
#include "exporter/web/style.h"

namespace clawvigil::web {

// A literal in the source code.
class Markup {
 public:
  template <std::size_t N>
  consteval Markup(const char (&literal)[N]) : text_(literal, N - 1) {}
  [[nodiscard]] std::string_view view() const { return text_; }

 private:
  std::string_view text_;
};

class Html {
 public:
  Html& raw(Markup markup) {
    out_.append(markup.view());
    return *this;
  }
  // Text or the inside of a double-quoted attribute.
  Html& text(std::string_view text) {
    out_.append(escape_html(text));
    return *this;
  }
  // The style sheet, byte for byte as security_headers() hashes it.
  Html& style() {
    out_.append("<style>").append(kStyle).append("</style>");
    return *this;
  }
  Html& append(const Html& other) {
    out_.append(other.out_);
    return *this;
  }
  // Whether this markup was written.
  [[nodiscard]] bool holds(Markup markup) const {
    return out_.find(markup.view()) != std::string::npos;
  }
  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

// How something is marked: always by a sign and a word, the colour only repeats it.
enum class Mark { plain, good, bad, unknown };

// For what is true or not.
struct Words {
  std::string_view on;
  Mark on_mark;
  std::string_view off;
  Mark off_mark;
};

inline Html& badge(Html& html, Mark mark, std::string_view word) {
  switch (mark) {
    case Mark::plain:
      return html.raw("<span class=\"b\">").text(word).raw("</span>");
    case Mark::good:
      return html.raw("<span class=\"b g\"><span aria-hidden=\"true\">\u2713</span> ")
          .text(word)
          .raw("</span>");
    case Mark::bad:
      return html.raw("<span class=\"b x\"><span aria-hidden=\"true\">\u25B2</span> ")
          .text(word)
          .raw("</span>");
    case Mark::unknown:
      return html.raw(R"(<span class="b u"><span aria-hidden="true">?</span> )")
          .text(word)
          .raw("</span>");
  }
  return html;
}

}  // namespace clawvigil::web
