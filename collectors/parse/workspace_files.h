// What a file of a workspace is to its agent, judged by its path alone. Pure.
//
//   AGENTS.md, SOUL.md, …                       instructions   read into every conversation
//   MEMORY.md, memory/2026-11-22.md             memory         changes daily by design
//   skills/mail/SKILL.md                        skills         instructions, and what they run
//   openclaw.json, .mcp.json, .npmrc            config
//   .env, .env.local, prod.env                  env            examples (.env.example) are not
//   .ssh/config, authorized_keys, id_ed25519    ssh            public keys (id_rsa.pub) are not
//   .github/workflows/ci.yml, .gitlab-ci.yml    ci             runs elsewhere, with secrets
//   hooks/boot/handler.ts, .husky/pre-commit    hooks          runs by itself
//   .gitmodules                                 submodule      another's repository in this one
//
// Letters of either case count: a file system may not tell them apart, and readers may not either.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace clawvigil::parse {

enum class FileClass : std::uint8_t {
  instructions,
  memory,
  skills,
  config,
  env,
  ssh,
  ci,
  hooks,
  submodule,
  unread,  // no class of a path: a directory whose changes could not be looked at
};
inline constexpr std::size_t kFileClasses = 10;
[[nodiscard]] std::string_view to_string(FileClass file_class);

// nullopt: an ordinary file. `path` is relative, with '/' between its parts.
[[nodiscard]] std::optional<FileClass> file_class_of(std::string_view path);

// True when `content` begins as a program does: "#!", or the magic bytes of ELF.
[[nodiscard]] bool begins_as_program(std::string_view content);

}  // namespace clawvigil::parse
