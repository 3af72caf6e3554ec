# Writes bundled_data.cc: the rule files, the translations and the runbook as string literals.
#   cmake -DOUTPUT=… -DRULES=<directory> -DTRANSLATIONS=<directory> -DRUNBOOK=<file>
#         -P EmbedText.cmake
cmake_minimum_required(VERSION 3.25)
include(${CMAKE_CURRENT_LIST_DIR}/HexLiteral.cmake)
function(append_texts directory exclude array)
  file(GLOB files ${directory}/*.yml)
  list(SORT files)
  set(entries "")
  foreach(file ${files})
    get_filename_component(name ${file} NAME)
    if(exclude AND name MATCHES "${exclude}")
      continue()
    endif()
    hex_literal(${file} text)
    string(APPEND entries "    BundledText{\"${name}\",\n${text}\"\"},\n")
  endforeach()
  set(${array} "${entries}" PARENT_SCOPE)
endfunction()

append_texts(${RULES} "\\.test\\.yml$" rules)
append_texts(${TRANSLATIONS} "" translations)
hex_literal(${RUNBOOK} runbook)
file(WRITE ${OUTPUT}
"// Written by cmake/EmbedText.cmake.
#include <vector>

#include \"alerts/engine/bundled.h\"

namespace clawvigil::alerts {

std::span<const BundledText> bundled_rules() {
  static const std::vector<BundledText> kTexts{
${rules}  };
  return kTexts;
}

std::span<const BundledText> bundled_translations() {
  static const std::vector<BundledText> kTexts{
${translations}  };
  return kTexts;
}

std::string_view bundled_runbook() {
  return
${runbook}\"\";
}

}  // namespace clawvigil::alerts
")
