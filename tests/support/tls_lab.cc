#include "tests/support/tls_lab.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "exporter/host/byte_stream.h"
#include "tests/support/http_server.h"
#include "tests/support/program.h"

namespace clawvigil::test {

namespace {

constexpr std::string_view kScript = R"sh(
set -eu
exec >make.log 2>&1
cat >ca.cnf <<END
[ca]
default_ca = here
[here]
database = index
serial = serial
new_certs_dir = .
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = optional
END
: >index; echo 1000 >serial
authority() { # NAME ISSUER START END
  openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out $1.key
  openssl req -new -key $1.key -subj /CN=$1 -out $1.csr -config /dev/null -batch
  printf 'basicConstraints=critical,CA:TRUE\nsubjectKeyIdentifier=hash\n' >$1.ext
  if [ $1 = $2 ]; then signer="-selfsign -keyfile $1.key"; else signer="-cert $2.pem -keyfile $2.key"; fi
  openssl ca -config ca.cnf -batch -notext $signer -in $1.csr -out $1.pem -extfile $1.ext \
    -startdate $3 -enddate $4
}
leaf() { # NAME ISSUER START END KEY EXTENSIONS
  openssl req -new -key $5 -subj /CN=claw.test -out $1.csr -config /dev/null -batch
  printf "$6\n" >$1.ext
  openssl ca -config ca.cnf -batch -notext -cert $2.pem -keyfile $2.key -in $1.csr \
    -out $1.leaf.pem -extfile $1.ext -startdate $3 -enddate $4
  cat $1.leaf.pem $2.pem >$1.pem
}
soon=$(date -u -d '+5 days' +%Y%m%d%H%M%SZ)
past=20200101000000Z; then=20210101000000Z; next=20900101000000Z; far=20990101000000Z
authority root root $past $far
authority intermediate root $past $far
authority aged root $past $then
authority stranger stranger $past $far
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024 -out weak.key
name=subjectAltName=DNS:claw.test
leaf valid intermediate $past $far key.pem $name,DNS:*.wild.test,IP:127.0.0.1
leaf second intermediate $past $far key.pem subjectAltName=DNS:second.test
leaf ending intermediate $past $soon key.pem $name
leaf expired intermediate $past $then key.pem $name
leaf not_yet_valid intermediate $next $far key.pem $name
leaf wrong_name intermediate $past $far key.pem subjectAltName=DNS:other.test
leaf common_name intermediate $past $far key.pem keyUsage=digitalSignature
leaf incomplete intermediate $past $far key.pem $name
cp incomplete.leaf.pem incomplete.pem
leaf old_intermediate aged $past $far key.pem $name
leaf foreign stranger $past $far key.pem $name
leaf weak intermediate $past $far weak.key $name
leaf client_only intermediate $past $far key.pem "$name\nextendedKeyUsage=clientAuth"
openssl req -x509 -new -key key.pem -subj /CN=claw.test -addext $name -days 3650 \
  -out self_signed.pem
cat valid.pem >huge.pem
for i in $(seq 400); do cat intermediate.pem; done >>huge.pem
)sh";

// With every path below the directory, so that no root is needed.
std::string nginx_config(const std::string& directory, const std::string& servers) {
  std::string text = "daemon off;\nworker_processes 1;\nerror_log stderr;\npid " + directory +
                     "/nginx.pid;\nevents {}\nhttp {\naccess_log off;\n";
  for (const char* kind : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"}) {
    text += std::string(kind) + "_temp_path " + directory + "/" + kind + ";\n";
  }
  return text + "default_type text/html;\n" + servers + "}\n";
}

}  // namespace

bool TlsLab::available() { return has_program("openssl") && has_program("nginx"); }

TlsLab::TlsLab() {
  directory_.write("make.sh", kScript);
  const std::string command = "cd " + directory_.path() + " && sh make.sh";
  if (std::system(command.c_str()) != 0) ADD_FAILURE() << read_all(directory_ / "make.log");
}

std::string TlsLab::with(const std::string& kind) const {
  return "ssl_certificate " + path(kind) + "; ssl_certificate_key " +
         (kind == "weak" ? directory_ / "weak.key" : path("key")) + ";";
}

void TlsLab::serve(const std::string& servers, const std::string& address, std::uint16_t port) {
  directory_.write("nginx.conf", nginx_config(directory_.path(), servers));
  nginx_.reset();
  nginx_ = start_program({"nginx", "-p", directory_.path(), "-c", directory_ / "nginx.conf"},
                         directory_ / "nginx.log");
  sockaddr_in target{};
  target.sin_family = AF_INET;
  target.sin_port = htons(port);
  ::inet_pton(AF_INET, address.c_str(), &target.sin_addr);
  const bool up = eventually([&] {
    const auto deadline = SystemClock{}.now().steady + std::chrono::seconds(1);
    const auto* const raw = reinterpret_cast<const sockaddr*>(&target);
    return host::connect_socket(raw, sizeof target, deadline).has_value();
  });
  EXPECT_TRUE(up) << read_all(directory_ / "nginx.log");
}

std::string TlsLab::judge(const std::string& address, const std::string& name) const {
  const std::string command = "openssl s_client -connect " + address + ":443 -servername " + name +
                              " -CAfile " + path("root") +
                              " -verify_return_error -brief </dev/null 2>&1";
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(command.c_str(), "r"), &::pclose);
  std::string said;
  for (int c = std::fgetc(pipe.get()); c != EOF; c = std::fgetc(pipe.get())) {
    said += static_cast<char>(c);
  }
  const std::size_t at = said.find("verify error:");
  if (at != std::string::npos) return said.substr(at, said.find('\n', at) - at);
  return said.find("Verification: OK") != std::string::npos ? "" : said;
}

}  // namespace clawvigil::test
