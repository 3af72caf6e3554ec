# The revision shown by --version and clawvigil_build_info; "unknown" outside a git checkout.
execute_process(COMMAND git -C ${CMAKE_CURRENT_SOURCE_DIR} rev-parse --short=12 HEAD
                OUTPUT_VARIABLE CLAWVIGIL_REVISION OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT CLAWVIGIL_REVISION)
  set(CLAWVIGIL_REVISION unknown)
endif()
