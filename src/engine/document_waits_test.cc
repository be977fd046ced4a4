// Who waits for a document is woken by the commits that change it.
#include "engine/document_waits.h"

#include <gtest/gtest.h>

#include <thread>

namespace ordo {
namespace {

void commit(DocumentWaits& waits, const std::string& order) {
  Order changed;
  changed.id = OrderId(order);
  const Document document(changed);
  const Change change{&document};
  waits.committed({ProcessorKind::orders, 0}, {&change, 1});
}

TEST(DocumentWaitsTest, ACommitWakesThoseWhoWaitForItsDocuments) {
  DocumentWaits waits;
  int first = 0;
  int second = 0;
  int shipment = 0;
  const DocumentWaits::Place a(waits, {Collection::orders, "o1"}, [&] { ++first; });
  const DocumentWaits::Place b(waits, {Collection::shipments, "o1"}, [&] { ++shipment; });
  {
    const DocumentWaits::Place c(waits, {Collection::orders, "o1"}, [&] { ++second; });
    commit(waits, "o1");
    commit(waits, "o2");
  }
  commit(waits, "o1");
  EXPECT_EQ(first, 2);
  EXPECT_EQ(second, 1) << "its wait has ended";
  EXPECT_EQ(shipment, 0);
}

TEST(DocumentWaitsTest, NoOneIsWokenAfterTheEndOfTheWait) {
  DocumentWaits waits;
  std::atomic<bool> stop{false};
  std::thread folding([&] {
    while (!stop) commit(waits, "o1");
  });
  for (int i = 0; i < 1'000; ++i) {
    auto target = std::make_unique<std::atomic<int>>(0);
    std::optional<DocumentWaits::Place> place;
    place.emplace(waits, DocumentKey{Collection::orders, "o1"}, [&woken = *target] { ++woken; });
    if (i % 2 == 0) std::this_thread::yield();
    place.reset();
    target.reset();  // a late call would write here
  }
  stop = true;
  folding.join();
}

}  // namespace
}  // namespace ordo
