// The deployment's document on a real server: there is one secret, whichever process is first.
#include <thread>
#include <vector>

#include "mongo/deployment.h"
#include "mongo_fixture.h"

namespace ordo::mongo {
namespace {

class DeploymentTest : public MongoTest {};

TEST_F(DeploymentTest, OfSeveralProcessesOneMakesTheSecretAndAllHaveIt) {
  const auto before = find_deployment(*database_);
  ASSERT_TRUE(before) << before.error().text();
  EXPECT_FALSE(before->has_value());
  std::vector<Result<Deployment>> found(4, Deployment{});
  std::vector<std::thread> processes;
  for (std::size_t i = 0; i < found.size(); ++i) {
    processes.emplace_back([this, i, &found] {
      found[i] = ensure_deployment(*database_, [i]() -> Result<RecordProof::Unproven> {
        return RecordProof::Unproven{{{Topic::order_created, 1, false}, static_cast<std::int64_t>(10 + i)}};
      });
    });
  }
  for (auto& process : processes) process.join();
  for (const auto& one : found) {
    ASSERT_TRUE(one) << one.error().text();
    EXPECT_EQ(one->secret.size(), RecordProof::kSecretBytes);
    EXPECT_EQ(one->secret, found.front()->secret);
    EXPECT_EQ(one->unproven, found.front()->unproven);
  }
  const auto later = ensure_deployment(*database_, []() -> Result<RecordProof::Unproven> {
    ADD_FAILURE() << "the log is asked once";
    return RecordProof::Unproven{};
  });
  ASSERT_TRUE(later) << later.error().text();
  EXPECT_EQ(later->secret, found.front()->secret);
}

}  // namespace
}  // namespace ordo::mongo
