#include "collectors/keys/credential_set.h"

#include <algorithm>

#include "collectors/parse/credential_id.h"
#include "collectors/parse/json_web_token.h"
#include "exporter/base/strings.h"

namespace clawvigil::keys {

namespace {

constexpr std::size_t kNameHashBytes = 4;

void keep_oldest(std::optional<SystemTime>& oldest, const std::optional<SystemTime>& time) {
  if (time && (!oldest || *time < *oldest)) oldest = time;
}

}  // namespace

std::string CredentialSet::name(const std::vector<std::string>& parts) const {
  return credential_id(parts, [this](std::string_view part) {
    return hash_.hex_digest("credential-name", part, kNameHashBytes);
  });
}

Fingerprint CredentialSet::fingerprint(const Secret& value) const {
  return hash_.hex_digest("credential", trim(value.reveal()));
}

Credential& CredentialSet::insert(const std::vector<std::string>& parts, const Fingerprint& print) {
  const std::string plain = name(parts);
  std::string id = plain;
  std::string distinct;  // what makes the name of a second, third … value another one
  for (const std::string& part : parts) distinct += "/" + part;
  for (auto found = by_id_.find(id); found != by_id_.end(); found = by_id_.find(id)) {
    if (credentials_[found->second].fingerprint == print) return credentials_[found->second];
    id = plain + "/~" + hash_.hex_digest("credential-name", distinct, kNameHashBytes);
    distinct += "/";
  }
  by_id_.emplace(id, credentials_.size());
  by_value_.emplace(print, credentials_.size());
  credentials_.push_back({std::move(id), parts.front(), print, std::nullopt, std::nullopt});
  return credentials_.back();
}

bool CredentialSet::has(const std::vector<std::string>& parts) const {
  return by_id_.contains(name(parts));
}

void CredentialSet::add(const std::vector<std::string>& parts, const Secret& value,
                        const Proof& proof) {
  Credential& credential = insert(parts, fingerprint(value));
  const TokenTimes stated = json_web_token_times(trim(value.reveal()));
  keep_oldest(credential.proven, proof.existed);
  keep_oldest(credential.proven, stated.issued);
  keep_oldest(credential.expires, proof.expires);
  keep_oldest(credential.expires, stated.expires);
}

void CredentialSet::add_copy(const std::vector<std::string>& parts, const Secret& value,
                             const Proof& proof) {
  const auto [first, last] = by_value_.equal_range(fingerprint(value));
  if (first == last) return add(parts, value, proof);
  std::for_each(first, last, [&](const auto& entry) {
    keep_oldest(credentials_[entry.second].proven, proof.existed);
  });
}

void CredentialSet::add_refreshable(const std::vector<std::string>& parts,
                                    std::optional<SystemTime> expires) {
  std::string id = name(parts);
  if (!by_id_.emplace(id, credentials_.size()).second) return;
  credentials_.push_back({std::move(id), parts.front(), std::nullopt, std::nullopt, expires});
}

void CredentialSet::prove(const Secret& value, SystemTime existed) {
  const auto [first, last] = by_value_.equal_range(fingerprint(value));
  std::for_each(first, last, [&](const auto& entry) {
    keep_oldest(credentials_[entry.second].proven, existed);
  });
}

}  // namespace clawvigil::keys
