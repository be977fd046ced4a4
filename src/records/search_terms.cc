#include "records/search_terms.h"

#include <algorithm>

#include "base/fold_text.h"
#include "base/text.h"

namespace ordo {
namespace {

constexpr std::string_view kBlanks = " \t\r\n\f\v";
constexpr std::string_view kAround = "#\"'`(),.;:<>[]{}!?*/\\|";
constexpr std::string_view kInside = "-'._/&";
constexpr std::string_view kOfPhones = "0123456789 +-()/.";

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

// Whether `text` is one word as it stands. Most numbers and ids are, so this takes no memory.
bool is_plain_word(std::string_view text) {
  if (text.empty() || text.size() > kMaxSearchTermBytes) return false;
  if (!is_alphanumeric(text.front()) || !is_alphanumeric(text.back())) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return is_alphanumeric(c) || c == '-' || c == '_' || c == '.' || c == '@' || c == ':' || c == '+';
  });
}

std::string cut(std::string_view word) {
  return utf8_cut(word, kMaxSearchTermBytes);
}

// Calls `take` with each word of a folded text, without the punctuation around it.
template <class Take>
void each_word(std::string_view folded, const Take& take) {
  while (true) {
    const auto begin = folded.find_first_not_of(kBlanks);
    if (begin == std::string_view::npos) return;
    const auto end = std::min(folded.find_first_of(kBlanks, begin), folded.size());
    auto word = folded.substr(begin, end - begin);
    folded.remove_prefix(end);
    const auto first = word.find_first_not_of(kAround);
    if (first == std::string_view::npos) continue;
    word = word.substr(first, word.find_last_not_of(kAround) - first + 1);
    take(word);
  }
}

// The terms of one document.
class Terms {
 public:
  // A text that has an index of its own.
  void add_indexed(std::string_view text) {
    if (!is_plain_word(text)) add_words(text);
  }
  void add_words(std::string_view text) {
    each_word(fold_text(text), [this](std::string_view word) { add(word); });
  }
  // "Anne-Marie" is found by Marie, too.
  void add_name(std::string_view name) {
    each_word(fold_text(name), [this](std::string_view word) {
      add(word);
      for (auto at = word.find_first_of(kInside); at != std::string_view::npos; at = word.find_first_of(kInside, at)) {
        ++at;
        add(word.substr(at));
      }
    });
  }
  void add_phone(std::string_view phone) {
    std::string digits;
    std::copy_if(phone.begin(), phone.end(), std::back_inserter(digits), [](char c) { return c >= '0' && c <= '9'; });
    add(digits);
    add(std::string_view(digits).substr(std::min(digits.find_first_not_of('0'), digits.size())));
  }
  void add(const std::optional<Contact>& contact) {
    if (!contact) return;
    if (contact->name) add_name(*contact->name);
    if (contact->email) add_words(*contact->email);
    if (contact->phone) add_phone(*contact->phone);
  }
  void add(const std::optional<Address>& address) {
    if (!address) return;
    add_name(address->name);
    if (address->phone) add_phone(*address->phone);
  }

  std::vector<std::string> take() { return std::move(terms_); }

 private:
  void add(std::string_view word) {
    // guard: search-terms-bound
    if (word.empty() || terms_.size() >= kMaxSearchTerms) return;
    std::string term = cut(word);
    if (std::find(terms_.begin(), terms_.end(), term) == terms_.end()) terms_.push_back(std::move(term));
  }

  std::vector<std::string> terms_;
};

}  // namespace

std::vector<std::string> search_terms(const Order& order) {
  Terms terms;
  terms.add_indexed(order.number);
  if (order.reference) terms.add_indexed(*order.reference);
  terms.add_indexed(order.customer_id.str());
  if (order.imported) terms.add_words(order.imported->number);
  terms.add(order.contact);
  terms.add(order.shipping_address);
  terms.add(order.billing_address);
  for (const auto& parcel : order.parcels) {
    if (!parcel.tracking.empty()) terms.add_words(parcel.tracking);
  }
  return terms.take();
}

std::vector<std::string> search_terms(const Customer& customer) {
  Terms terms;
  terms.add_indexed(customer.id.str());
  if (customer.name) terms.add_name(*customer.name);
  if (customer.email) terms.add_words(*customer.email);
  if (customer.phone) terms.add_phone(*customer.phone);
  return terms.take();
}

std::vector<std::string> search_terms(const Product& product) {
  Terms terms;
  terms.add_indexed(product.id.str());
  terms.add_name(product.name);
  return terms.take();
}

std::vector<std::string> search_terms(const Shipment& shipment) {
  Terms terms;
  if (!shipment.tracking.empty()) terms.add_indexed(shipment.tracking);
  return terms.take();
}

std::vector<std::string> search_words(std::string_view text) {
  std::vector<std::string> words;
  each_word(fold_text(text), [&words](std::string_view word) {
    if (words.size() < kMaxSearchWords) words.push_back(cut(word));
  });
  return words;
}

std::string search_digits(std::string_view text) {
  if (text.find_first_not_of(kOfPhones) != std::string_view::npos) return {};
  std::string digits;
  for (const char c : text) {
    if (c >= '0' && c <= '9' && !(digits.empty() && c == '0')) digits.push_back(c);
  }
  return digits.substr(0, kMaxSearchTermBytes);
}

}  // namespace ordo
