# Adds the texts of alerts/ to the target as a generated source; written again when a file changes,
# comes or goes.
function(clawvigil_embed_rules target)
  set(rules ${PROJECT_SOURCE_DIR}/alerts/rules)
  set(translations ${PROJECT_SOURCE_DIR}/alerts/translations)
  set(runbook ${PROJECT_SOURCE_DIR}/alerts/RUNBOOK.md)
  file(GLOB texts CONFIGURE_DEPENDS ${rules}/*.yml ${translations}/*.yml)
  set(output ${PROJECT_BINARY_DIR}/generated/bundled_data.cc)
  set(script ${PROJECT_SOURCE_DIR}/cmake/EmbedText.cmake)
  # Lists what is embedded: a removed file changes it, and with it the output.
  string(REPLACE ";" "\n" listed "${texts}")
  file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/generated/bundled_files.txt CONTENT "${listed}\n"
       @ONLY)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${output} -DRULES=${rules} -DTRANSLATIONS=${translations}
            -DRUNBOOK=${runbook} -P ${script}
    DEPENDS ${texts} ${runbook} ${script} ${PROJECT_SOURCE_DIR}/cmake/HexLiteral.cmake
            ${PROJECT_BINARY_DIR}/generated/bundled_files.txt
    VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()

# Adds the price list to the target in the same way.
function(clawvigil_embed_prices target)
  set(prices ${PROJECT_SOURCE_DIR}/exporter/config/prices.yml)
  set(output ${PROJECT_BINARY_DIR}/generated/bundled_prices.cc)
  set(script ${PROJECT_SOURCE_DIR}/cmake/EmbedPrices.cmake)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${output} -DPRICES=${prices} -P ${script}
    DEPENDS ${prices} ${script} ${PROJECT_SOURCE_DIR}/cmake/HexLiteral.cmake
    VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()
