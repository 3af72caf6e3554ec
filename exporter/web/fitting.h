// Parts of the page one after the other, as long as there is room. In place of one that is named
// stands the command that says the same; the others are counted.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

#include "exporter/web/page.h"

namespace clawvigil::web {

struct Part {
  std::string_view id;
  Phrase title;
  Markup command;
};

class Fitting {
 public:
  // Bytes of what stands in place of a named part; `room` is without them.
  static constexpr std::size_t kSaidInstead = 350;

  Fitting(Html& html, std::size_t room) : html_(html), room_(room) {}

  // False if there was no room for it. A part that writes nothing always fits.
  [[nodiscard]] bool add(const std::function<void(Html&)>& write) {
    Html part(html_.language());
    write(part);
    if (html_.size() + part.size() > room_ + said_instead_) return false;
    html_.append(part);
    return true;
  }
  void add_or_count(const std::function<void(Html&)>& write) {
    if (!add(write)) ++left_out_;
  }
  bool add_or_say(const Part& part, const std::function<void(Html&)>& write) {
    if (add(write)) return true;
    const std::size_t before = html_.size();
    page::begin_card(html_, part.id, part.title);
    html_.raw("<p>").text({"There is no room for this on the page today. In the terminal: ",
                           "La page n'a plus de place pour cela aujourd'hui. Au terminal\u00A0: "});
    html_.raw(part.command).raw("</p>");
    page::end_card(html_);
    said_instead_ += html_.size() - before;
    return false;
  }
  void say_what_is_left_out() {
    if (left_out_ == 0) return;
    html_.raw("<p class=\"note\">").text(format_count(static_cast<double>(left_out_)));
    html_.text(left_out_ == 1
                   ? Phrase{" more part is left out to keep this page small. All of it: ",
                            " partie de plus est omise pour garder cette page légère. Le "
                            "tout\u00A0: "}
                   : Phrase{" more parts are left out to keep this page small. All of it: ",
                            " parties de plus sont omises pour garder cette page légère. Le "
                            "tout\u00A0: "});
    html_.raw("<code class=\"c\">sudo clawvigil check</code></p>");
  }

 private:
  Html& html_;
  std::size_t room_;
  std::size_t said_instead_ = 0;
  std::size_t left_out_ = 0;
};

}  // namespace clawvigil::web
