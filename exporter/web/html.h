// Html: writes a page in one language. Markup can only come from string literals, everything else
// is escaped, so a string from the host cannot become markup by any mistake that compiles. Nor can
// words be forgotten in one language: markup holds none, and texts are phrases (phrase.h).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "exporter/base/result.h"
#include "exporter/base/strings.h"
#include "exporter/web/phrase.h"
#include "exporter/web/style.h"

namespace clawvigil::web {

// A literal in the source code. Outside of its tags no letter may stand, but in <code>, where there
// are names and commands; nor a text in an attribute that is read out.
class Markup {
 public:
  template <std::size_t N>
  consteval Markup(const char (&literal)[N]) : text_(literal, N - 1) {
    if (has_words(text_)) throw "words in markup: use text({english, french})";
  }
  [[nodiscard]] std::string_view view() const { return text_; }

 private:
  static consteval bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }
  static consteval bool has_words(std::string_view text) {
    // A piece may begin within a tag that another one has begun.
    bool in_tag = text.starts_with('"') || text.find('>') < text.find('<');
    bool in_code = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
      const std::string_view rest = text.substr(i);
      if (rest.starts_with("<code")) in_code = true;
      if (rest.starts_with("</code")) in_code = false;
      for (const std::string_view said : {"aria-label=\"", "title=\"", "alt=\""}) {
        if (!rest.starts_with(said) || rest.size() == said.size()) continue;
        if (is_letter(rest[said.size()])) return true;
      }
      if (text[i] == '<') {
        in_tag = true;
      } else if (text[i] == '>') {
        in_tag = false;
      } else if (!in_tag && !in_code && is_letter(text[i])) {
        return true;
      }
    }
    return false;
  }

  std::string_view text_;
};

class Html {
 public:
  explicit Html(Language language = Language::english) : language_(language) {}

  Html& raw(Markup markup) {
    out_.append(markup.view());
    return *this;
  }
  // Text or the inside of a double-quoted attribute.
  Html& text(Phrase phrase) {
    out_.append(escape_html(phrase.in(language_)));
    return *this;
  }
  // What the host or a program says in English only, marked as such where the page is not.
  Html& english(std::string_view text) {
    if (language_ == Language::english) return this->text(text);
    return raw("<span lang=\"en\">").text(text).raw("</span>");
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
  [[nodiscard]] Language language() const { return language_; }
  [[nodiscard]] std::size_t size() const { return out_.size(); }
  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  Language language_;
  std::string out_;
};

// How something is marked: always by a word; a sign, which the style sheet puts before it, and the
// colour only repeat it.
enum class Mark { plain, good, bad, warning, unknown };

// For what is true or not.
struct Words {
  Phrase on;
  Mark on_mark;
  Phrase off;
  Mark off_mark;
};

inline constexpr Phrase kUnknown{"Unknown", "Inconnu"};
// Between two texts.
inline constexpr Phrase kColon{": ", "\u00A0: "};

// Why something is unknown, in a word or two.
constexpr Phrase name_of(Errc reason) {
  switch (reason) {
    case Errc::not_found:
      return {"not there", "absent"};
    case Errc::denied:
      return {"no permission", "accès refusé"};
    case Errc::unsupported:
      return {"not supported", "non pris en charge"};
    case Errc::too_large:
      return {"too large", "trop grand"};
    case Errc::timeout:
      return {"too slow", "trop lent"};
    case Errc::parse:
      return {"not understood", "incompris"};
    case Errc::unsafe:
      return {"unsafe", "douteux"};
    case Errc::busy:
      return {"busy", "occupé"};
    default:
      return {"failed", "échec"};
  }
}

inline Html& badge(Html& html, Mark mark, Phrase word) {
  switch (mark) {
    case Mark::plain:
      return html.raw("<span class=\"b\">").text(word).raw("</span>");
    case Mark::good:
      return html.raw("<span class=\"b g\">").text(word).raw("</span>");
    case Mark::bad:
      return html.raw("<span class=\"b x\">").text(word).raw("</span>");
    case Mark::warning:
      return html.raw("<span class=\"b w\">").text(word).raw("</span>");
    case Mark::unknown:
      return html.raw("<span class=\"b u\">").text(word).raw("</span>");
  }
  return html;
}

}  // namespace clawvigil::web
