// The collector "tls" against a real nginx, in a network of its own so that it has ports 80 and
// 443.
#include "collectors/tls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "tests/support/collector_harness.h"
#include "tests/support/net_namespace.h"
#include "tests/support/tls_lab.h"
#include "tests/support/unknown_text.h"

namespace clawvigil::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kSuccess = "clawvigil_tls_probe_success";
constexpr std::string_view kFailure = "clawvigil_tls_probe_failure_info";
constexpr std::string_view kChain = "clawvigil_tls_chain_valid";
constexpr std::string_view kProblem = "clawvigil_tls_chain_problem_info";
constexpr std::string_view kName = "clawvigil_tls_name_valid";
constexpr std::string_view kHeader = "clawvigil_http_security_header_present";
constexpr std::string_view kRedirects = "clawvigil_http_redirects_to_https";
constexpr std::string_view kAuth = "clawvigil_http_auth_required";

class Tls : public TlsLabTest {
 protected:
  // Others in a row: 127.0.1.1, 127.0.1.2, …
  TlsEndpoint& add(const std::string& name, const std::string& host = "claw.test") {
    const std::string address =
        "127.0.1." + std::to_string(harness_.config.tls.endpoints.size() + 1);
    addresses_[name] = address;
    return harness_.config.tls.endpoints.emplace_back(
        TlsEndpoint{name, "https://" + host + "/", address + ":443", lab->path("root"), false});
  }
  // A server block for the endpoint.
  void serve(const std::string& name, const std::string& content, const std::string& host = "_") {
    servers_ += "server { listen " + addresses_[name] + ":443 ssl; server_name " + host +
                "; ssl_ciphers DEFAULT@SECLEVEL=0; " + content + " }\n";
  }
  void serve_plain(const std::string& name, const std::string& content) {
    servers_ += "server { listen " + addresses_[name] + ":80; " + content + " }\n";
  }
  Batch run() {
    const std::string last = "127.0.1." + std::to_string(harness_.config.tls.endpoints.size());
    lab->serve(servers_, last, 443);
    return harness_.run(*collector_);
  }
  static std::string reason(const Batch& batch, std::string_view family, const std::string& name) {
    const Family* const found = batch.find(family);
    if (found == nullptr) return "";
    for (const auto& [labels, one] : found->samples) {
      if (labels[0] == name) return labels[1];
    }
    return "";
  }
  // "x-frame-options …" without those that are there
  static std::string missing_headers(const Batch& batch, const std::string& name) {
    std::string missing;
    for (const auto& [labels, present] : batch.find(kHeader)->samples) {
      if (labels[0] == name && present == 0) missing += labels[1] + " ";
    }
    return missing;
  }

  CollectorHarness harness_;
  std::unique_ptr<Collector> collector_ = make_tls_collector();
  std::map<std::string, std::string> addresses_;
  std::string servers_;
};

struct ChainCase {
  std::string kind;
  std::string problem;  // "": valid
  double not_after = kFarEnd;
  bool name = true;
};
const std::vector<ChainCase> kChains{
    {"valid", ""},
    {"expired", "expired", kPastEnd},
    {"not_yet_valid", "not_yet_valid"},
    {"self_signed", "self_signed", 0},
    {"wrong_name", "", kFarEnd, false},
    {"common_name", "", kFarEnd, false},
    {"incomplete", "issuer_unknown"},
    {"old_intermediate", "expired"},
    {"foreign", "issuer_unknown"},
    {"weak", "weak"},
    {"client_only", "purpose"},
};

TEST_F(Tls, JudgesChainsAsTheRealClientDoes) {
  REQUIRE_NAMESPACE([&] {
    for (const ChainCase& one : kChains) {
      add(one.kind);
      serve(one.kind, lab->with(one.kind) + " return 200 'hello';");
    }
    const Batch batch = run();
    EXPECT_THAT(details(batch), IsEmpty());
    for (const ChainCase& one : kChains) {
      SCOPED_TRACE(one.kind);
      const std::string said = lab->judge(addresses_[one.kind], "claw.test");
      EXPECT_EQ(value(batch, kChain, {one.kind}), said.empty() ? 1 : 0) << said;
      EXPECT_EQ(reason(batch, kProblem, one.kind), one.problem) << said;
      EXPECT_EQ(value(batch, kName, {one.kind}), one.name ? 1 : 0);
      EXPECT_EQ(value(batch, kSuccess, {one.kind}), 1);
      const double end = value(batch, kNotAfter, {one.kind, "leaf"});
      if (one.not_after > 0) {
        EXPECT_EQ(end, one.not_after);
      }
      // Of the signers only where they are known to be the right ones.
      EXPECT_EQ(has(batch, kNotAfter, {one.kind, "chain"}), one.problem.empty());
    }
    EXPECT_EQ(value(batch, kNotBefore, {"valid", "leaf"}), kStart);
    EXPECT_EQ(value(batch, kNotAfter, {"valid", "chain"}), kFarEnd);
  });
}

TEST_F(Tls, AsksByTheNameVisitorsUse) {
  REQUIRE_NAMESPACE([&] {
    add("first");
    add("second", "second.test");
    add("wild", "a.wild.test");
    add("deep", "a.b.wild.test");
    add("address", "127.0.0.1");
    add("other address", "127.0.0.2");
    const std::string address = addresses_["first"];
    for (TlsEndpoint& endpoint : harness_.config.tls.endpoints) endpoint.address = address + ":443";
    serve("first", lab->with("valid") + " return 200 'one';", "claw.test");
    serve("first", lab->with("second") + " return 200 'two';", "second.test");
    lab->serve(servers_, address, 443);
    const Batch batch = harness_.run(*collector_);
    EXPECT_EQ(value(batch, kName, {"first"}), 1);
    EXPECT_EQ(value(batch, kName, {"second"}), 1);
    EXPECT_EQ(value(batch, kName, {"wild"}), 1);
    EXPECT_EQ(value(batch, kName, {"deep"}), 0);
    EXPECT_EQ(value(batch, kName, {"address"}), 1);
    EXPECT_EQ(value(batch, kName, {"other address"}), 0);
  });
}

TEST_F(Tls, FindsEachHeaderThatIsMissing) {
  const std::map<std::string, std::string> headers{
      {"x-frame-options", "SAMEORIGIN"},
      {"x-content-type-options", "nosniff"},
      {"strict-transport-security", "\"max-age=63072000; includeSubDomains\""},
      {"content-security-policy", "\"default-src 'self'\""}};
  REQUIRE_NAMESPACE([&] {
    const auto all_but = [&](const std::string& left_out, const std::string& instead = {}) {
      std::string text;
      for (const auto& [name, value] : headers) {
        if (name != left_out) text += "add_header " + name + " " + value + " always; ";
      }
      return text + instead;
    };
    const auto site = [&](const std::string& name, const std::string& content) {
      add(name);
      serve(name, lab->with("valid") + content);
    };
    for (const auto& [name, value] : headers) site(name, all_but(name) + "return 200 'x';");
    site("all", all_but("") + "return 200 'x';");
    site("weak values",
         "add_header X-Frame-Options ALLOWALL; add_header X-Content-Type-Options sniff; "
         "add_header Strict-Transport-Security max-age=0; add_header Content-Security-Policy "
         "upgrade-insecure-requests; return 200 'x';");
    site("frame-ancestors",
         all_but("x-frame-options",
                 "add_header Content-Security-Policy \"frame-ancestors 'none'\"; return 200 'x';"));
    site("redirect", all_but("") + "return 302 /chat;");
    site("basic authentication", all_but("") + "location / { auth_basic x; auth_basic_user_file " +
                                     lab->path("key") + "; }");
    site("down", "return 502;");
    const Batch batch = run();
    for (const auto& [name, value] : headers) {
      EXPECT_EQ(missing_headers(batch, name), name + " ") << name;
    }
    EXPECT_EQ(missing_headers(batch, "weak values"),
              "content-security-policy strict-transport-security x-content-type-options "
              "x-frame-options ");
    for (const std::string name : {"all", "frame-ancestors", "redirect", "basic authentication"}) {
      EXPECT_EQ(missing_headers(batch, name), "") << name;
    }
    EXPECT_FALSE(has(batch, kHeader, {"down", "x-frame-options"}));
    EXPECT_EQ(value(batch, kSuccess, {"down"}), 1);
    EXPECT_THAT(
        details(batch),
        HasSubstr("down: answered with status 502 (clawvigil_http_security_header_present)"));
  });
}

TEST_F(Tls, KnowsWhatPlainHttpGives) {
  struct Plain {
    std::string name;
    std::string content;          // "": nothing listens
    std::optional<double> value;  // nullopt: no sample
  };
  const std::vector<Plain> cases{
      {"nothing", "", std::nullopt},
      {"redirect", "return 301 https://$host$request_uri;", 1},
      {"redirect elsewhere", "return 301 http://www.claw.test/;", 0},
      {"page", "return 200 'hello';", 0},
      {"password", "location / { auth_basic x; auth_basic_user_file " + lab->path("key") + "; }",
       0},
      {"refused", "return 403;", std::nullopt},
      {"only for renewals", "return 404;", std::nullopt},
      {"closed", "return 444;", std::nullopt},
  };
  REQUIRE_NAMESPACE([&] {
    for (const Plain& one : cases) {
      add(one.name);
      serve(one.name, lab->with("valid") + " return 200 'x';");
      if (!one.content.empty()) serve_plain(one.name, one.content);
    }
    add("another port", "claw.test:8443");
    serve("another port", lab->with("valid") + " return 200 'x';");
    serve_plain("another port", "return 200 'x';");
    const Batch batch = run();
    for (const Plain& one : cases) {
      SCOPED_TRACE(one.name);
      EXPECT_EQ(has(batch, kRedirects, {one.name}), one.value.has_value());
      if (one.value) {
        EXPECT_EQ(value(batch, kRedirects, {one.name}), *one.value);
      }
    }
    EXPECT_FALSE(has(batch, kRedirects, {"another port"}));
    EXPECT_THAT(details(batch), IsEmpty());
  });
}

TEST_F(Tls, WaitsNotLongForPlainHttp) {
  REQUIRE_NAMESPACE([&] {
    add("slow");
    serve("slow", lab->with("valid") + " return 200 'x';");
    const Fd silent = bind_socket({SOCK_STREAM, addresses_["slow"], 80});  // accepts nobody
    const auto start = std::chrono::steady_clock::now();
    const Batch batch = run();
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(12));
    EXPECT_FALSE(has(batch, kRedirects, {"slow"}));
    EXPECT_EQ(value(batch, kSuccess, {"slow"}), 1);
    EXPECT_THAT(details(batch), HasSubstr("timeout slow: port 80: no answer in time"));
  });
}

// What OpenClaw 2026.9.6 answers to POST {} /tools/invoke, without and with a token asked for; the
// real one stands behind nginx in tests/e2e/tls.py.
constexpr std::string_view kGateways = R"(
  server { listen 127.0.0.1:18789; if ($request_method != POST) { return 404; }
    location = /tools/invoke {
      return 400 '{"ok":false,"error":{"type":"invalid_request","message":"tool is required"}}'; } }
  server { listen 127.0.0.1:18790; if ($request_method != POST) { return 404; }
    location = /tools/invoke {
      return 401 '{"error":{"message":"Unauthorized","type":"unauthorized"}}'; } }
)";

TEST_F(Tls, KnowsWhetherStrangersAreRefused) {
  struct Refusal {
    std::string name;
    std::string content;
    std::optional<double> value;
    std::string why = {};  // for no value
  };
  const std::vector<Refusal> cases{
      {"open gateway", "location / { proxy_pass http://127.0.0.1:18789; }", 0},
      {"closed gateway", "location / { proxy_pass http://127.0.0.1:18790; }", 1},
      {"open behind a password",
       "location / { auth_basic x; auth_basic_user_file " + lab->path("key") +
           "; proxy_pass http://127.0.0.1:18789; }",
       1},
      {"forbidden", "return 403;", 1},
      {"login elsewhere", "return 302 https://login.test/?next=https://claw.test/tools/invoke;", 1},
      {"another name", "return 301 https://www.claw.test$request_uri;", std::nullopt,
       "redirects to another host"},
      {"no gateway", "return 404;", std::nullopt, "status 404"},
      {"a page for everything", "return 200 'hello';", std::nullopt, "status 200"},
      {"gateway down", "location / { proxy_pass http://127.0.0.1:1; }", std::nullopt, "status 502"},
  };
  REQUIRE_NAMESPACE([&] {
    servers_ += kGateways;
    for (const Refusal& one : cases) {
      add(one.name).expect_authentication = true;
      serve(one.name, lab->with("valid") + one.content);
    }
    add("not asked");
    serve("not asked", lab->with("valid") + " return 200 'x';");
    const Batch batch = run();
    for (const Refusal& one : cases) {
      SCOPED_TRACE(one.name);
      EXPECT_EQ(has(batch, kAuth, {one.name}), one.value.has_value());
      if (one.value) {
        EXPECT_EQ(value(batch, kAuth, {one.name}), *one.value);
        continue;
      }
      EXPECT_THAT(details(batch), HasSubstr(one.name + ": "));
      EXPECT_THAT(details(batch), HasSubstr(one.why));
    }
    EXPECT_FALSE(has(batch, kAuth, {"not asked"}));
  });
}

TEST_F(Tls, SaysWhyNothingCanBeReached) {
  REQUIRE_NAMESPACE([&] {
    add("refused");
    add("no name").address = "no.such.name.invalid:443";
    add("unreachable").address = "192.0.2.1:443";
    add("no TLS");
    serve_plain("no TLS", "return 200 'x';");
    harness_.config.tls.endpoints.back().address = addresses_["no TLS"] + ":80";
    add("sound");
    serve("sound", lab->with("valid") + " return 200 'x';");
    const Batch batch = run();
    EXPECT_EQ(reason(batch, kFailure, "refused"), "refused");
    EXPECT_EQ(reason(batch, kFailure, "no name"), "resolve");
    EXPECT_EQ(reason(batch, kFailure, "unreachable"), "unreachable");
    EXPECT_EQ(reason(batch, kFailure, "no TLS"), "handshake");
    EXPECT_EQ(reason(batch, kFailure, "sound"), "");
    for (const std::string name : {"refused", "no name", "unreachable", "no TLS"}) {
      EXPECT_EQ(value(batch, kSuccess, {name}), 0);
      EXPECT_FALSE(has(batch, kChain, {name}));
      EXPECT_THAT(details(batch), HasSubstr(name + ": "));
    }
    EXPECT_EQ(value(batch, kSuccess, {"sound"}), 1);
  });
}

TEST_F(Tls, SaysWhenItsOwnAuthorityCannotBeRead) {
  REQUIRE_NAMESPACE([&] {
    add("site").ca_file = "/no/such/ca.pem";
    serve("site", lab->with("valid") + " return 200 'x';");
    const Batch batch = run();
    EXPECT_FALSE(has(batch, kChain, {"site"}));
    EXPECT_FALSE(has(batch, kSuccess, {"site"}));
    EXPECT_THAT(details(batch), HasSubstr("not_found site: "));
  });
}

TEST_F(Tls, IsSilentWithoutEndpoints) {
  const Batch batch = harness_.run(*collector_);
  EXPECT_EQ(value(batch, "clawvigil_tls_endpoints_configured"), 0);
  EXPECT_EQ(batch.families().size(), 1U);
  EXPECT_THAT(batch.unknowns(), IsEmpty());
}

}  // namespace
}  // namespace clawvigil::test
