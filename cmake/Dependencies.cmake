# Debian packages only; ./quickstart installs them.
find_package(Threads REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(prometheus-cpp REQUIRED COMPONENTS core)
find_package(yaml-cpp REQUIRED)
find_package(CLI11 REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(OpenSSL REQUIRED)  # its headers; the library is loaded when it is needed
find_package(simdjson REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(libsystemd REQUIRED IMPORTED_TARGET libsystemd)
pkg_check_modules(libcap REQUIRED IMPORTED_TARGET libcap)
pkg_check_modules(libgcrypt REQUIRED IMPORTED_TARGET libgcrypt gpg-error)
pkg_check_modules(libgit2 REQUIRED libgit2)  # its headers; the library is loaded when it is needed
pkg_check_modules(zstd REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(lz4 REQUIRED IMPORTED_TARGET liblz4)  # lists of packages apt keeps compressed
pkg_check_modules(lzma REQUIRED IMPORTED_TARGET liblzma)
pkg_check_modules(re2 REQUIRED IMPORTED_TARGET re2)
pkg_check_modules(xxhash REQUIRED IMPORTED_TARGET libxxhash)
find_package(civetweb REQUIRED)
find_library(cctz_library cctz REQUIRED)  # has neither a CMake nor a pkg-config file
