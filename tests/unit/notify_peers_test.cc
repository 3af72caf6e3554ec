// The real peers: Debian's Alertmanager, and a real mail server (Debian's exim) with STARTTLS, TLS
// from the start and authentication. Skipped, loudly, where they are not installed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pwd.h>
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "alerts/notify/receiver.h"
#include "alerts/notify/sender.h"
#include "tests/support/http_server.h"
#include "tests/support/notify_fixture.h"
#include "tests/support/program.h"

namespace clawvigil::notify {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using test::eventually;
using test::http_answer;
using test::HttpExchange;
using test::HttpServer;
using testing::HasSubstr;
using testing::Not;

// One request, waited for.
host::TransferReply ask(host::HttpRequest request) {
  auto transfers = host::Transfers::create("test");
  EXPECT_TRUE(transfers);
  EXPECT_TRUE((*transfers)->start(1, std::move(request)));
  while ((*transfers)->running() > 0) {
    for (auto& finished : (*transfers)->wait(1s)) return std::move(finished.reply);
  }
  return {};
}

json get(const std::string& url) {
  host::HttpRequest request;
  request.method = host::HttpRequest::Method::get;
  request.url = url;
  return json::parse(ask(std::move(request)).body, nullptr, false);
}

Alert fresh(const std::string& name, SystemTime now) {
  Alert alert = test::make_alert(name, Severity::critical);
  alert.active_at = now;
  alert.fired_at = now;
  return alert;
}

class RealAlertmanager : public testing::Test {
 protected:
  void SetUp() override {
    if (!test::has_program("prometheus-alertmanager")) {
      GTEST_SKIP() << "SKIPPED: prometheus-alertmanager is not installed";
    }
    directory_.write("am.yml",
                     "route:\n  receiver: hook\n  group_by: [alertname]\n  group_wait: 100ms\n"
                     "  group_interval: 1s\n  repeat_interval: 1h\n"
                     "receivers:\n- name: hook\n  webhook_configs:\n  - url: " +
                         server_.url() + "/hook\n");
    url_ = "http://127.0.0.1:" + std::to_string(port_);
    process_ = test::start_program(
        {"prometheus-alertmanager", "--config.file=" + (directory_ / "am.yml"),
         "--storage.path=" + (directory_ / "am"),
         "--cluster.listen-address=", "--web.listen-address=127.0.0.1:" + std::to_string(port_)},
        directory_ / "am.log");
    ASSERT_TRUE(eventually([&] { return get(url_ + "/api/v2/status").is_object(); }, 30s))
        << test::read_all(directory_ / "am.log");
  }
  // "firing A" for each notification of Alertmanager that names the alert.
  bool was_told(const std::string& alert, const std::string& status) const {
    for (const HttpExchange& exchange : server_.exchanges()) {
      const json body = json::parse(exchange.body);
      for (const json& each : body.at("alerts")) {
        if (each.at("labels").at("alertname") == alert && each.at("status") == status) return true;
      }
    }
    return false;
  }
  json state_of(const std::string& alert) const {
    for (const json& each : get(url_ + "/api/v2/alerts")) {
      if (each.at("labels").at("alertname") == alert) return each.at("status").at("state");
    }
    return {};
  }

  test::TempDir directory_;
  HttpServer server_{[](const HttpExchange&) { return http_answer(200); }};
  std::uint16_t port_ = test::free_port();
  std::string url_;
  std::unique_ptr<test::ChildProcess> process_;
};

TEST_F(RealAlertmanager, IsToldWhatFiresAndWhatEndsAndItsSilencesHold) {
  const SystemClock clock;
  Outbox outbox;
  Sender sender(clock, outbox, {.storage_path = directory_.path(), .secrets = {}, .limits = {}});
  auto config = std::make_shared<NotifyConfig>();
  config->receivers = {test::alertmanager_receiver("am", url_ + "/")};
  sender.start(config);
  auto present = std::make_shared<std::vector<Alert>>();
  present->push_back(fresh("A", clock.now().wall));
  sender.set_present(present);
  ASSERT_TRUE(eventually([&] { return was_told("A", "firing"); }, 20s));

  host::HttpRequest silence;
  silence.url = url_ + "/api/v2/silences";
  silence.headers = {"Content-Type: application/json"};
  silence.body = R"({"matchers":[{"name":"alertname","value":"B","isRegex":false,"isEqual":true}],
      "startsAt":"2020-01-01T00:00:00Z","endsAt":"2099-01-01T00:00:00Z",
      "createdBy":"test","comment":"test"})";
  ASSERT_EQ(ask(std::move(silence)).status, 200);
  auto more = std::make_shared<std::vector<Alert>>(*present);
  more->push_back(fresh("B", clock.now().wall));
  sender.set_present(more);
  ASSERT_TRUE(eventually([&] { return state_of("B") == "suppressed"; }, 20s));
  EXPECT_EQ(state_of("A"), "active");

  auto ended = std::make_shared<std::vector<Alert>>(*more);
  ended->at(0).state = alerts::AlertState::resolved;
  ended->at(0).resolved_at = clock.now().wall;
  sender.set_present(ended);
  ASSERT_TRUE(eventually([&] { return was_told("A", "resolved"); }, 20s));
  EXPECT_FALSE(was_told("B", "firing"));
  EXPECT_EQ(sender.status().at(0).last_error, "");
  sender.stop(1s);
}

constexpr const char* kPassword = "marker-password";

class RealMailServer : public testing::Test {
 protected:
  void SetUp() override {
    if (!test::has_program("exim4")) GTEST_SKIP() << "SKIPPED: exim4 is not installed";
    if (::geteuid() != 0) GTEST_SKIP() << "SKIPPED: exim reads a configuration of root's only";
    make_certificate();
    write_configuration();
    process_ = test::start_program({"exim4", "-C", directory_ / "exim.conf", "-bdf"},
                                   directory_ / "exim.out");
    ASSERT_TRUE(eventually([&] { return answers(); }, 20s))
        << test::read_all(directory_ / "exim.out");
    config_.host = "localhost";
    config_.port = port_;
    config_.from = "vps1@example.org";
    config_.to = {"owner@example.org", "second@example.org"};
    config_.username = "user";
    config_.ca_file = directory_ / "cert.pem";
    directory_.write("password", std::string(kPassword) + "\n");
    config_.password.file = directory_ / "password";
  }

  void make_certificate() const {
    EXPECT_EQ(test::start_program(
                  {"openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1",
                   "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout",
                   directory_ / "key.pem", "-out", directory_ / "cert.pem"},
                  directory_ / "openssl.out")
                  ->wait(),
              0);
  }
  void write_configuration() const {
    const std::string base = directory_.path();
    directory_.write(
        "exim.conf",
        "primary_hostname = mail.test\nspool_directory = " + base +
            "/spool\nlog_file_path = " + base + "/spool/%slog\npid_file_path = " + base +
            "/spool/exim.pid\nlocal_interfaces = <; [127.0.0.1]:" + std::to_string(port_) +
            " ; [127.0.0.1]:" + std::to_string(tls_port_) + "\ntls_on_connect_ports = " +
            std::to_string(tls_port_) + "\ntls_advertise_hosts = *\ntls_certificate = " + base +
            "/cert.pem\ntls_privatekey = " + base +
            "/key.pem\nauth_advertise_hosts = ${if eq{$tls_in_cipher}{}{}{*}}\n"
            "acl_smtp_rcpt = acl_rcpt\nacl_smtp_data = acl_data\nqueue_only\n"
            "begin acl\nacl_rcpt:\n"
            "  deny message = unknown mailbox\n    local_parts = nobody\n"
            "  accept authenticated = *\n"
            "  deny message = authenticate first\nacl_data:\n  accept\n"
            "begin authenticators\nplain:\n  driver = plaintext\n  public_name = PLAIN\n  "
            "server_prompts = :\n"
            "  server_condition = ${if and{{eq{$auth2}{user}}{eq{$auth3}{" +
            kPassword + "}}}}\n  server_set_id = $auth2\n",
        0644);
    const passwd* const user = ::getpwnam("Debian-exim");
    ASSERT_NE(user, nullptr);
    std::filesystem::create_directory(directory_ / "spool");
    for (const char* name : {"", "/spool", "/key.pem", "/cert.pem"}) {
      ASSERT_EQ(::chown((base + name).c_str(), user->pw_uid, user->pw_gid), 0) << name;
    }
  }
  bool answers() const {
    host::HttpRequest request;
    request.url = "http://127.0.0.1:" + std::to_string(port_);
    const auto reply = ask(std::move(request));
    return reply.error && reply.error->code != Errc::not_found;
  }
  // What the server has taken: envelopes and headers, then bodies.
  std::string spooled() const {
    std::string text;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(directory_ / "spool")) {
      const std::string name = entry.path().filename();
      if (name.ends_with("-H") || name.ends_with("-D")) text += test::read_all(entry.path());
    }
    return text;
  }
  Outcome send(const EmailConfig& email, const std::string& key = "0123456789abcdef") const {
    ReceiverConfig receiver;
    receiver.service = email;
    const auto sending = make_receiver(receiver);
    EXPECT_TRUE(sending->load_secrets({}));
    Notification notification;
    notification.time = test::kNoon;
    notification.host = "vps1";
    Alert alert = test::make_alert("É");
    alert.annotations["description"] = "line\n.\nQUIT ünïcode";
    notification.events.push_back({.alert = alert, .at = test::kNoon});
    auto transfers = host::Transfers::create("test", {.connect = 5s, .total = 20s});
    EXPECT_TRUE(transfers);
    EXPECT_TRUE(
        (*transfers)->start(1, sending->request(sending->render(notification, {}).front(), key)));
    while ((*transfers)->running() > 0) {
      for (const auto& [id, reply] : (*transfers)->wait(1s))
        return sending->judge(reply, test::kNoon);
    }
    return {};
  }

  test::TempDir directory_{0755};
  std::uint16_t port_ = test::free_port();
  std::uint16_t tls_port_ = test::free_port();
  EmailConfig config_;
  std::unique_ptr<test::ChildProcess> process_;
};

TEST_F(RealMailServer, TakesAMailOverStarttls) {
  const Outcome outcome = send(config_);
  EXPECT_EQ(outcome.kind, Outcome::Kind::delivered) << outcome.reason;
  const std::string text = spooled();
  EXPECT_THAT(text, HasSubstr("<0123456789abcdef@example.org>"));
  EXPECT_THAT(text, HasSubstr("owner@example.org"));
  EXPECT_THAT(text, HasSubstr("second@example.org"));
  EXPECT_THAT(text, HasSubstr("Subject: =?UTF-8?Q?"));
  EXPECT_THAT(text, HasSubstr("QUIT =C3=BCn=C3=AFcode"));
  EXPECT_THAT(text, Not(HasSubstr(kPassword)));
}

TEST_F(RealMailServer, TakesAMailOverTlsFromTheStart) {
  config_.tls = EmailConfig::Tls::implicit;
  config_.port = tls_port_;
  const Outcome outcome = send(config_);
  EXPECT_EQ(outcome.kind, Outcome::Kind::delivered) << outcome.reason;
  EXPECT_THAT(spooled(), HasSubstr("owner@example.org"));
}

TEST_F(RealMailServer, OneWrongAddressKeepsNoOtherFromBeingTold) {
  config_.to = {"nobody@example.org", "owner@example.org"};
  EXPECT_EQ(send(config_).kind, Outcome::Kind::delivered);
  EXPECT_THAT(spooled(), HasSubstr("owner@example.org"));
}

TEST_F(RealMailServer, TellsWhatTheOwnerHasToRepair) {
  EmailConfig wrong_password = config_;
  directory_.write("wrong", "wrong-password\n");
  wrong_password.password.file = directory_ / "wrong";
  EmailConfig unknown_certificate = config_;
  unknown_certificate.ca_file.clear();
  EmailConfig nobody = config_;
  nobody.to = {"nobody@example.org"};
  for (const EmailConfig& email : {wrong_password, unknown_certificate, nobody}) {
    const Outcome outcome = send(email);
    EXPECT_EQ(outcome.kind, Outcome::Kind::misconfigured) << outcome.reason;
    EXPECT_THAT(outcome.reason, HasSubstr("smtp://localhost:"));
    EXPECT_THAT(outcome.reason, Not(HasSubstr("password\n")));
    EXPECT_THAT(outcome.reason, Not(HasSubstr("wrong-password")));
  }
  EXPECT_EQ(spooled(), "");
}

TEST_F(RealMailServer, AServerWithoutTlsGetsNeitherPasswordNorMail) {
  std::string text = test::read_all(directory_ / "exim.conf");
  const auto replace = [&](const std::string& line, const std::string& by) {
    const std::size_t at = text.find(line);
    ASSERT_NE(at, std::string::npos);
    text.replace(at, text.find('\n', at) - at, by);
  };
  replace("tls_advertise_hosts", "tls_advertise_hosts =");
  replace("auth_advertise_hosts", "auth_advertise_hosts = *");
  directory_.write("exim.conf", text, 0644);
  process_.reset();
  process_ = test::start_program({"exim4", "-C", directory_ / "exim.conf", "-bdf"},
                                 directory_ / "exim.out");
  ASSERT_TRUE(eventually([&] { return answers(); }, 20s));
  const Outcome outcome = send(config_);
  EXPECT_EQ(outcome.kind, Outcome::Kind::misconfigured) << outcome.reason;
  EXPECT_EQ(spooled(), "");
  for (const auto& entry : std::filesystem::directory_iterator(directory_ / "spool")) {
    const std::string name = entry.path().filename();
    if (name.ends_with("log")) {
      EXPECT_THAT(test::read_all(entry.path()), Not(HasSubstr("authenticator")));
    }
  }
}

}  // namespace
}  // namespace clawvigil::notify
