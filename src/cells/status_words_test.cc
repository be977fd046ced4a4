#include "cells/status_words.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

namespace ordo::imports {
namespace {

constexpr PastState kPendingUnpaid{};
constexpr PastState kReservedAuthorized{OrderStatus::reserved, PaymentStatus::authorized,
                                        FulfillmentStatus::unfulfilled};
constexpr PastState kConfirmedPaid{OrderStatus::confirmed, PaymentStatus::captured, FulfillmentStatus::unfulfilled};
constexpr PastState kPartlyOnItsWay{OrderStatus::confirmed, PaymentStatus::captured,
                                    FulfillmentStatus::partially_shipped};
constexpr PastState kOnItsWay{OrderStatus::fulfilled, PaymentStatus::captured, FulfillmentStatus::shipped};
constexpr PastState kArrived{OrderStatus::completed, PaymentStatus::captured, FulfillmentStatus::delivered};
constexpr PastState kRefundedInPart{OrderStatus::completed, PaymentStatus::partially_refunded,
                                    FulfillmentStatus::delivered};
constexpr PastState kGivenBack{OrderStatus::completed, PaymentStatus::refunded, FulfillmentStatus::delivered};
constexpr PastState kCancelledUnpaid{OrderStatus::cancelled, PaymentStatus::none, FulfillmentStatus::unfulfilled};
constexpr PastState kRejectedFailed{OrderStatus::rejected, PaymentStatus::failed, FulfillmentStatus::unfulfilled};

// nullopt also for an error, which the test then names.
std::optional<PastState> state_of(const StatusCells& cells, const StatusChoices& choices = {}) {
  const auto state = past_state(cells, choices);
  EXPECT_TRUE(state) << (state ? "" : state.error().text());
  return state ? *state : std::nullopt;
}

StatusCells word(std::string_view status) {
  return {status, "", "", ""};
}

StatusCells pair(std::string_view payment, std::string_view fulfillment, std::string_view cancelled_at = "") {
  return {"", payment, fulfillment, cancelled_at};
}

void expect_words(std::initializer_list<std::string_view> words, const PastState& state) {
  for (const auto text : words) EXPECT_EQ(state_of(word(text)), state) << text;
}

TEST(StatusWords, APlainWordHasNoCaseMarksAndSeparators) {
  EXPECT_EQ(plain_status("wc-on-hold"), "onhold");
  EXPECT_EQ(plain_status("On hold"), "onhold");
  EXPECT_EQ(plain_status("partially_refunded"), "partiallyrefunded");
  EXPECT_EQ(plain_status(" Awaiting\u00a0Fulfillment "), "awaitingfulfillment");
  EXPECT_EQ(plain_status("Đã giao"), "dagiao");
  EXPECT_EQ(plain_status("Đa\u0303 giao"), "dagiao");
  EXPECT_EQ(plain_status("Đã huỷ"), plain_status("đã hủy"));
  EXPECT_EQ(plain_status(""), "");
}

// Every word of every table stands there once, in the form in which words are compared.
TEST(StatusWords, TheTablesArePlainAndHaveEachWordOnce) {
  for (const auto table : {status_words(), payment_words(), fulfillment_words()}) {
    std::set<std::string> seen;
    for (const auto& row : table) {
      std::string_view rest = row.words;
      while (!rest.empty()) {
        const auto end = std::min(rest.find('|'), rest.size());
        const std::string one(rest.substr(0, end));
        EXPECT_FALSE(one.empty()) << row.words;
        EXPECT_EQ(plain_status(one), one);
        EXPECT_TRUE(seen.insert(one).second) << one << " stands in the table twice";
        rest.remove_prefix(std::min(end + 1, rest.size()));
      }
    }
  }
}

TEST(StatusWords, WooCommerce) {
  expect_words({"wc-pending", "wc-on-hold", "pending", "On hold", "wc-checkout-draft"}, kPendingUnpaid);
  expect_words({"wc-processing", "Processing"}, kConfirmedPaid);
  expect_words({"wc-completed", "Completed"}, kArrived);
  expect_words({"wc-refunded"}, kGivenBack);
  expect_words({"wc-cancelled"}, kCancelledUnpaid);
  expect_words({"wc-failed"}, kRejectedFailed);
}

TEST(StatusWords, Magento) {
  expect_words({"pending", "pending_payment", "holded"}, kPendingUnpaid);
  expect_words({"payment_review"}, kReservedAuthorized);
  expect_words({"processing"}, kConfirmedPaid);
  expect_words({"complete"}, kArrived);
  expect_words({"closed"}, kGivenBack);
  expect_words({"canceled"}, kCancelledUnpaid);
  expect_words({"fraud", "Suspected Fraud"}, kRejectedFailed);
}

TEST(StatusWords, Amazon) {
  expect_words({"Pending", "PendingAvailability"}, kPendingUnpaid);
  expect_words({"Unshipped"}, kConfirmedPaid);
  expect_words({"PartiallyShipped"}, kPartlyOnItsWay);
  expect_words({"Shipped", "Shipped - Out for Delivery"}, kOnItsWay);
  expect_words({"Delivered", "Complete", "Shipped - Delivered to Buyer"}, kArrived);
  expect_words({"Cancelled", "Canceled"}, kCancelledUnpaid);
  // The file does not say whether the money went back.
  EXPECT_FALSE(past_state(word("Shipped - Returned to Seller"), {}));
}

TEST(StatusWords, BigCommerce) {
  expect_words({"Pending", "Awaiting Payment", "Manual Verification Required", "Incomplete"}, kPendingUnpaid);
  expect_words({"Awaiting Fulfillment", "Awaiting Shipment", "Awaiting Pickup"}, kConfirmedPaid);
  expect_words({"Partially Shipped"}, kPartlyOnItsWay);
  expect_words({"Shipped"}, kOnItsWay);
  expect_words({"Completed"}, kArrived);
  expect_words({"Partially Refunded"}, kRefundedInPart);
  expect_words({"Refunded"}, kGivenBack);
  expect_words({"Cancelled"}, kCancelledUnpaid);
  expect_words({"Declined"}, kRejectedFailed);
  const auto disputed = state_of(word("Disputed"));
  ASSERT_TRUE(disputed);
  EXPECT_TRUE(disputed->disputed);
  EXPECT_EQ(disputed->payment, PaymentStatus::captured);
  EXPECT_EQ(state_of(word("chargeback")), disputed);
}

TEST(StatusWords, Olist) {
  expect_words({"created"}, kPendingUnpaid);
  expect_words({"approved", "invoiced", "processing"}, kConfirmedPaid);
  expect_words({"shipped"}, kOnItsWay);
  expect_words({"delivered"}, kArrived);
  expect_words({"canceled", "unavailable"}, kCancelledUnpaid);
}

TEST(StatusWords, OrdoAndItsSeed) {
  expect_words({"pending"}, kPendingUnpaid);
  expect_words({"confirmed"}, kConfirmedPaid);
  expect_words({"fulfilled"}, kOnItsWay);
  expect_words({"completed"}, kArrived);
  expect_words({"cancelled"}, kCancelledUnpaid);
  expect_words({"rejected"}, kRejectedFailed);
  EXPECT_EQ(state_of(word("reserved"))->status, OrderStatus::reserved);
  EXPECT_EQ(state_of(word("expired"))->status, OrderStatus::expired);
}

TEST(StatusWords, VietnameseWithAndWithoutMarks) {
  expect_words({"Chờ xác nhận", "cho xac nhan", "Chờ thanh toán", "chưa thanh toán"}, kPendingUnpaid);
  expect_words({"Đã thanh toán", "da thanh toan", "Đang xử lý", "DANG XU LY", "Chờ lấy hàng"}, kConfirmedPaid);
  expect_words({"Đang giao", "dang giao", "Đang vận chuyển"}, kOnItsWay);
  expect_words({"Đã giao", "da giao", "Hoàn thành", "hoan thanh", "Giao hàng thành công"}, kArrived);
  expect_words({"Đã hoàn tiền", "da hoan tien"}, kGivenBack);
  expect_words({"Đã hủy", "Đã huỷ", "da huy", "Huỷ"}, kCancelledUnpaid);
  expect_words({"Thất bại"}, kRejectedFailed);
}

TEST(StatusWords, GermanFrenchSpanish) {
  expect_words({"offen", "Zahlung ausstehend", "en attente", "pendiente de pago"}, kPendingUnpaid);
  expect_words({"in Bearbeitung", "bezahlt", "Payée", "en cours de traitement", "pagado", "en proceso"},
               kConfirmedPaid);
  expect_words({"teilweise versandt", "partiellement expédié", "parcialmente enviado"}, kPartlyOnItsWay);
  expect_words({"versendet", "Expédiée", "enviado"}, kOnItsWay);
  expect_words({"abgeschlossen", "zugestellt", "terminée", "livré", "entregado", "completado"}, kArrived);
  expect_words({"rückerstattet", "remboursé", "reembolsado"}, kGivenBack);
  expect_words({"storniert", "annulée", "cancelado"}, kCancelledUnpaid);
  expect_words({"fehlgeschlagen", "échouée", "fallido"}, kRejectedFailed);
}

TEST(StatusWords, ShopifyHasOneWordForThePaymentAndOneForTheShipment) {
  EXPECT_EQ(state_of(pair("pending", "")), kPendingUnpaid);
  EXPECT_EQ(state_of(pair("expired", "unfulfilled")), kPendingUnpaid);
  EXPECT_EQ(state_of(pair("authorized", "null")), kReservedAuthorized);
  EXPECT_EQ(state_of(pair("paid", "unfulfilled")), kConfirmedPaid);
  EXPECT_EQ(state_of(pair("paid", "")), kConfirmedPaid);
  EXPECT_EQ(state_of(pair("paid", "null")), kConfirmedPaid);
  EXPECT_EQ(state_of(pair("paid", "partial")), kPartlyOnItsWay);
  EXPECT_EQ(state_of(pair("paid", "fulfilled")), kOnItsWay);
  EXPECT_EQ(state_of(pair("paid", "delivered")), kArrived);
  EXPECT_EQ(state_of(pair("partially_refunded", "delivered")), kRefundedInPart);
  EXPECT_EQ(state_of(pair("refunded", "delivered")), kGivenBack);
  EXPECT_EQ(state_of(pair("refunded", "unfulfilled")),
            (PastState{OrderStatus::completed, PaymentStatus::refunded, FulfillmentStatus::unfulfilled}));
  EXPECT_EQ(state_of(pair("voided", "")),
            (PastState{OrderStatus::cancelled, PaymentStatus::voided, FulfillmentStatus::unfulfilled}));
  EXPECT_EQ(state_of(pair("partially_refunded", "fulfilled")),
            (PastState{OrderStatus::fulfilled, PaymentStatus::partially_refunded, FulfillmentStatus::shipped}));
  EXPECT_EQ(state_of(pair("partially_paid", "")),
            (PastState{OrderStatus::reserved, PaymentStatus::partially_captured, FulfillmentStatus::unfulfilled}));
  EXPECT_EQ(state_of(pair("pending", "fulfilled")),
            (PastState{OrderStatus::fulfilled, PaymentStatus::none, FulfillmentStatus::shipped}));
  EXPECT_EQ(state_of(pair("", "shipped")), kOnItsWay);
}

TEST(StatusWords, ATimeOfTheCancelCancels) {
  const std::string_view at = "2024-03-06 09:00:00 -0500";
  EXPECT_EQ(state_of(pair("pending", "unfulfilled", at)), kCancelledUnpaid);
  EXPECT_EQ(state_of(pair("refunded", "restocked", at)),
            (PastState{OrderStatus::cancelled, PaymentStatus::refunded, FulfillmentStatus::unfulfilled}));
  EXPECT_EQ(state_of(pair("paid", "", at)),
            (PastState{OrderStatus::cancelled, PaymentStatus::captured, FulfillmentStatus::unfulfilled}));
  EXPECT_EQ(state_of(pair("authorized", "", at))->payment, PaymentStatus::voided);
  EXPECT_EQ(state_of({"processing", "", "", at}), kCancelledUnpaid);
  EXPECT_EQ(state_of({"", "", "", at}), kCancelledUnpaid);
  EXPECT_EQ(state_of({"refunded", "", "", at})->status, OrderStatus::cancelled);
  EXPECT_EQ(state_of({"failed", "", "", at}), kRejectedFailed);
  for (const std::string_view none : {"", "0000-00-00 00:00:00", "null", "-", "0", "false", "no"}) {
    EXPECT_EQ(state_of(pair("paid", "fulfilled", none)), kOnItsWay) << none;
  }
  EXPECT_EQ(state_of(pair("pending", "", "true")), kCancelledUnpaid);
}

TEST(StatusWords, AWordForTheOrderIsCorrectedByTheOthers) {
  // Cash on delivery: on its way, not paid.
  EXPECT_EQ(state_of({"processing", "pending", "", ""}),
            (PastState{OrderStatus::confirmed, PaymentStatus::none, FulfillmentStatus::unfulfilled}));
  EXPECT_EQ(state_of({"completed", "refunded", "", ""}), kGivenBack);
  EXPECT_EQ(state_of({"completed", "captured", "partially_returned", ""})->fulfillment,
            FulfillmentStatus::partially_returned);
  EXPECT_EQ(state_of({"open", "paid", "fulfilled", ""}), kOnItsWay);
  EXPECT_EQ(state_of({"pending", "paid", "", ""}), kConfirmedPaid);
  EXPECT_EQ(state_of({"pending", "pending", "unfulfilled", ""}), kPendingUnpaid);
  EXPECT_EQ(state_of({"cancelled", "refunded", "", ""})->payment, PaymentStatus::refunded);
  EXPECT_EQ(state_of({"cancelled", "authorized", "", ""})->payment, PaymentStatus::voided);
  EXPECT_TRUE(state_of({"completed", "chargeback", "", ""})->disputed);
  EXPECT_EQ(state_of(pair("unpaid", "cancelled")), kCancelledUnpaid);
}

// What `ordo orders export` writes is read as it was.
TEST(StatusWords, EveryStateOfOrdoReadsBackTheSame) {
  const std::vector<PastState> states = {
      kPendingUnpaid,
      {OrderStatus::pending, PaymentStatus::partially_captured, FulfillmentStatus::unfulfilled},
      {OrderStatus::reserved, PaymentStatus::none, FulfillmentStatus::unfulfilled},
      kReservedAuthorized,
      kConfirmedPaid,
      {OrderStatus::confirmed, PaymentStatus::none, FulfillmentStatus::unfulfilled},
      {OrderStatus::confirmed, PaymentStatus::partially_refunded, FulfillmentStatus::partially_shipped},
      kOnItsWay,
      kArrived,
      kRefundedInPart,
      {OrderStatus::completed, PaymentStatus::refunded, FulfillmentStatus::returned},
      {OrderStatus::completed, PaymentStatus::captured, FulfillmentStatus::partially_returned},
      {OrderStatus::cancelled, PaymentStatus::voided, FulfillmentStatus::unfulfilled},
      {OrderStatus::cancelled, PaymentStatus::refunded, FulfillmentStatus::unfulfilled},
      kRejectedFailed,
  };
  static constexpr std::string_view kPayments[] = {
      "none", "authorized", "captured", "failed", "partially_refunded", "refunded", "voided", "partially_captured"};
  static constexpr std::string_view kFulfillments[] = {"unfulfilled", "partially_shipped",  "shipped",
                                                       "delivered",   "partially_returned", "returned"};
  for (const auto& state : states) {
    const auto payment = kPayments[static_cast<std::size_t>(state.payment)];
    const auto fulfillment = kFulfillments[static_cast<std::size_t>(state.fulfillment)];
    const auto read = state_of({to_string(state.status), payment, fulfillment, ""});
    EXPECT_EQ(read, state) << to_string(state.status) << " " << payment << " " << fulfillment;
  }
}

TEST(StatusWords, TimesDecideWhereNoWordDoes) {
  const auto by_times = [](std::optional<std::string_view> paid, std::optional<std::string_view> shipped,
                           std::optional<std::string_view> delivered = {}) {
    StatusCells cells;
    cells.paid_at = paid;
    cells.shipped_at = shipped;
    cells.delivered_at = delivered;
    return state_of(cells);
  };
  EXPECT_EQ(by_times("", ""), kPendingUnpaid);
  EXPECT_EQ(by_times("Mar-05-24", ""), kConfirmedPaid);
  EXPECT_EQ(by_times("Mar-05-24", "0000-00-00"), kConfirmedPaid);
  EXPECT_EQ(by_times("Mar-05-24", "Mar-06-24"), kOnItsWay);
  EXPECT_EQ(by_times("yes", "no"), kConfirmedPaid);
  EXPECT_EQ(by_times("Mar-05-24", "Mar-06-24", "Mar-09-24"), kArrived);
  EXPECT_EQ(by_times("", "Mar-06-24"),
            (PastState{OrderStatus::fulfilled, PaymentStatus::none, FulfillmentStatus::shipped}));
  EXPECT_EQ(by_times(std::nullopt, "03/06/2024"), kOnItsWay);
  EXPECT_EQ(by_times(std::nullopt, ""), kConfirmedPaid);
  EXPECT_EQ(by_times(std::nullopt, std::nullopt), std::nullopt);
  StatusCells refunded{"Refunded", "", "", ""};
  refunded.paid_at = "Mar-05-24";
  EXPECT_EQ(state_of(refunded), kGivenBack);
}

TEST(StatusWords, AnUnknownWordIsNeverGuessed) {
  const auto state = past_state(word("Foo Bar"), {});
  ASSERT_FALSE(state);
  EXPECT_EQ(state.error().reason, "unknown_status");
  EXPECT_EQ(state.error().message,
            "the status \"Foo Bar\" is not known; say, for example, --status \"Foo Bar=completed\"");
  EXPECT_EQ(unknown_status(word(" Foo Bar "), {}), "Foo Bar");
  EXPECT_EQ(unknown_status(pair("paid", "teleported"), {}), "teleported");
  EXPECT_EQ(unknown_status(pair("paid", "fulfilled"), {}), std::nullopt);
  for (const std::string_view text : {"5", "complet", "returned", "received", "accepted", "x"}) {
    EXPECT_FALSE(past_state(word(text), {})) << text;
  }
  EXPECT_FALSE(past_state({"completed", "foo", "", ""}, {}));
}

TEST(StatusWords, ARowWithoutWordsSaysNothing) {
  EXPECT_EQ(state_of({}), std::nullopt);
  EXPECT_EQ(state_of({"-", "null", "n/a", ""}), std::nullopt);
}

TEST(StatusWords, ChoicesNameAState) {
  StatusChoices choices;
  ASSERT_TRUE(add_status("Foo Bar=completed", choices));
  ASSERT_TRUE(add_status("Đã nhận=cancelled", choices));
  ASSERT_TRUE(add_status("closed=completed", choices));
  ASSERT_TRUE(add_status("a=b=refunded", choices));
  EXPECT_EQ(state_of(word("foo_bar"), choices), kArrived);
  EXPECT_EQ(state_of(word("da nhan"), choices), kCancelledUnpaid);
  EXPECT_EQ(state_of(word("Closed"), choices), kArrived);
  EXPECT_EQ(state_of(word("A=B"), choices), kGivenBack);
  EXPECT_EQ(state_of(pair("foo bar", ""), choices)->payment, PaymentStatus::captured);
  for (const std::string_view name :
       {"pending", "reserved", "confirmed", "fulfilled", "completed", "rejected", "expired", "cancelled"}) {
    StatusChoices one;
    ASSERT_TRUE(add_status("w=" + std::string(name), one));
    EXPECT_EQ(to_string(one.at("w").status), name);
  }
  EXPECT_TRUE(add_status("w=partially_shipped", choices));
  EXPECT_TRUE(add_status("w=disputed", choices));
  for (const std::string_view text : {"", "Foo", "Foo=", "=completed", "Foo=done", "Foo=Completed", "-=completed"}) {
    const auto added = add_status(text, choices);
    ASSERT_FALSE(added) << text;
    EXPECT_EQ(added.error().reason, "bad_status");
  }
}

TEST(StatusWords, ChoicesAreBounded) {
  StatusChoices choices;
  for (std::size_t i = 0; i < kMaxStatusChoices; ++i) {
    ASSERT_TRUE(add_status("w" + std::to_string(i) + "=completed", choices));
  }
  EXPECT_FALSE(add_status("one more=completed", choices));
  EXPECT_TRUE(add_status("w1=cancelled", choices));
}

TEST(StatusWords, OpenOrdersAreThoseOfWhichNothingLeft) {
  for (const auto& state : {kPendingUnpaid, kReservedAuthorized, kConfirmedPaid}) EXPECT_TRUE(state.is_open());
  for (const auto& state :
       {kPartlyOnItsWay, kOnItsWay, kArrived, kRefundedInPart, kGivenBack, kCancelledUnpaid, kRejectedFailed}) {
    EXPECT_FALSE(state.is_open());
  }
  EXPECT_FALSE(
      (PastState{OrderStatus::confirmed, PaymentStatus::captured, FulfillmentStatus::unfulfilled, true}.is_open()));
}

}  // namespace
}  // namespace ordo::imports
