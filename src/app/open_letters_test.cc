#include "app/open_letters.h"

#include <gtest/gtest.h>

#include "api/testing/test_log.h"

namespace ordo::app {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kOrders = static_cast<std::size_t>(Topic::order_created);

// The letter of the record at `offset` of the inbox.
Record letter(std::int64_t offset) {
  Record record;
  record.at = {Topic::order_created, 0, true};
  record.envelope.extra = {{"ordo_dlq_reason", "malformed_json"},
                           {"ordo_dlq_partition", "0"},
                           {"ordo_dlq_offset", std::to_string(offset)},
                           {"ordo_dlq_time", to_rfc3339(from_unix_ms(1'000))}};
  return record;
}

Record mark(std::int64_t offset, LetterState state = LetterState::dropped) {
  return mark_of(read_letter(letter(offset)), state, from_unix_ms(5'000), "/ordo/api/test");
}

TEST(OpenLetters, AreThoseWithoutAMark) {
  OpenLetters letters(100);
  std::int64_t at = 0;
  const auto note = [&](Record record) {
    record.offset = at++;
    letters.note(record);
    return letters.open();
  };
  EXPECT_EQ(note(letter(5)), 1);
  EXPECT_EQ(note(letter(6)), 2);
  EXPECT_EQ(note(letter(6)), 2) << "a crash has left two letters of one record";
  EXPECT_EQ(note(mark(6, LetterState::replayed)), 1);
  EXPECT_EQ(note(mark(6)), 1);
  EXPECT_EQ(note(mark(77)), 1) << "of a letter that is gone";
  EXPECT_EQ(note(letter(6)), 1) << "as `ordo dlq list` has it";
  letters.forget_before(1);
  EXPECT_EQ(letters.open(), 0);
}

TEST(OpenLetters, TheNewestAreKnown) {
  OpenLetters letters(10);
  for (int i = 0; i < 1'000; ++i) {
    Record record = letter(i);
    record.offset = i;
    letters.note(record);
  }
  EXPECT_EQ(letters.open(), 10);
}

class LetterWatchTest : public testing::Test {
 protected:
  LetterWatchTest() {
    options_.interval = milliseconds(1);
    options_.worth_asking = [this] { return reachable_.load(); };
  }
  void await(std::optional<std::int64_t> count) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (watch_->open()[kOrders] != count) {
      ASSERT_LT(std::chrono::steady_clock::now(), until) << "not " << count.value_or(-1);
      std::this_thread::yield();
    }
  }

  api::TestLog log_;
  LetterWatchOptions options_;
  std::atomic<bool> reachable_{true};
  std::optional<LetterWatch> watch_;
};

TEST_F(LetterWatchTest, FollowsTheTopics) {
  for (int i = 0; i < 3; ++i) log_.append(letter(i));
  watch_.emplace(log_, options_);
  await(3);
  log_.append(mark(1));
  await(2);
  log_.append(letter(9));
  await(3);
  log_.trim(Topic::order_created, 0, 3);  // the three letters were removed; 9 is left
  await(1);
  std::string text;
  watch_->append_metrics(text);
  EXPECT_NE(text.find("\nordo_dead_letters_open{topic=\"order_created\"} 1\n"), std::string::npos) << text;
}

TEST_F(LetterWatchTest, OpensAReaderOnlyForWhatIsNew) {
  log_.append(letter(1));
  watch_.emplace(log_, options_);
  await(1);
  log_.append(letter(2));
  await(2);
  EXPECT_EQ(log_.opened(), 2);
}

TEST_F(LetterWatchTest, ALogThatIsAwayKeepsTheLastCount) {
  log_.append(letter(1));
  reachable_ = false;
  watch_.emplace(log_, options_);
  std::string text;
  watch_->append_metrics(text);
  EXPECT_EQ(text.find("ordo_dead_letters_open{"), std::string::npos) << "unknown numbers have no metric";
  reachable_ = true;
  await(1);
  log_.fail_with(Error{ErrorCode::kUnavailable, "test", "test", {}});
  log_.append(letter(2));
  await(1);
  log_.fail_with(std::nullopt);
  await(2);
}

TEST_F(LetterWatchTest, ATopicThatWasMadeAnewIsReadAnew) {
  for (int i = 0; i < 5; ++i) log_.append(letter(i));
  watch_.emplace(log_, options_);
  await(5);
  log_.clear();
  log_.append(letter(0));
  await(1);
}

}  // namespace
}  // namespace ordo::app
