# The revision shown by --version and clawvigil_build_info; "unknown" outside a git checkout.
execute_process(COMMAND git -C ${CMAKE_CURRENT_SOURCE_DIR} rev-parse --short=12 HEAD
                OUTPUT_VARIABLE CLAWVIGIL_REVISION OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT CLAWVIGIL_REVISION)
  set(CLAWVIGIL_REVISION unknown)
endif()
# A commit or checkout writes the reflog: configure again, so that the revision is never stale.
execute_process(COMMAND git -C ${CMAKE_CURRENT_SOURCE_DIR} rev-parse --git-path logs/HEAD
                OUTPUT_VARIABLE reflog OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(reflog)
  cmake_path(ABSOLUTE_PATH reflog BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
  if(EXISTS ${reflog})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${reflog})
  endif()
endif()
set_source_files_properties(exporter/base/version.cc PROPERTIES COMPILE_DEFINITIONS
  "CLAWVIGIL_VERSION=\"${PROJECT_VERSION}\";CLAWVIGIL_REVISION=\"${CLAWVIGIL_REVISION}\"")
