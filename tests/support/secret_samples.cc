#include "tests/support/secret_samples.h"

#include <zlib.h>

#include <array>
#include <functional>

namespace clawvigil::test {

namespace {

using enum SecretRule;

constexpr std::string_view kLower = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kUrlSafe =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-";
constexpr std::string_view kBase64 =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz+/";
constexpr std::string_view kBase32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

std::string base64(std::string_view bytes, bool url) {
  const std::string alphabet = std::string("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") +
                               "0123456789" + (url ? "-_" : "+/");
  std::string out;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : bytes) {
    bits = (bits << 8U) | static_cast<unsigned char>(c);
    count += 8;
    while (count >= 6) {
      count -= 6;
      out += alphabet[(bits >> count) & 63U];
    }
  }
  if (count > 0) out += alphabet[(bits << (6 - count)) & 63U];
  while (!url && out.size() % 4 != 0) out += '=';
  return out;
}

std::string with_checksum(std::string_view prefix, SampleRandom& random) {
  const std::string body = random.text(kAlnum, 30);
  auto sum =
      ::crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size()));
  std::string tail;
  for (int i = 0; i < 6; ++i) {
    tail.insert(tail.begin(), kAlnum[sum % 62]);
    sum /= 62;
  }
  return std::string(prefix) + body + tail;
}

std::string private_key_text(SampleRandom& random) {
  constexpr std::array<std::string_view, 5> kKinds = {"RSA PRIVATE KEY", "PRIVATE KEY",
                                                      "OPENSSH PRIVATE KEY", "EC PRIVATE KEY",
                                                      "PGP PRIVATE KEY BLOCK"};
  const std::string kind(random.choose(kKinds));
  std::string out = "-----BEGIN " + kind + "-----\n";
  if (kind.starts_with("PGP")) out += "Version: GnuPG v2\n\n";
  const std::size_t lines = 3 + random.below(20);
  for (std::size_t i = 0; i < lines; ++i) out += random.text(kBase64, 64) + "\n";
  return out + random.text(kBase64, 30) + "==\n-----END " + kind + "-----\n";
}

std::string jwt_text(SampleRandom& random) {
  constexpr std::array<std::string_view, 3> kHeads = {R"({"alg":"HS256","typ":"JWT"})",
                                                      R"({"alg":"RS256","kid":"k1"})",
                                                      R"({"typ":"JWT","alg":"ES256"})"};
  const std::string payload = R"({"sub":")" + random.text(kHex, 12) +
                              R"(","role":"service_role","iat":17)" + random.text(kDigits, 8) + "}";
  return base64(random.choose(kHeads), true) + "." + base64(payload, true) + "." +
         random.text(kUrlSafe, 43);
}

std::string slack_text(SampleRandom& random) {
  switch (random.below(3)) {
    case 0:
      return "xoxb-" + random.text(kDigits, 12) + "-" + random.text(kDigits, 13) + "-" +
             random.text(kAlnum, 24);
    case 1:
      return "xapp-1-A0" + random.text("ABCDEFGHJK0123456789", 9) + "-" + random.text(kDigits, 13) +
             "-" + random.text(kHex, 64);
    default:
      return "xoxp-" + random.text(kDigits, 12) + "-" + random.text(kDigits, 12) + "-" +
             random.text(kDigits, 13) + "-" + random.text(kHex, 32);
  }
}

std::string openai_text(SampleRandom& random) {
  const std::string mark = std::string("T3Blbk") + "FJ";
  if (random.below(3) == 0) {
    return "sk-" + random.text(kAlnum, 20) + mark + random.text(kAlnum, 20);
  }
  const std::string prefix = random.below(3) == 0 ? "sk-svcacct-" : "sk-proj-";
  return prefix + random.text(kUrlSafe, 73) + "a" + mark + random.text(kUrlSafe, 73) + "Z";
}

std::string discord_text(SampleRandom& random) {
  const std::string id = "1" + random.text(kDigits, 17 + random.below(2));
  return base64(id, true) + ".G" + random.text(kUrlSafe, 5) + "." + random.text(kUrlSafe, 37) + "x";
}

// Words joined by people.
std::string human_password(SampleRandom& random) {
  constexpr std::array<std::string_view, 8> kWords = {"Sommer", "Kaktus", "velo",   "Bretagne",
                                                      "Milan",  "Hafen",  "Lisboa", "Zebra"};
  constexpr std::string_view kMarks = "!#%+?_@.";
  return std::string(random.choose(kWords)) + std::string(random.text(kMarks, 1)) +
         random.text(kDigits, 2) + std::string(random.choose(kWords)) + random.text(kDigits, 2);
}

// As tools make them: openssl rand, pwgen, password managers.
std::string generic_token(SampleRandom& random) {
  switch (random.below(6)) {
    case 0:
      return random.text(kHex, 48);
    case 1:
      return random.text(kHex, 32);
    case 2:
      return random.text(kAlnum, 20 + random.below(24));
    case 3:
      return random.text(kBase64, 43) + "=";
    case 4:
      return random.text(kUrlSafe, 32) + "k7";
    default:
      return random.text("0123456789abcdefghijklmnopqrstuvwxyz", 32);
  }
}

std::string generic_password(SampleRandom& random) {
  if (random.below(3) == 0) return human_password(random);
  return random.text(kAlnum, 6) + random.text("!#%+?_@*^-", 2) + random.text(kAlnum, 4) +
         random.text(kDigits, 1) + random.text(kLower, 1);
}

// Where a secret stands: the text around "@@".
constexpr std::array<std::string_view, 22> kContexts = {
    "@@",
    "The key for the new project is @@, it works since Tuesday.\n",
    "# MEMORY.md\n\n## Accounts\n- provider key: `@@` (from Anna)\n- runs every morning at 7\n",
    "Der Schlüssel lautet @@ und liegt auch im Safe.\n",
    "La clé est « @@ », ne pas la perdre !\n",
    "La clave que me dio Luis: @@\n",
    "鍵は @@ です。\n",
    "export PROVIDER_CREDENTIAL=@@\n",
    "PORT=8080\nSERVICE_X=\"@@\"\nDEBUG=false\n",
    "{\"name\":\"bot\",\"auth\":{\"value\":\"@@\",\"enabled\":true}}\n",
    "{\"role\":\"user\",\"content\":\"please use this one:\\n@@\\nand restart\"}\n",
    "{\\\"cmd\\\":\\\"login\\\",\\\"arg\\\":\\\"@@\\\"}\n",
    "services:\n  bot:\n    environment:\n      - X_AUTH=@@\n    restart: always\n",
    "provider:\n  kind: remote\n  credential_value: '@@'\n",
    "curl -sS https://api.service.test/v1/me -H 'X-Auth: @@' | jq .\n",
    "curl -H \"Authorization: Bearer @@\" https://api.service.test/v1/models\n",
    "2026-11-21T07:12:55.120Z [gateway] error: request failed (401) with @@\n",
    "const client = new Client({ auth: \"@@\" });\n",
    "client = Client(\"@@\")  # works\n",
    "| service | value |\n|---|---|\n| mail | @@ |\n",
    "<key>@@</key>\n",
    "ssh host 'echo @@ > /run/token'\r\n"};

constexpr std::array<std::string_view, 16> kTokenContexts = {
    "API_KEY=@@\n",
    "export MISTRAL_API_KEY=\"@@\"\n",
    "OPENCLAW_GATEWAY_TOKEN=@@\n",
    "BRAVE_API_KEY='@@'\nPORT=3000\n",
    "{\"apiKey\":\"@@\"}\n",
    "{\"client_secret\": \"@@\", \"redirect\": \"http://localhost\"}\n",
    "{\"text\":\"set \\\"token\\\": \\\"@@\\\" in the file\"}\n",
    "webhook:\n  secret: @@\n  path: /hook\n",
    "auth_token = \"@@\"\n",
    "  accessToken: '@@',\n",
    "- API key: @@\n- region: eu\n",
    "**Token:** `@@`\n",
    "- Home Assistant token: @@\n",
    "curl 'https://api.service.test/v1?api_key=@@&q=1'\n",
    "mytool login --token @@ --yes\n",
    "config.signingKey = \"@@\";\n"};

constexpr std::array<std::string_view, 14> kPasswordContexts = {
    "DB_PASSWORD=@@\n",
    "SMTP_PASSWORD='@@'\n",
    "password: @@\n",
    "{\"user\":\"anna\",\"password\":\"@@\"}\n",
    "- NAS: admin, password: `@@`\n",
    "**Password:** @@\n",
    "WLAN-Passwort: @@\n",
    "Mot de passe : @@\n",
    "Contraseña: @@\n",
    "A senha: \"@@\"\n",
    "пароль: @@\n",
    "passphrase = \"@@\"\n",
    "mysql --password=@@ -u root\n",
    "ftp.password=@@\n"};

constexpr std::array<std::string_view, 6> kUrlContexts = {
    "DATABASE_URL=postgres://app:@@@db.internal:5432/app\n",
    "The database: mysql://root:@@@10.0.0.4/shop (read only)\n",
    "redis:\n  url: redis://:@@@cache:6379/0\n",
    "git remote add origin https://anna:@@@git.service.test/x.git\n",
    "\"mongo\": \"mongodb+srv://bot:@@@cluster0.abcde.mongodb.net/test\"\n",
    "amqp://worker:@@@rabbit/vhost\n"};

constexpr std::array<std::string_view, 4> kAwsContexts = {
    "AWS_SECRET_ACCESS_KEY=@@\n", "[default]\naws_secret_access_key = @@\nregion = eu-west-3\n",
    "{\"SecretAccessKey\": \"@@\"}\n", "  awsSecretAccessKey: \"@@\"\n"};

SecretSample placed(SecretRule rule, std::string_view context, const std::string& secret) {
  SecretSample sample{std::string(to_string(rule)), std::string(context), rule, 0, 0};
  sample.begin = sample.text.find("@@");
  sample.text.replace(sample.begin, 2, secret);
  sample.end = sample.begin + secret.size();
  return sample;
}

SecretSample sample_of(SecretRule rule, SampleRandom& random) {
  if (rule == assignment) {
    return random.below(2) == 0
               ? placed(rule, random.choose(kTokenContexts), generic_token(random))
               : placed(rule, random.choose(kPasswordContexts), generic_password(random));
  }
  if (rule == url_password) {
    return placed(rule, random.choose(kUrlContexts), random.text(kAlnum, 12 + random.below(12)));
  }
  if (rule == aws && random.below(2) == 0) {
    return placed(rule, random.choose(kAwsContexts), random.text(kBase64, 40));
  }
  const std::string secret = make_secret(rule, random);
  const std::string_view context = random.choose(kContexts);
  // Inside of a string a key of several lines has its line breaks escaped.
  if (rule == private_key && !context.starts_with("@@")) {
    if (random.below(2) == 0) return placed(rule, "notes\n@@\nmore\n", secret);
    std::string escaped;
    for (const char c : secret) escaped += c == '\n' ? std::string("\\n") : std::string(1, c);
    return placed(rule, "{\"key\":\"@@\"}", escaped);
  }
  return placed(rule, context, secret);
}

}  // namespace

std::size_t SampleRandom::below(std::size_t limit) {  // splitmix64
  state_ += 0x9E3779B97F4A7C15U;
  std::uint64_t z = state_;
  z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
  z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
  return (z ^ (z >> 31U)) % limit;
}

std::string SampleRandom::text(std::string_view alphabet, std::size_t length) {
  std::string out;
  for (std::size_t i = 0; i < length; ++i) out += alphabet[below(alphabet.size())];
  return out;
}

std::string make_secret(SecretRule rule, SampleRandom& random) {
  switch (rule) {
    case anthropic: {
      constexpr std::array<std::string_view, 3> kKinds = {"api03-", "admin01-", "oat01-"};
      return "sk-ant-" + std::string(random.choose(kKinds)) + random.text(kUrlSafe, 93) + "AA";
    }
    case openai:
      return openai_text(random);
    case openrouter:
      return "sk-or-v1-" + random.text(kHex, 64);
    case groq:
      return "gsk_" + random.text(kAlnum, 52);
    case xai:
      return "xai-" + random.text(kAlnum, 80);
    case perplexity:
      return "pplx-" + random.text(kAlnum, 48);
    case google_api_key:
      return "AIzaSy" + random.text(kUrlSafe, 33);
    case google_oauth:
      return random.below(2) == 0 ? "GOCSPX-" + random.text(kUrlSafe, 28)
                                  : "ya29.a0" + random.text(kUrlSafe, 160);
    case hugging_face:
      return "hf_" + random.text(kAlnum.substr(10), 34);
    case github: {
      constexpr std::array<std::string_view, 4> kKinds = {"ghp_", "gho_", "ghu_", "ghs_"};
      if (random.below(4) != 0) return with_checksum(random.choose(kKinds), random);
      return "github_pat_" + random.text(kAlnum, 22) + "_" + random.text(kAlnum, 59);
    }
    case gitlab:
      return "glpat-" + random.text(kUrlSafe, 19) + "z";
    case npm:
      return with_checksum("npm_", random);
    case slack:
      return slack_text(random);
    case telegram:
      return random.text("123456789", 1) + random.text(kDigits, 9) + ":AA" +
             random.text(kUrlSafe, 33);
    case discord:
      return discord_text(random);
    case notion:
      return "ntn_" + random.text(kDigits, 11) + random.text(kAlnum, 35);
    case stripe:
      return (random.below(2) == 0 ? "sk_live_51" : "rk_live_51") + random.text(kAlnum, 97);
    case aws:
      return "AKIA" + random.text(kBase32, 16);
    case tailscale:
      return "tskey-auth-k" + random.text(kAlnum, 11) + "CNTRL-" + random.text(kAlnum, 32);
    case private_key:
      return private_key_text(random);
    case jwt:
      return jwt_text(random);
    case url_password:
      return random.text(kAlnum, 16);
    case assignment:
      return generic_token(random);
  }
  return "";
}

std::vector<SecretSample> secret_samples(std::uint64_t seed, std::size_t each) {
  SampleRandom random(seed);
  std::vector<SecretSample> samples;
  for (std::size_t rule = 0; rule < kSecretRules; ++rule) {
    // What has many shapes gets more of the set.
    const bool varied = rule == static_cast<std::size_t>(assignment);
    for (std::size_t i = 0; i < each * (varied ? 5 : 1); ++i) {
      samples.push_back(sample_of(static_cast<SecretRule>(rule), random));
    }
  }
  return samples;
}

}  // namespace clawvigil::test
