// The real `sshd -T -C …` against our reader, over generated configurations: settings, Match
// blocks, drop-ins, spellings, and mistakes that sshd refuses.
// CLAWVIGIL_SSHD_CONFIGS=5000 in the environment tries more of them.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <set>
#include <sstream>

#include "collectors/parse/sshd_exposure.h"
#include "collectors/sshd/system.h"
#include "tests/support/program.h"
#include "tests/support/temp_dir.h"

namespace clawvigil {
namespace {

using Words = std::vector<std::string>;

// Writes one configuration, from a fixed seed.
class Generator {
 public:
  Generator(unsigned seed, const test::TempDir& directory)
      : random_(seed), directory_(directory), name_("c" + std::to_string(seed)) {}

  // sshd -T demands a connection to compare Match blocks with.
  std::string config(bool with_match) {
    std::string text;
    if (!with_match) return directives(true, 1 + below(8));
    if (one_in(2)) text += include(1);
    text += directives(true, below(6));
    for (unsigned i = below(4); i > 0; --i) {
      text += match() + directives(false, 1 + below(4));
      if (one_in(6)) text += include(0);
    }
    if (one_in(12)) text += mistake();
    return text;
  }

 private:
  unsigned below(unsigned bound) { return static_cast<unsigned>(random_() % bound); }
  bool one_in(unsigned count) { return below(count) == 0; }
  std::string any(const Words& words) { return words[below(static_cast<unsigned>(words.size()))]; }

  std::string spelled(std::string keyword, const std::string& value) {
    if (one_in(4)) std::ranges::transform(keyword, keyword.begin(), ::tolower);
    if (one_in(8)) std::ranges::transform(keyword, keyword.begin(), ::toupper);
    const std::string between = any({" ", " ", "\t", "=", " = ", "  ", "= "});
    const bool quoted = one_in(5) && value.find(' ') == std::string::npos;
    return any({"", "", " ", "\t "}) + keyword + between + (quoted ? "\"" + value + "\"" : value) +
           any({"", "", " ", " # a comment", "\r"}) + "\n";
  }

  std::string directives(bool global, unsigned count) {
    std::string text;
    for (; count > 0; --count) text += directive(global);
    return text;
  }

  std::string directive(bool global) {
    const Words flags = {"yes", "no", "Yes", "NO"};
    switch (below(global ? 14 : 10)) {
      case 0:
      case 1:
        return spelled("PasswordAuthentication", any(flags));
      case 2:
        return spelled(any({"KbdInteractiveAuthentication", "ChallengeResponseAuthentication"}),
                       any(flags));
      case 3:
      case 4:
        return spelled("PermitRootLogin", any({"yes", "no", "prohibit-password", "without-password",
                                               "forced-commands-only", "YES"}));
      case 5:
        return spelled("AuthenticationMethods",
                       any({"publickey", "publickey,password", "password publickey",
                            "publickey,keyboard-interactive password"}));
      case 6:
        return spelled("AuthorizedKeysFile",
                       any({"none", ".ssh/authorized_keys", "/etc/ssh/keys/%u .ssh/more"}));
      case 7:
        return spelled(any({"AllowUsers", "DenyUsers"}),
                       any({"root", "backup daemon", "*@10.0.0.0/8", "ops? deploy"}));
      case 8:
        return spelled(any({"AllowGroups", "DenyGroups"}), any({"sudo", "backup daemon"}));
      case 9:
        return any({"\n", "# PermitRootLogin yes\n", "   \t\n", "X11Forwarding no\n",
                    "Banner \"/etc/issue net\" # quoted\n"});
      case 10:
        return spelled("UsePAM", any(flags));
      case 11:
        return spelled("Port", any({"22", "2222", "443"}));
      case 12:
        return spelled("ListenAddress", any({"127.0.0.1", "0.0.0.0:2200", "[::1]:22", "::1"}));
      default:
        return spelled("PasswordAuthentication", any(flags));
    }
  }

  std::string match() {
    if (one_in(8)) return "Match all\n";
    std::string text = any({"Match", "match", "MATCH"});
    for (unsigned i = 1 + below(2); i > 0; --i) text += criterion();
    return text + any({"", " # why"}) + "\n";
  }

  std::string criterion() {
    const auto pair = [&](const std::string& name, const Words& values) {
      return " " + name + any({" ", "=", " "}) + any(values);
    };
    switch (below(6)) {
      case 0:
      case 1:
        return pair(any({"User", "user"}),
                    {"root", "backup", "*,!root", "b*", "ba?kup,daemon", "!root,*", "nobody"});
      case 2:
        return pair("Group", {"backup", "root", "*,!backup", "d*", "nogroup"});
      case 3:
        return pair("Address", {"10.0.0.0/8", "203.0.113.*", "10.0.0.0/8,!10.1.0.0/16",
                                "2001:db8::/32", "192.0.2.7", "!10.0.0.0/8,*"});
      case 4:
        return pair("Host", {"*.example.org", "*.Example.ORG,!bad.example.org", "10.*"});
      default:
        return pair(any({"LocalPort"}), {"22", "2222"});
    }
  }

  std::string include(unsigned depth) {
    const std::string base = name_ + "-" + std::to_string(++files_);
    for (unsigned i = 1 + below(2); i > 0; --i) {
      std::string text = directives(false, 1 + below(3));
      if (one_in(2)) text += match() + directives(false, 1 + below(2));
      if (depth > 0 && one_in(4)) text += include(depth - 1);
      directory_.write(base + ".d/" + std::to_string(i) + "0-some.conf", text);
    }
    return spelled("Include", directory_ / (base + ".d/" + any({"*.conf", "?0-*.conf", "[1-2]*"})));
  }

  std::string mistake() {
    return any({"PasswordAuthentication maybe\n", "Banner \"open\n", "Match User\n",
                "Match Colour red\n", "PermitRootLogin\n", "Match User root all\n",
                "Match Address 10.0.0.1/8\n", "PermitRootLogin yes no\n"});
  }

  std::mt19937 random_;
  const test::TempDir& directory_;
  std::string name_;
  unsigned files_ = 0;
};

// As sshd -T shows them.
std::string root_text(RootLogin root) {
  switch (root) {
    case RootLogin::yes:
      return "yes";
    case RootLogin::no:
      return "no";
    case RootLogin::prohibit_password:
      return "without-password";
    case RootLogin::forced_commands_only:
      return "forced-commands-only";
  }
  return "";
}

std::set<std::string> rendered(const SshdSettings& settings) {
  std::set<std::string> lines;
  const auto add = [&](const std::string& name, const std::string& value) {
    lines.insert(name + " " + value);
  };
  add("passwordauthentication", settings.password ? "yes" : "no");
  add("kbdinteractiveauthentication", settings.keyboard ? "yes" : "no");
  add("usepam", settings.pam ? "yes" : "no");
  add("permitrootlogin", root_text(settings.root));
  const auto joined = [](const Words& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
    return text;
  };
  add("authenticationmethods", settings.methods.empty() ? "any" : joined(settings.methods));
  add("authorizedkeysfile", joined(settings.key_files));
  for (const auto& word : settings.allow_users) add("allowusers", word);
  for (const auto& word : settings.deny_users) add("denyusers", word);
  for (const auto& word : settings.allow_groups) add("allowgroups", word);
  for (const auto& word : settings.deny_groups) add("denygroups", word);
  for (const auto port : settings.ports) add("listens", std::to_string(port));
  return lines;
}

// The same lines out of what sshd printed.
std::set<std::string> of_sshd(const std::string& output) {
  const std::set<std::string> wanted = {"passwordauthentication",
                                        "kbdinteractiveauthentication",
                                        "usepam",
                                        "permitrootlogin",
                                        "authenticationmethods",
                                        "authorizedkeysfile",
                                        "allowusers",
                                        "denyusers",
                                        "allowgroups",
                                        "denygroups"};
  std::set<std::string> lines;
  std::istringstream in(output);
  for (std::string line; std::getline(in, line);) {
    const std::string keyword = line.substr(0, line.find(' '));
    if (wanted.contains(keyword)) lines.insert(line);
    if (keyword == "listenaddress") lines.insert("listens " + line.substr(line.rfind(':') + 1));
  }
  return lines;
}

struct Case {
  std::string config;
  std::optional<SshdConnection> connection;
};

Case make_case(unsigned number, const test::TempDir& directory,
               const std::vector<sshd::LoginAccount>& accounts) {
  const bool with_match = number % 5 != 0;
  Case result{Generator(number, directory).config(with_match), std::nullopt};
  if (!with_match) return result;
  const auto pick = [&](const Words& words, unsigned salt) {
    return words[(number / salt) % words.size()];
  };
  SshdConnection connection;
  connection.user = pick({"root", "backup", "nobody", "daemon"}, 1);
  for (const auto& login : accounts) {
    if (login.account.name == connection.user) connection.groups = login.groups;
  }
  connection.address = pick({"10.2.3.4", "10.1.2.3", "203.0.113.9", "2001:db8::5", "192.0.2.7"}, 4);
  connection.host = pick({"a.example.org", "bad.example.org", connection.address}, 3);
  connection.local_address = "203.0.113.1";
  connection.local_port = number % 2 == 0 ? 22 : 2222;
  result.connection = connection;
  return result;
}

std::string specification(const SshdConnection& c) {
  return "-C user=" + c.user + ",host=" + c.host + ",addr=" + c.address +
         ",laddr=" + c.local_address + ",lport=" + std::to_string(c.local_port);
}

std::string quoted(const std::string& path) { return "'" + path + "'"; }

Result<SshdSettings> ours(const host::Root& root, const std::string& path,
                          const std::optional<SshdConnection>& connection) {
  auto lines = sshd::read_config(root, path);
  if (!lines) return std::unexpected(lines.error());
  return sshd_settings(*lines, connection ? &*connection : nullptr);
}

TEST(SshdPeer, AgreesWithSshdOnGeneratedConfigurations) {
  if (!test::has_program("sshd") || !test::has_program("ssh-keygen")) {
    GTEST_SKIP() << "SKIPPED: openssh-server is not installed";
  }
  if (::getuid() != 0) GTEST_SKIP() << "SKIPPED: sshd -T needs root";
  const char* more = std::getenv("CLAWVIGIL_SSHD_CONFIGS");
  const unsigned count = more != nullptr ? static_cast<unsigned>(std::atoi(more)) : 250;

  const test::TempDir directory;
  const auto root = host::Root::open("/").value();
  const auto accounts = sshd::read_login_accounts(root).value();
  std::string script = "mount -t tmpfs none /run && mkdir /run/sshd || exit 1\n";
  script += "ssh-keygen -q -t ed25519 -N '' -f " + quoted(directory / "key") + " || exit 1\n";
  std::vector<Case> cases;
  for (unsigned i = 0; i < count; ++i) {
    cases.push_back(make_case(i, directory, accounts));
    const std::string name = directory / ("config" + std::to_string(i));
    directory.write("config" + std::to_string(i), cases.back().config);
    script += "/usr/sbin/sshd -T -h " + quoted(directory / "key") + " -f " + quoted(name) + " " +
              (cases.back().connection ? specification(*cases.back().connection) : "") + " >" +
              quoted(name + ".out") + " 2>" + quoted(name + ".err") + " || rm " +
              quoted(name + ".out") + "\n";
  }
  directory.write("script", script);
  const auto process =
      test::start_program({"unshare", "--mount", "sh", directory / "script"}, directory / "log");
  const int status = process->wait();
  const std::string log = test::read_all(directory / "log");
  if (status != 0 && log.find("Operation not permitted") != std::string::npos) {
    GTEST_SKIP() << "SKIPPED: no mount namespace here: " << log;
  }
  ASSERT_EQ(status, 0) << log;

  unsigned refused = 0;
  for (unsigned i = 0; i < count; ++i) {
    const std::string name = directory / ("config" + std::to_string(i));
    const auto settings = ours(root, name, cases[i].connection);
    const bool accepted = ::access((name + ".out").c_str(), F_OK) == 0;
    const std::string context = "configuration " + std::to_string(i) + "\n" + cases[i].config +
                                "\n" +
                                (cases[i].connection ? specification(*cases[i].connection) : "") +
                                "\n" + test::read_all(name + ".err");
    refused += accepted ? 0 : 1;
    if (context.find("AuthenticationMethods cannot be satisfied") != std::string::npos) {
      // It would not start, as nobody could get in by the global section.
      const auto server = ours(root, name, std::nullopt);
      EXPECT_FALSE(server && password_suffices(*server)) << context;
      continue;
    }
    EXPECT_EQ(settings.has_value(), accepted)
        << context << (settings ? "" : settings.error().message);
    if (accepted && settings) {
      EXPECT_EQ(rendered(*settings), of_sshd(test::read_all(name + ".out"))) << context;
    }
  }
  EXPECT_LT(refused, count / 3);  // most of them must say something
  RecordProperty("refused", static_cast<int>(refused));
}

}  // namespace
}  // namespace clawvigil
