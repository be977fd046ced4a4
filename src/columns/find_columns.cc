// Finds the meaning of each column: from --map, then from the profile, then from the vocabulary.
#include <algorithm>

#include "base/text.h"
#include "columns/columns.h"
#include "columns/headings.h"
#include "columns/missing_columns.h"
#include "columns/vocabulary_tables.h"

namespace ordo::imports {
namespace {

using Found = std::vector<std::size_t>;

// The next word of a list that is separated by `mark`. Empty at the end.
std::string_view take_word(std::string_view& words, char mark) {
  while (words.starts_with(mark)) words.remove_prefix(1);
  const std::string_view word = words.substr(0, words.find(mark));
  words.remove_prefix(word.size());
  return word;
}

// People call a column by its usual name, whatever the kind of the file.
Role role_in(ImportKind kind, Role role) {
  if (kind == ImportKind::orders) {
    if (role == Role::price) return Role::unit_price;
    if (role == Role::stock) return Role::quantity;
    if (role == Role::product_status) return Role::status;
  } else {
    if (role == Role::unit_price) return Role::price;
    if (role == Role::quantity) return Role::stock;
    if (role == Role::status) return Role::product_status;
  }
  return role;
}

// Roles of a line that a file may have outside its lines.
bool may_stand_outside(Role role) {
  return role == Role::product || role == Role::name || role == Role::quantity || role == Role::unit_price;
}

bool contains_any(std::string_view key, std::span<const std::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return key.find(word) != std::string_view::npos; });
}

// Columns without a place of their own that are worth keeping: what people wrote, and the codes they search by.
bool is_worth_keeping(std::string_view key) {
  static constexpr std::string_view kNotes[] = {
      "note",     "remark",      "comment", "memo",      "message",   "instruction", "attribute", "personali",
      "customiz", "customis",    "gift",    "bemerkung", "anmerkung", "kommentar",   "hinweis",   "commentaire",
      "remarque", "observacion", "mensaje", "ghichu",    "loinhan",   "propert",     "variation",
  };
  static constexpr std::string_view kCodes[] = {
      "code",      "reference", "referenz", "coupon",        "voucher",  "campaign",    "utm",
      "source",    "channel",   "ponumber", "purchaseorder", "invoice",  "rechnung",    "receipt",
      "vatnumber", "vatid",     "taxid",    "ustid",         "external", "salesperson", "cashier",
  };
  return contains_any(key, kNotes) || contains_any(key, kCodes);
}

std::string_view weight_unit_of(std::string_view key) {
  if (key.ends_with("kg") || key.find("kilogram") != std::string_view::npos) return "kg";
  if (key.find("gram") != std::string_view::npos || key == "weightg" || key == "gewichtg") return "g";
  if (key.ends_with("lb") || key.ends_with("lbs")) return "lb";
  if (key.ends_with("oz")) return "oz";
  return {};
}

class ColumnFinder {
 public:
  ColumnFinder(ImportKind kind, const ColumnChoices& choices, std::vector<std::string> headings)
      : choices_(choices), read_(read_headings(headings)), taken_(read_.size()) {
    columns_.named.assign(read_.size(), false);
    columns_.kind = kind;
    columns_.headings = std::move(headings);
    has_lines_ = std::any_of(read_.begin(), read_.end(), [](const Heading& heading) { return heading.in_line; });
  }

  Result<Columns> find() {
    if (auto taken = take_choices(); !taken) return fail(std::move(taken.error()));
    if (auto taken = take_profile(); !taken) return fail(std::move(taken.error()));
    take_vocabulary();
    share_columns();
    take_defaults();
    sort_the_rest();
    if (auto checked = check_needed(columns_, read_, taken_, choices_.update); !checked) {
      return fail(std::move(checked.error()));
    }
    return std::move(columns_);
  }

  Result<std::size_t> find_order() {
    if (auto taken = take_choices(); !taken) return fail(std::move(taken.error()));
    if (auto taken = take_profile(); !taken) return fail(std::move(taken.error()));
    take_vocabulary();
    share_columns();
    const Found& order = of(Role::order);
    if (order.empty()) return fail(missing_columns({Role::order}, columns_, read_, taken_));
    return order.front();
  }

 private:
  Found& of(Role role) { return columns_.of_role[static_cast<std::size_t>(role)]; }

  void give(Role role, std::size_t column) {
    Found& found = of(role);
    if (std::find(found.begin(), found.end(), column) == found.end()) found.push_back(column);
    taken_[column] = true;
  }

  bool is_given(Role role) const {
    return std::any_of(choices_.map.begin(), choices_.map.end(),
                       [&](const auto& choice) { return role_in(columns_.kind, choice.first) == role; });
  }

  tl::unexpected<Error> wrong_role(Role role) const {
    return fail(ErrorCode::kInvalid, "wrong_role",
                "files of " + std::string(to_string(columns_.kind)) + " have no column " +
                    std::string(to_string(role)) + "; they have " + role_names(columns_.kind));
  }

  std::optional<std::size_t> find_heading(const std::string& name) const {
    const auto& all = columns_.headings;
    if (const auto same = std::find(all.begin(), all.end(), name); same != all.end()) {
      return static_cast<std::size_t>(same - all.begin());
    }
    const std::string wanted = plain_heading(name);
    if (wanted.empty()) return std::nullopt;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (plain_heading(all[i]) == wanted) return i;
    }
    return std::nullopt;
  }

  Result<void> take_choices() {
    for (const auto& [said, name] : choices_.map) {
      const Role role = role_in(columns_.kind, said);
      if (!has_role(columns_.kind, role)) return wrong_role(role);
      const auto column = find_heading(name);
      if (!column) return fail(unknown_column(name, columns_.headings));
      give(role, *column);
      columns_.named[*column] = true;
    }
    for (const auto& [said, value] : choices_.set) {
      const Role role = role_in(columns_.kind, said);
      if (!has_role(columns_.kind, role)) return wrong_role(role);
      columns_.set[role] = value;
    }
    return {};
  }

  Result<void> take_profile() {
    columns_.profile = choices_.profile != nullptr ? choices_.profile : recognize(columns_.kind, columns_.headings);
    kept_.assign(read_.size(), false);
    ignored_.assign(read_.size(), false);
    if (columns_.profile == nullptr) return {};
    const Profile& profile = *columns_.profile;
    if (profile.kind != columns_.kind) {
      return fail(ErrorCode::kInvalid, "wrong_profile",
                  std::string(profile.name) + " is a profile of " + std::string(to_string(profile.kind)));
    }
    for (const KnownColumn& known : profile.columns) take_known(known);
    // A date without a time of day beside it is the time.
    if (of(Role::time).empty() && !is_given(Role::time)) std::swap(of(Role::time), of(Role::date));
    mark(profile.kept, kept_);
    mark(profile.ignored, ignored_);
    return {};
  }

  void take_known(const KnownColumn& known) {
    const Reading reading = info_of(known.role).reading;
    const bool one_entry = reading == Reading::joined || reading == Reading::added;
    if (is_given(known.role) || (one_entry && !of(known.role).empty())) return;
    for (const std::string& pattern : heading_patterns(known.heading)) {
      for (std::size_t i = 0; i < read_.size(); ++i) {
        if ((shares_ || !columns_.named[i]) && matches(pattern, read_[i].key)) give(known.role, i);
      }
    }
  }

  void mark(std::span<const std::string_view> known, std::vector<bool>& marks) const {
    for (const std::string_view heading : known) {
      const std::string pattern = heading_patterns(heading).front();
      for (std::size_t i = 0; i < read_.size(); ++i) {
        if (!taken_[i] && matches(pattern, read_[i].key)) marks[i] = true;
      }
    }
  }

  void take_vocabulary() {
    const auto rows = vocabulary(columns_.kind);
    // The order and the product first: other roles take what these leave.
    for (const bool first : {true, false}) {
      for (const VocabularyRow& row : rows) {
        if (first != (row.role == Role::order || row.role == Role::product)) continue;
        if (row.role == Role::date || is_given(row.role) || !of(row.role).empty()) continue;
        // guard: import-sold-pieces-are-no-stock
        if (row.role == Role::stock && is_of_sales()) continue;
        if (row.role == Role::time && take_date_and_time(row.headings)) continue;
        for (const std::size_t column : search(row)) give(row.role, column);
      }
    }
    if (columns_.kind == ImportKind::orders && !has_lines_) {
      place_name();
      place_transaction_id();
    }
  }

  // Whether the rows of a file of products are sales: the quantity is what was sold then, and no stock.
  bool is_of_sales() const {
    constexpr std::string_view kOrders[] = {"orderid",       "ordernumber", "orderno",       "invoiceno",
                                            "invoicenumber", "receiptno",   "transactionid", "incrementid"};
    return columns_.kind == ImportKind::products &&
           std::any_of(read_.begin(), read_.end(), [&](const Heading& heading) {
             return std::find(std::begin(kOrders), std::end(kOrders), heading.key) != std::end(kOrders);
           });
  }

  // --map name=sku takes nothing away: the column may be the product as well.
  void share_columns() {
    shares_ = true;
    for (const Role role : {Role::order, Role::product, Role::name}) {
      if (!has_role(columns_.kind, role) || is_given(role)) continue;
      if (columns_.profile != nullptr && of(role).empty()) {
        for (const KnownColumn& known : columns_.profile->columns) {
          if (known.role == role) take_known(known);
        }
      }
      for (const VocabularyRow& row : vocabulary(columns_.kind)) {
        if (row.role != role || !of(role).empty()) continue;
        for (const std::size_t column : search(row)) give(role, column);
      }
    }
  }

  Found search(const VocabularyRow& row) const {
    if (!has_lines_ || !is_of_line(row.role)) return search_among(row, false);
    Found found = search_among(row, true);
    if (found.empty() && may_stand_outside(row.role)) found = search_among(row, false);
    return found;
  }

  Found search_among(const VocabularyRow& row, bool lines) const {
    const bool all = info_of(row.role).reading == Reading::listed;
    Found found;
    bool enough = false;
    bool shared = false;  // with other roles
    std::string_view words = row.headings;
    for (auto word = take_word(words, ' '); !word.empty(); word = take_word(words, ' ')) {
      if (word == "//" && !found.empty()) break;
      if (word == "/" || word == "//") {
        enough = false;
        shared = word == "//";
        continue;
      }
      if (enough && !all) continue;
      for (auto part = take_word(word, '+'); !part.empty(); part = take_word(word, '+')) {
        for (const std::size_t column : called(part, lines, shared)) {
          if (std::find(found.begin(), found.end(), column) != found.end()) continue;
          found.push_back(column);
          enough = true;
        }
      }
    }
    return found;
  }

  // The first column with this name, or all for a pattern with a number.
  Found called(std::string_view word, bool lines, bool shared) const {
    if (word.starts_with("[]")) {
      if (!lines) return {};
      word.remove_prefix(2);
    } else if (word.starts_with('^')) {
      if (lines || !has_lines_) return {};
      word.remove_prefix(1);
    }
    Found found;
    for (std::size_t i = 0; i < read_.size(); ++i) {
      if (!is_free(i, lines, shared) || !is_called(read_[i], word)) continue;
      found.push_back(i);
      if (word.find('*') == std::string_view::npos) break;
    }
    return found;
  }

  bool is_free(std::size_t column, bool lines, bool shared) const {
    const Heading& heading = read_[column];
    // guard: import-columns-that-a-profile-names
    if (heading.repeated || kept_[column] || ignored_[column]) return false;
    if (taken_[column] && !shared && !(shares_ && columns_.named[column])) return false;
    // A column called "state" is not an address's too, if a program has the state of the order there.
    const auto& states = columns_.of_role[static_cast<std::size_t>(Role::status)];
    if (shared && std::find(states.begin(), states.end(), column) != states.end()) return false;
    // guard: import-members-of-lines-apart
    return lines ? heading.in_line.has_value() : !heading.in_line && !heading.in_other_list;
  }

  // The date in one column and the time of day in another. False if the best column has both.
  bool take_date_and_time(std::string_view time_words) {
    for (auto word = take_word(time_words, ' '); !word.empty(); word = take_word(time_words, ' ')) {
      const Found date = called(word, false, false);
      if (date.empty()) continue;
      for (const VocabularyRow& row : vocabulary(columns_.kind)) {
        std::string_view pairs = row.role == Role::date ? row.headings : std::string_view();
        for (auto pair = take_word(pairs, ' '); !pair.empty(); pair = take_word(pairs, ' ')) {
          if (take_word(pair, '+') != word) continue;
          const Found time = called(take_word(pair, '+'), false, false);
          if (time.empty() || time.front() == date.front()) continue;
          give(Role::date, date.front());
          give(Role::time, time.front());
          return true;
        }
      }
      return false;
    }
    return false;
  }

  // "name" is the customer's beside an address or the product's name, else the product's.
  void place_name() {
    const Found name = called("name", false, false);
    if (name.empty()) return;
    const bool has_person = columns_.has(Role::email) || columns_.has(Role::phone) || columns_.has(Role::ship_line1) ||
                            columns_.has(Role::bill_line1) || columns_.has(Role::name);
    if (has_person && !columns_.has(Role::customer_name)) {
      give(Role::customer_name, name.front());
    } else if (!columns_.has(Role::name)) {
      give(Role::name, name.front());
    }
  }

  // Beside a column with the order's number it is the number of a payment or of a line.
  void place_transaction_id() {
    const Found id = called("transactionid", false, false);
    if (id.empty()) return;
    if (columns_.has(Role::payment_method) && !columns_.has(Role::payment_reference)) {
      give(Role::payment_reference, id.front());
    } else if (!columns_.has(Role::line_id)) {
      give(Role::line_id, id.front());
    }
  }

  void take_defaults() {
    if (columns_.profile != nullptr && columns_.profile->row_is_one_piece && !columns_.set.contains(Role::quantity)) {
      columns_.set[Role::quantity] = "1";
    }
    if (columns_.profile != nullptr && !columns_.profile->status.empty() && !columns_.has(Role::status)) {
      columns_.set[Role::status] = columns_.profile->status;
    }
    if (!of(Role::weight).empty() && !columns_.has(Role::weight_unit)) {
      const auto unit = weight_unit_of(read_[of(Role::weight).front()].key);
      if (!unit.empty()) columns_.set[Role::weight_unit] = std::string(unit);
    }
    for (const Role role : {Role::unit_price, Role::line_total, Role::line_subtotal, Role::total, Role::price}) {
      if (columns_.has(Role::currency)) break;
      if (of(role).empty()) continue;
      const auto& currency = read_[of(role).front()].currency;
      if (currency) columns_.set[Role::currency] = std::string(currency->code());
    }
  }

  void sort_the_rest() {
    columns_.minor_units.assign(read_.size(), false);
    columns_.of_line.assign(read_.size(), false);
    for (std::size_t i = 0; i < read_.size(); ++i) {
      const Heading& heading = read_[i];
      columns_.minor_units[i] = heading.in_minor_units;
      columns_.of_line[i] = heading.in_line.has_value() || heading.key.starts_with("lineitem") ||
                            heading.key.starts_with("item") || heading.key.starts_with("product");
      if (taken_[i] || ignored_[i]) continue;
      const bool worth =
          columns_.kind == ImportKind::orders && !heading.in_other_list && (kept_[i] || is_worth_keeping(heading.key));
      if (worth && columns_.metadata.size() < kMaxMetadataColumns) {
        columns_.metadata.push_back(i);
      } else {
        columns_.unused.push_back(i);
      }
    }
    for (const RoleInfo& info : roles()) {
      for (const std::size_t column : of(info.role)) columns_.of_line[column] = is_of_line(info.role);
    }
  }

  const ColumnChoices& choices_;
  std::vector<Heading> read_;
  std::vector<bool> taken_;    // has a role
  std::vector<bool> kept_;     // the profile keeps it as metadata
  std::vector<bool> ignored_;  // the profile passes over it
  bool has_lines_ = false;
  bool shares_ = false;  // columns of --map may have further roles
  Columns columns_;
};

}  // namespace

std::span<const VocabularyRow> vocabulary(ImportKind kind) {
  return kind == ImportKind::products ? product_vocabulary() : order_vocabulary();
}

Result<Columns> find_columns(ImportKind kind, const ColumnChoices& choices, std::vector<std::string> headings) {
  return ColumnFinder(kind, choices, std::move(headings)).find();
}

Result<std::size_t> find_order_column(const ColumnChoices& choices, std::vector<std::string> headings) {
  ColumnChoices of_order;  // the other choices may name columns of the other file
  for (const auto& [role, name] : choices.map) {
    if (role == Role::order && std::find(headings.begin(), headings.end(), name) != headings.end()) {
      of_order.map.emplace_back(role, name);
    }
  }
  return ColumnFinder(ImportKind::orders, of_order, std::move(headings)).find_order();
}

}  // namespace ordo::imports
