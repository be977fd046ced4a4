#include "domain/money_text.h"

namespace ordo {

std::string shown_money(const Money& money) {
  return format_decimal(money) + " " + std::string(money.currency.code());
}

}  // namespace ordo
