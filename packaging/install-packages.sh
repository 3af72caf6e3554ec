# Sourced by quickstart and run-tests: installs Debian packages, quickly when there is nothing to do.
# shellcheck shell=bash

die() {
  echo "${0##*/}: $*" >&2
  exit 1
}

# shellcheck disable=SC2034 # used by the scripts that source this file
build_packages=(
  g++ cmake ninja-build pkg-config git ca-certificates prometheus-cpp-dev libcivetweb-dev
  nlohmann-json3-dev libsystemd-dev libsimdjson-dev libyaml-cpp-dev libcli11-dev libsqlite3-dev
  libssl-dev libgcrypt20-dev libcap-dev libzstd-dev liblz4-dev liblzma-dev libxxhash-dev
  libre2-dev zlib1g-dev libcrypt-dev libcurl4-openssl-dev libgit2-dev libcctz-dev tzdata
)

# The packages among the arguments that are not installed, one a line.
missing_packages() {
  local package
  for package in "$@"; do
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] ||
      echo "$package"
  done
}

install_packages() {
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    die "this script needs Debian 12 or 13 with apt; elsewhere install these and use cmake: $*"
  fi
  local missing
  mapfile -t missing < <(missing_packages "$@")
  ((${#missing[@]} > 0)) || return 0
  local as_root=()
  if [[ $EUID -ne 0 ]]; then
    command -v sudo >/dev/null ||
      die "root or sudo is needed once, to run: apt-get install ${missing[*]}"
    as_root=(sudo)
  fi
  echo "installing: ${missing[*]}" >&2
  local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get
    -qq -o DPkg::Lock::Timeout=600)
  # The lists may be absent or old: they are fetched only when the first try fails.
  local install=("${apt[@]}" install -y --no-install-recommends "${missing[@]}")
  if ! "${install[@]}" >/dev/null 2>&1 </dev/null; then
    "${apt[@]}" update </dev/null || die "apt-get update failed"
    "${install[@]}" >/dev/null </dev/null || die "apt-get could not install: ${missing[*]}"
  fi
}
