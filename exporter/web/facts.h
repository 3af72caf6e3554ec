// A list of facts, a name and what is known about it each. What has no sample is shown as unknown,
// with the reason.
#pragma once

#include <string>
#include <string_view>

#include "exporter/web/html.h"
#include "exporter/web/view.h"

namespace clawvigil::web {

class Facts {
 public:
  Facts(Html& html, const View& view) : html_(html), view_(view) {
    html_.raw("<dl class=\"facts\">");
  }
  void end() { html_.raw("</dl>"); }

  // The first sample, above 0 or not.
  Facts& yes_no(Phrase name, std::string_view family, const Words& words);
  // The first sample, seconds since 1970.
  Facts& moment(Phrase name, std::string_view family);
  // The sum of the samples.
  Facts& number(Phrase name, std::string_view family);
  // An info family: the values of one of its labels; one of them may be bad.
  Facts& info(Phrase name, std::string_view family, std::string_view label,
              std::string_view bad_value = {});
  // A family with one sample per finding, above 0 where it is present.
  Facts& findings(Phrase name, std::string_view family, std::string_view label, Phrase none);
  // The same, with how many of each: "token 3".
  Facts& counts(Phrase name, std::string_view family, std::string_view label, Phrase none);
  // For anything else, between begin() and finish().
  Html& begin(Phrase name);
  void finish() { html_.raw("</dd></div>"); }
  void unknown(std::string_view family);

 private:
  Html& html_;
  const View& view_;
};

// A paragraph: a badge "Unknown" and what is.
void unknown(Html& html, Phrase what);
// A badge "Unknown" and why the family has no sample.
void unknown(Html& html, const View& view, std::string_view family);

}  // namespace clawvigil::web
