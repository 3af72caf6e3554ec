#include "collectors/tls/certificate_files.h"

#include <xxhash.h>

#include <algorithm>
#include <utility>

#include "collectors/proxy_logs.h"
#include "collectors/tls/endpoint_facts.h"
#include "collectors/tls_families.h"

namespace clawvigil::tls {

namespace {

constexpr std::size_t kMaxBytes = 256UL * 1024;
constexpr std::size_t kMaxLineages = 256;
constexpr std::string_view kLive = "/etc/letsencrypt/live";

std::vector<std::string_view> families() {
  return {tls_families::kNotAfter.name(), tls_families::kNotBefore.name()};
}

void unknown(const std::string& path, Error error, Batch& out) {
  error.message = path + ": " + error.message;
  out.unknown(error, families());
}

std::uint64_t digest_of(std::string_view pem, const std::vector<std::string>& hosts) {
  std::uint64_t digest = XXH3_64bits(pem.data(), pem.size());
  for (const std::string& host : hosts) {
    digest = XXH3_64bits_withSeed(host.data(), host.size(), digest);
  }
  return digest;
}

// The path an agent's configuration names is the agent's choice, not the owner's: a file of its
// own, or one of /etc, where it can place nothing. Nothing of either is told but dates.
Result<std::string> read_for_agent(const Context& context, const Home& home,
                                   const std::string& path) {
  const host::OpenRules own{.owner = home.uid};
  const std::string inside = home.path + "/";
  if (path.starts_with("/etc/")) return context.root.read_system_file(path, kMaxBytes);
  if (path.starts_with(inside)) {
    return home.dir->read_file(path.substr(inside.size()), kMaxBytes, own);
  }
  const std::size_t slash = path.rfind('/');
  TRY_ASSIGN(const host::Dir directory, context.root.anchor(path.substr(0, slash + 1)));
  auto pem = directory.read_file(path.substr(slash + 1), kMaxBytes, own);
  if (pem || pem.error().code != Errc::unsafe) return pem;
  return fail(Errc::unsafe, pem.error().message + "; if it is yours, name it under tls.files");
}

}  // namespace

void CertificateFiles::add_configured(const Context& context, std::vector<Source>& sources) {
  for (const std::string& path : context.config.tls.files) {
    sources.push_back({path, {}, context.root.read_system_file(path, kMaxBytes)});
  }
}

// OpenClaw makes a certificate of its own at <state>/gateway/tls/gateway-cert.pem if none is named.
void CertificateFiles::add_gateway(const Context& context, const Home& home,
                                   const std::string& setting, std::vector<Source>& sources) {
  std::string path = setting;
  if (path.empty()) path = home.path + "/gateway/tls/gateway-cert.pem";
  if (path.starts_with("~/")) path = home.path.substr(0, home.path.rfind('/')) + path.substr(1);
  const bool absolute = path.starts_with('/') && path.find("/../") == std::string::npos;
  const bool told = std::ranges::find(sources, path, &Source::path) != sources.end();
  if (told) return;
  sources.push_back({path,
                     {},
                     absolute ? read_for_agent(context, home, path)
                              : fail(Errc::unsupported, "not an absolute path")});
}

// live/<name>/fullchain.pem is a symlink into ../archive; both are root's.
void CertificateFiles::add_letsencrypt(const Context& context,
                                       const std::vector<std::string>& hosts,
                                       std::vector<Source>& sources) {
  if (hosts.empty()) return;
  const auto live = context.root.anchor(kLive);
  if (!live && live.error().code == Errc::not_found) return;
  auto entries = live ? live->list(".", kMaxLineages)
                      : Result<std::vector<host::DirEntry>>(std::unexpected(live.error()));
  if (!entries) {
    sources.push_back({std::string(kLive), hosts, std::unexpected(entries.error())});
    return;
  }
  std::ranges::sort(*entries, {}, &host::DirEntry::name);
  for (const host::DirEntry& entry : *entries) {
    if (entry.kind != host::FileKind::directory) continue;
    const std::string path = std::string(kLive) + "/" + entry.name + "/fullchain.pem";
    const bool told = std::ranges::find(sources, path, &Source::path) != sources.end();
    if (!told) sources.push_back({path, hosts, context.root.read_system_file(path, kMaxBytes)});
  }
}

Result<> CertificateFiles::update(const Context& context, const std::vector<Source>& sources) {
  std::vector<host::CertificateText> texts;
  std::vector<std::pair<std::string, std::uint64_t>> wanted;  // path and digest of each text
  std::erase_if(known_, [&](const auto& entry) {
    return std::ranges::find(sources, entry.first, &Source::path) == sources.end();
  });
  for (const Source& source : sources) {
    if (!source.pem) continue;
    const std::uint64_t digest = digest_of(*source.pem, source.hosts);
    const auto known = known_.find(source.path);
    if (known != known_.end() && known->second.digest == digest) continue;
    texts.push_back({*source.pem, source.hosts});
    wanted.emplace_back(source.path, digest);
  }
  if (texts.empty()) return {};
  TRY_ASSIGN(const auto dates, host::read_certificates(texts, context.stop));
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    known_.insert_or_assign(wanted[i].first, Known{wanted[i].second, dates[i]});
  }
  return {};
}

void CertificateFiles::measure(const Context& context, SettingsLoader& loader,
                               const std::set<std::string>& visited, Batch& out) {
  std::vector<Source> sources;
  add_configured(context, sources);
  ProxyHints hints;
  for (const Home& home : context.homes) {
    const auto settings = loader.load_or_default(home);  // "gateway" tells what cannot be read
    add_proxy_hints(*settings, hints);
    const GatewaySettings& gateway = settings->gateway;
    if (gateway.tls_enabled.value) {
      add_gateway(context, home, gateway.tls_certificate.value, sources);
    }
  }
  std::vector<std::string> hosts;
  std::ranges::set_difference(hints.hosts, visited, std::back_inserter(hosts));
  add_letsencrypt(context, hosts, sources);
  const Result<> updated = update(context, sources);
  if (!updated) return out.unknown(updated.error(), families());
  for (const Source& source : sources) {
    if (!source.pem) {
      unknown(source.path, source.pem.error(), out);
      continue;
    }
    const auto& dates = known_.at(source.path).dates;
    if (!dates) {
      unknown(source.path, dates.error(), out);
    } else if (source.hosts.empty() || dates->is_for_a_host) {
      export_dates(source.path, dates->leaf, dates->chain, out);
    }
  }
}

}  // namespace clawvigil::tls
