// Labels of strangers for whatever puts labels into another language.
#pragma once

#include <string>
#include <vector>

namespace clawvigil::test {

// Values of labels that would be something else if they got out of their quotes.
inline const std::vector<std::string> kHostileLabels{"plain",
                                                     R"t(a"b)t",
                                                     R"t(} or vector(1))t",
                                                     R"t("} or vector(1) or share{name=")t",
                                                     R"t(\)t",
                                                     R"t(\" or vector(1) # )t",
                                                     "$labels.name {{ $value }}",
                                                     "%q%s%!",
                                                     "it's `raw`",
                                                     "dépensé 💸",
                                                     "a\u200bb\u202ec\u00a0d",
                                                     ".*"};

}  // namespace clawvigil::test
