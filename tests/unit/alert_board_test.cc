#include "exporter/web/alert_board.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace clawvigil::web {
namespace {

using std::chrono::seconds;

SteadyTime at(int second) { return SteadyTime(seconds(100 + second)); }

TEST(AlertBoard, ShowsNothingBeforeTheFirstViewAndDoesNotWaitForIt) {
  AlertBoard board;
  board.set_maker([] { ADD_FAILURE() << "nobody can make a first view on demand"; });
  EXPECT_EQ(board.view(at(0)), nullptr);
}

TEST(AlertBoard, AsksForANewViewOnceTheOldOneIsNotFresh) {
  AlertBoard board;
  const auto old = std::make_shared<const AlertView>();
  board.put_up(old, at(0));
  std::atomic<int> asked = 0;
  std::thread maker;
  const auto next = std::make_shared<const AlertView>();
  board.set_maker([&] {
    ++asked;
    maker = std::thread([&] {
      EXPECT_TRUE(board.take_wish());
      board.put_up(next, at(10));
    });
  });
  EXPECT_EQ(board.view(at(4)), old);
  EXPECT_EQ(asked, 0);
  EXPECT_EQ(board.view(at(10)), next);
  EXPECT_EQ(asked, 1);
  maker.join();
  EXPECT_FALSE(board.wanted());
  EXPECT_EQ(board.view(at(11)), next);
  EXPECT_EQ(asked, 1);
}

TEST(AlertBoard, AFreshViewThatIsNoLongerTrueIsMadeAnew) {
  AlertBoard board;
  int asked = 0;
  std::thread maker;
  board.set_maker([&] {
    ++asked;
    maker = std::thread([&] { board.put_up(std::make_shared<const AlertView>(), at(0)); });
  });
  EXPECT_EQ(board.view(at(0)), nullptr);
  EXPECT_EQ(asked, 0);
  board.expire();
  const auto first = board.view(at(0));
  maker.join();
  EXPECT_NE(first, nullptr);
  EXPECT_EQ(board.view(at(1)), first);
  board.expire();
  const auto second = board.view(at(1));
  maker.join();
  EXPECT_NE(second, first);
  EXPECT_EQ(board.view(at(2)), second);
  EXPECT_EQ(asked, 2);
}

TEST(AlertBoard, WithoutAnAnswerOrAMakerTheOldViewIsShown) {
  AlertBoard board;
  const auto old = std::make_shared<const AlertView>();
  board.put_up(old, at(0));
  board.set_maker([] {});
  EXPECT_EQ(board.view(at(60)), old);
  EXPECT_TRUE(board.wanted());
  board.set_maker(nullptr);
  EXPECT_EQ(board.view(at(60)), old);
}

}  // namespace
}  // namespace clawvigil::web
