// The actions of people and other systems: orders and everything that happens to them, stock, products, customers,
// webhooks, and invalid records.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "records/messages.h"

namespace ordo::simulation {

class World;

class Workload {
 public:
  explicit Workload(World& world) : world_(world) {}

  // Draws the parameters of this history.
  void draw();
  // Counts the opening stock, and adds promotions.
  void open();
  // Runs one random action.
  void act();
  // Sends the unsent records of the API's instances.
  void flush();
  // All processes of the API end, with their unsent records, and new ones begin.
  void restart_api();

  void place_order();
  // People pay all refunds that are due. True when there were none.
  bool pay_refunds();
  // Appends this many records that cannot be read.
  void fill(const TopicPartition& place, std::int64_t count);

  // Ids of orders that must exist at the end, and of those that may exist because a POST got no answer.
  const std::set<std::string>& acknowledged() const { return acknowledged_; }
  const std::set<std::string>& asked() const { return asked_; }
  // Payments that people received: order, then id of the payment, then amount. And the refunds that they paid: order
  // and id.
  const std::map<std::string, std::map<std::string, std::int64_t>>& received() const { return received_; }
  const std::set<std::pair<std::string, std::string>>& paid_out() const { return paid_out_; }
  // What was captured and refunded of imported orders, by order: one of these was imported last.
  using PastMoney = std::set<std::pair<std::int64_t, std::int64_t>>;
  const std::map<std::string, PastMoney>& imported() const { return imported_; }
  // A record that cannot be read.
  struct Malformed {
    TopicPartition at;
    std::int64_t offset = 0;
    std::string text;  // key and value
  };
  const std::vector<Malformed>& malformed() const { return malformed_; }

 private:
  // An instance of the API. It numbers the records that it appends.
  struct Instance {
    std::string source;
    std::int64_t sequence = 0;
    std::deque<Record> unsent;  // while the broker is unavailable
  };

  // Orders, see orders_workload.cc.
  NewOrder new_order(bool keyed);
  Address address_in(const char* country);
  void post(const NewOrder& order, std::size_t instance);
  void flush(Instance& instance);
  void begin_instance(Instance& instance);
  void retry_order();
  void foreign_order();
  void conflicting_order();
  void cancel();
  void refund();
  void give_back();
  OrderPieces some_pieces(const Order& order, const OrderLine& line);
  void resend();
  void correct_refund();
  void redact();
  void change_terms();
  void change_tags();
  void receive_payment();
  void pay_refund();
  void pay_out(const Order& order);
  // Usually one that is `wanted`, if there is one.
  std::string any_order(const std::function<bool(const Order&)>& wanted = {});

  // Orders of the past, see imports_workload.cc.
  OrderImported past_order(const std::string& number);
  void import_order();

  // The figures of orders, see pricing_workload.cc.
  void price(NewOrder& order);
  void draw_taxes(LineDetails& line);
  void draw_other_lines(PricedOrder& order);
  void draw_shipping(PricedOrder& order);
  void draw_discounts(PricedOrder& order);

  // The shop's own rules, see rules_workload.cc.
  void change_rule();
  void open_promotions();
  void draw_limits(PromotionDetails& promotion);

  // All other actions.
  void move_stock();
  void change_product();
  void change_price();
  void change_customer();
  void change_webhook();
  void note_delivery();
  void repeat();
  void send_nonsense();
  void forge();
  void replay_letter();
  void correct_letter(const Record& letter);

  void send(Topic topic, const std::string& key, std::string_view type, const std::string& value);
  std::string fresh_id(const char* prefix);
  LocationId any_location();
  ProductId any_product();
  CustomerId any_customer();
  std::string webhook_id();

  static constexpr std::int64_t kPromotions = 4;
  static std::string promotion_name(std::int64_t number) { return "s" + std::to_string(number); }

  World& world_;
  std::vector<int> weights_;  // of the operations
  int products_ = 0;
  int hot_ = 0;       // number of lines with the first product, of 1000
  int priced_ = 0;    // number of orders with figures, of 1000
  int promoted_ = 0;  // number of their discounts that are promotions, of 1000
  int customers_ = 0;
  int locations_ = 0;
  int largest_ = 0;  // quantity of a line
  int shelf_ = 0;    // largest opening stock
  int numbers_ = 0;  // ids given out
  std::vector<Instance> instances_;
  std::vector<NewOrder> unanswered_;  // with keys; to be tried again
  std::vector<std::string> known_;    // ids of all orders, in the order of placing
  std::set<std::string> acknowledged_;
  std::set<std::string> asked_;
  std::vector<Malformed> malformed_;
  std::map<std::string, std::map<std::string, std::int64_t>> received_;
  std::set<std::pair<std::string, std::string>> paid_out_;
  std::map<std::string, PastMoney> imported_;
  int imports_ = 0;  // numbers given out
};

}  // namespace ordo::simulation
