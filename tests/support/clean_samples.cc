#include <array>
#include <functional>

#include "tests/support/secret_samples.h"

namespace clawvigil::test {

namespace {

constexpr std::string_view kLower = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kBase64 =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz+/";

}  // namespace

std::vector<CleanSample> clean_samples(std::uint64_t seed, std::size_t each) {
  SampleRandom random(seed);
  const auto hex = [&](std::size_t n) { return random.text(kHex, n); };
  const auto any = [&](std::size_t n) { return random.text(kAlnum, n); };
  const auto uuid = [&] {
    return hex(8) + "-" + hex(4) + "-4" + hex(3) + "-a" + hex(3) + "-" + hex(12);
  };
  const std::vector<std::pair<std::string_view, std::function<std::string()>>> kinds = {
      {"uuid", [&] { return "session " + uuid() + " started\nrequest_id=" + uuid() + "\n"; }},
      {"uuid as token",
       [&] { return "{\"token\":\"" + uuid() + "\",\"secret\":\"" + uuid() + "\"}\n"; }},
      {"git id", [&] { return "commit " + hex(40) + "\nMerge: " + hex(7) + " " + hex(7) + "\n"; }},
      {"sha256 sums",
       [&] { return hex(64) + "  openclaw-2026.9.6.tgz\nsha256:" + hex(64) + "\n"; }},
      {"integrity",
       [&] {
         return "    \"node_modules/ws\": {\n      \"version\": \"8.18.0\",\n      \"integrity\": "
                "\"sha512-" +
                random.text(kBase64, 86) + "==\",\n";
       }},
      {"go sum", [&] { return "golang.org/x/net v0.30.0 h1:" + random.text(kBase64, 43) + "=\n"; }},
      {"base64 image",
       [&] {
         return "<img src=\"data:image/png;base64,iVBORw0KGgo" + random.text(kBase64, 900) +
                "\" alt=\"logo\">\n";
       }},
      {"base64 lines",
       [&] {
         std::string out = "Content-Transfer-Encoding: base64\n\n";
         for (int i = 0; i < 8; ++i) out += random.text(kBase64, 76) + "\n";
         return out;
       }},
      {"certificate",
       [&] {
         std::string out = "-----BEGIN CERTIFICATE-----\n";
         for (int i = 0; i < 8; ++i) out += random.text(kBase64, 64) + "\n";
         return out + "-----END CERTIFICATE-----\n";
       }},
      {"ssh public key",
       [&] {
         return "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI" + random.text(kBase64, 43) +
                " anna@laptop\n";
       }},
      {"masked keys",
       [&] {
         return "ANTHROPIC_API_KEY=sk-ant-api03-" + any(4) + "..." + any(4) + "\ntoken: ghp_" +
                std::string(32, '*') + any(4) + "\n\"apiKey\": \"sk-proj-" + any(3) + "…" + any(4) +
                "\"\n";
       }},
      {"x placeholders",
       [&] {
         return "OPENAI_API_KEY=sk-proj-" + std::string(20 + random.below(40), 'x') + "\nAKIA" +
                std::string(16, 'X') + "\nxoxb-" + std::string(12, '0') + "-" +
                std::string(24, 'x') + "\n";
       }},
      {"worded placeholders",
       [&] {
         constexpr std::array<std::string_view, 6> kValues = {
             "your-api-key-here-123456", "<YOUR_TOKEN_2>",         "replace-me-with-a-real-key-1",
             "REPLACE_WITH_YOUR_KEY_42", "insert_token_here_0001", "Example-Token-1234-abcd"};
         return "API_KEY=" + std::string(random.choose(kValues)) + "\n  secret: \"" +
                std::string(random.choose(kValues)) + "\"\n";
       }},
      {"wrong checksum", [&] { return "token: fine, ghp_" + any(36) + " is in the old docs\n"; }},
      {"references",
       [&] {
         constexpr std::array<std::string_view, 8> kValues = {
             "${TELEGRAM_BOT_TOKEN}",       "$OPENAI_API_KEY",
             "{{ vault.api_key_1 }}",       "process.env.API_KEY_2",
             "op://Private/Mail1/password", "os.environ[\"API_TOKEN1\"]",
             "file:/run/secrets/token-01",  "%API_TOKEN_9%"};
         return "token: " + std::string(random.choose(kValues)) +
                "\napi_key=" + std::string(random.choose(kValues)) + "\n";
       }},
      {"code",
       [&] {
         constexpr std::array<std::string_view, 8> kLines = {
             "const token = await getAccessToken2(user1);",
             "password = form.cleaned_data['password1']",
             "let apiKey = config.providers[0].apiKey;",
             "self.secret_key = settings.SECRET_KEY_V2",
             "if (token === nextToken123) return;",
             "secret := base64.StdEncoding.EncodeToString(buf)",
             "public static final String TOKEN = \"oauth2AccessTokenHeader\";",
             "token: z.string().min(16).max(128).optional(),"};
         return std::string(random.choose(kLines)) + "\n" + std::string(random.choose(kLines)) +
                "\n";
       }},
      {"minified",
       [&] {
         std::string out = "!function(e,t){";
         for (int i = 0; i < 60; ++i) {
           out += "var " + random.text(kLower, 1) + "=" + random.text(kLower, 2) + "(" + any(2) +
                  "),token=" + random.text(kLower, 1) + "." + random.text(kLower, 6) + ";";
         }
         return out + "}();\n";
       }},
      {"hashes of passwords",
       [&] {
         return "password: $2b$12$" + any(53) + "\npassword_hash=" + hex(64) +
                "\npasswd: $argon2id$v=19$m=65536$" + any(22) + "$" + any(43) + "\n";
       }},
      {"encrypted values",
       [&] {
         return "password: ENC[AES256_GCM,data:" + random.text(kBase64, 24) +
                ",iv:" + random.text(kBase64, 43) + "=,tag:" + random.text(kBase64, 22) +
                "==,type:str]\n";
       }},
      {"page tokens",
       [&] {
         return "{\"nextPageToken\":\"" + any(48) + "\",\"page_token\":\"" + any(32) + "\"}\n";
       }},
      {"session keys",
       [&] {
         return "sessionKey=agent:main:telegram:direct:" + random.text(kDigits, 10) +
                " runId=" + uuid() + " cacheKey=" + hex(40) + " etag=" + hex(32) + "\n";
       }},
      {"usage counts",
       [&] {
         return "{\"usage\":{\"input_tokens\":" + random.text("123456789", 5) +
                ",\"max_tokens\":8192,\"token\":" + random.text("123456789", 18) + "}}\n";
       }},
      {"telegram ids",
       [&] {
         return "chat " + random.text("123456789", 10) + ": hello\n1" + random.text(kDigits, 8) +
                ":AB" + any(12) + "\n12:30:AA" + any(10) + "\n";
       }},
      {"urls",
       [&] {
         return "https://user@host.test/p?id=" + any(22) +
                " http://user:password@host.test/ "
                "postgres://postgres:postgres@localhost:5432/db https://u:${PASS1}@h.test "
                "https://bucket.s3.amazonaws.com/x?X-Amz-Signature=" +
                hex(64) + "\n";
       }},
      {"docker and kubernetes",
       [&] {
         return "image: ghcr.io/openclaw/openclaw@sha256:" + hex(64) + "\nsecretName: tls-cert-" +
                hex(10) + "\ntokenSecretRef: {name: bot-" + hex(8) + ", key: token1}\n";
       }},
      {"aws documentation",
       [&] {
         return std::string("aws_access_key_id = AKIAIOSFODNN7") +
                "EXAMPLE\naws_secret_access_key = "
                "wJalrXUtnFEMI/K7MDENG/bPxRfiCY" +
                "EXAMPLEKEY\narn:aws:iam::" + random.text(kDigits, 12) + ":role/bot request-id " +
                any(52) + "\n110201543:" + "AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw\n";
       }},
      {"identifiers",
       [&] {
         return "node_" + random.text(kLower, 10) + "_" + random.text(kLower, 12) +
                "_handler2 = "
                "AbstractTokenProviderFactoryBean" +
                random.text(kDigits, 2) + "\nhf_" + random.text(kLower, 6) + "_model_v" +
                random.text(kDigits, 2) + "\n";
       }},
      {"log line",
       [&] {
         return "{\"0\":\"{\\\"subsystem\\\":\\\"gateway\\\"}\",\"1\":\"ws connected conn=" +
                uuid() + "\",\"_meta\":{\"runtime\":\"node\",\"hash\":\"" + hex(40) +
                "\",\"token\":\"***\"}}\n";
       }},
      {"key documentation",
       [&] {
         return "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----\n"
                "const PEM = \"-----BEGIN RSA PRIVATE KEY-----\";\nkey: |\n  -----BEGIN OPENSSH "
                "PRIVATE KEY-----\n"
                "  <paste the key here, version " +
                random.text(kDigits, 2) + ">\n";
       }},
      {"samples of tokens",
       [&] {
         return "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
                "eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0"
                "IjoxNTE2MjM5MDIyfQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c\nAuthorization: "
                "Bearer <token" +
                random.text(kDigits, 1) + ">\neyJ" + random.text(kAlnum, 40) + "\n";
       }},
  };
  std::vector<CleanSample> samples;
  for (std::size_t i = 0; i < each; ++i) {
    for (const auto& [kind, make] : kinds) samples.push_back({std::string(kind), make()});
  }
  return samples;
}

}  // namespace clawvigil::test
