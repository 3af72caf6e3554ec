// Debian's control file syntax (deb822(5)): paragraphs of fields, separated by empty lines.
//
//   Package: curl
//   Status: install ok installed
//   Description: command line tool
//    a line that continues the field above
#pragma once

#include <string_view>

#include "collectors/parse/lines.h"
#include "exporter/base/strings.h"

namespace clawvigil::parse {

// The value on the first line of the field, trimmed; "" if there is none. Names match in any case;
// of a repeated field the last one counts, as for apt.
[[nodiscard]] std::string_view control_field(std::string_view paragraph, std::string_view name);

// Takes the next paragraph off `text`; "" at the end. Comment lines ('#') are part of it.
[[nodiscard]] std::string_view next_paragraph(std::string_view& text);

// Calls visit(name, value) for each field of the paragraph, continuation lines left out.
template <class Visit>
void for_each_field(std::string_view paragraph, Visit visit);

template <class Visit>
void for_each_field(std::string_view paragraph, Visit visit) {
  while (!paragraph.empty()) {
    const std::string_view line = take_line(paragraph);
    if (line.empty() || line.front() == ' ' || line.front() == '\t' || line.front() == '#') {
      continue;
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    visit(trim(line.substr(0, colon)), trim(line.substr(colon + 1)));
  }
}

}  // namespace clawvigil::parse
