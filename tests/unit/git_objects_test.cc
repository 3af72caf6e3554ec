// Objects and refs of git as the real git writes them, and what is wrong with others.
#include "collectors/parse/git_objects.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace clawvigil::parse {
namespace {

using test::fixture;
using test::read_all;
using testing::ElementsAre;

std::string captured(const std::string& name) {
  return read_all(fixture("fuzz/corpus/git_objects/" + name));
}

const std::string kId = "0123456789abcdef0123456789ABCDEF01234567";

TEST(GitObjects, Ids) {
  const auto id = git_id_from_hex(kId);
  ASSERT_TRUE(id);
  EXPECT_EQ(to_hex(*id), "0123456789abcdef0123456789abcdef01234567");
  EXPECT_FALSE(git_id_from_hex(kId.substr(1)));
  EXPECT_FALSE(git_id_from_hex(kId + "0"));
  EXPECT_FALSE(git_id_from_hex(std::string(40, 'g')));
}

TEST(GitObjects, ACommitOfGit) {
  const std::string bytes = captured("merge_commit");
  const auto commit = parse_git_commit(bytes);
  ASSERT_TRUE(commit) << commit.error().message;
  EXPECT_EQ(commit->parents.size(), 2);
  EXPECT_EQ(commit->author.name, "A U Thor");
  EXPECT_EQ(commit->author.email, "a@b.c");
  EXPECT_GT(commit->committer.seconds, 1'700'000'000);
  EXPECT_EQ(commit->message, "merge\n");
}

TEST(GitObjects, ACommitByHand) {
  const std::string start = "tree " + kId + "\n";
  const std::string full =
      start + "author A <B> <a@b> -12 -0130\ncommitter  <> nonsense\ngpgsig x\n y\n\n\nm";
  const auto commit = parse_git_commit(full);
  ASSERT_TRUE(commit);
  EXPECT_EQ(commit->author.seconds, -12);
  EXPECT_EQ(commit->author.offset_minutes, -90);
  EXPECT_EQ(commit->committer.seconds, 0);
  EXPECT_EQ(commit->committer.name, "");
  EXPECT_EQ(commit->message, "m");
  EXPECT_TRUE(parse_git_commit(start));
  EXPECT_EQ(parse_git_commit(start + "\nmessage")->message, "message");
  EXPECT_FALSE(parse_git_commit(""));
  EXPECT_FALSE(parse_git_commit("tree " + kId));
  EXPECT_FALSE(parse_git_commit("parent " + kId + "\n"));
  std::string many = start;
  for (std::size_t i = 0; i <= GitCommit::kMaxParents; ++i) many += "parent " + kId + "\n";
  EXPECT_EQ(parse_git_commit(many).error().code, Errc::too_large);
}

TEST(GitObjects, ATreeOfGit) {
  const std::string bytes = captured("tree");
  const auto tree = parse_git_tree(bytes);
  ASSERT_TRUE(tree) << tree.error().message;
  ASSERT_EQ(tree->size(), 2);
  EXPECT_EQ(tree->at(0).name, "AGENTS.md");
  EXPECT_EQ(tree->at(0).kind, GitEntryKind::blob);
  EXPECT_EQ(tree->at(1).name, "memory");
  EXPECT_EQ(tree->at(1).kind, GitEntryKind::tree);
  for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
    const auto part = parse_git_tree(std::string_view(bytes).substr(0, cut));
    EXPECT_TRUE(!part || part->size() == 1) << cut;
  }
}

TEST(GitObjects, KindsOfEntries) {
  const std::string raw(20, 'x');
  const auto kind = [&](const std::string& mode) {
    const std::string bytes = mode + " n" + '\0' + raw;
    return parse_git_tree(bytes).value().at(0).kind;
  };
  EXPECT_EQ(kind("100644"), GitEntryKind::blob);
  EXPECT_EQ(kind("100755"), GitEntryKind::blob);
  EXPECT_EQ(kind("120000"), GitEntryKind::symlink);
  EXPECT_EQ(kind("160000"), GitEntryKind::submodule);
  EXPECT_EQ(kind("040000"), GitEntryKind::tree);
  EXPECT_EQ(kind("0"), GitEntryKind::blob);
}

TEST(GitObjects, TagsAndRefs) {
  EXPECT_TRUE(parse_git_tag(captured("tag")));
  EXPECT_FALSE(parse_git_tag("type commit\n"));
  EXPECT_TRUE(parse_git_ref(captured("ref")).value().has_value());
  EXPECT_FALSE(parse_git_ref(captured("head")).value().has_value());
  EXPECT_EQ(parse_git_ref(std::string(64, 'a')).error().code, Errc::unsupported);
  EXPECT_EQ(parse_git_ref(std::string(41, 'a')).error().code, Errc::parse);
  EXPECT_EQ(parse_git_ref("").error().code, Errc::parse);
}

TEST(GitObjects, PackedRefs) {
  const auto names = [](std::string_view content) -> Result<std::vector<std::string>> {
    std::vector<std::string> all;
    TRY(parse_packed_refs(content, [&](std::string_view name, const GitId&) -> Result<> {
      all.emplace_back(name);
      return {};
    }));
    return all;
  };
  EXPECT_THAT(names(captured("packed_refs")).value(),
              ElementsAre("refs/heads/master", "refs/heads/side", "refs/tags/v1"));
  EXPECT_THAT(names("").value(), ElementsAre());
  EXPECT_EQ(names(kId + "\n").error().code, Errc::parse);
  EXPECT_EQ(names("junk\n").error().code, Errc::parse);
  EXPECT_EQ(names(std::string(64, 'a') + " refs/heads/x\n").error().code, Errc::unsupported);
}

}  // namespace
}  // namespace clawvigil::parse
