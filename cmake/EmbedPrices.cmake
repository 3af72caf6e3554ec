# Writes bundled_prices.cc: the price list as a string literal.
#   cmake -DOUTPUT=… -DPRICES=<file> -P EmbedPrices.cmake
cmake_minimum_required(VERSION 3.25)
include(${CMAKE_CURRENT_LIST_DIR}/HexLiteral.cmake)
hex_literal(${PRICES} text)
file(WRITE ${OUTPUT}
"// Written by cmake/EmbedPrices.cmake.
#include \"exporter/config/prices.h\"

std::string_view clawvigil::config::shipped_prices_text() {
  return {
${text}};
}
")
