# One interface target carries every compiler flag of the project.
add_library(clawvigil_flags INTERFACE)
target_compile_options(clawvigil_flags INTERFACE
  -pthread -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast
  -Woverloaded-virtual)
if(CLAWVIGIL_WERROR)
  target_compile_options(clawvigil_flags INTERFACE -Werror)
endif()
if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
  # libstdc++ 12 uses what it deprecates itself (std::get_temporary_buffer in stable_sort).
  target_compile_options(clawvigil_flags INTERFACE -Wthread-safety -Wno-deprecated-declarations)
endif()
if(CLAWVIGIL_HARDENING)
  target_compile_options(clawvigil_flags INTERFACE
    -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -D_GLIBCXX_ASSERTIONS -fstack-protector-strong
    -fstack-clash-protection -fcf-protection)
  target_link_options(clawvigil_flags INTERFACE -Wl,-z,relro,-z,now -pie -Wl,--as-needed)
endif()
if(CLAWVIGIL_SANITIZE)
  target_compile_options(clawvigil_flags INTERFACE
    -fsanitize=${CLAWVIGIL_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(clawvigil_flags INTERFACE -fsanitize=${CLAWVIGIL_SANITIZE})
  if(CLAWVIGIL_SANITIZE MATCHES undefined)
    # A null pointer ends the program without that check as well, and it is a sixth of the build.
    target_compile_options(clawvigil_flags INTERFACE -fno-sanitize=null,vptr)
  endif()
  if(CLAWVIGIL_SANITIZE MATCHES thread AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    # The one fence, of the SQLite VFS, orders memory shared with other processes: not TSan's matter.
    target_compile_options(clawvigil_flags INTERFACE -Wno-tsan)
  endif()
endif()
if(CLAWVIGIL_FUZZ)
  target_compile_options(clawvigil_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(CLAWVIGIL_COVERAGE)
  target_compile_options(clawvigil_flags INTERFACE --coverage -O0)
  target_link_options(clawvigil_flags INTERFACE --coverage)
endif()
# A compiler's cache where one fills up, precompiled headers where everything is compiled anew, as in
# a fresh clone: with them the cache would be of less use.
if(DEFINED ENV{CI})
  set(use_ccache OFF)
else()
  set(use_ccache ON)
endif()
option(CLAWVIGIL_CCACHE "Compile through ccache if it is installed" ${use_ccache})
find_program(CCACHE ccache)
if(CCACHE AND CLAWVIGIL_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
elseif(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  # What nearly every file includes. The JSON library is not: every file would pay for it.
  set(precompiled_headers
      <algorithm> <array> <chrono> <cstdint> <expected> <functional> <map> <memory> <optional> <set>
      <span> <string> <string_view> <variant> <vector>)
  # Below so many KiB the compiler does not look for garbage, which took a tenth of its time.
  target_compile_options(clawvigil_flags INTERFACE "SHELL:--param ggc-min-heapsize=1000000")
endif()
