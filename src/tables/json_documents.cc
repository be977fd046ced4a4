#include "tables/json_documents.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "records/json.h"
#include "tables/table.h"

namespace ordo::imports {
namespace {

// Members that only lead to a list of documents.
constexpr std::array<std::string_view, 20> kWrapperNames = {
    "data",    "orders",   "result", "results", "records", "documents", "docs",      "rows",  "entries", "value",
    "content", "response", "body",   "payload", "list",    "hits",      "_embedded", "edges", "nodes",   "order_list"};
// Members that lead to one, or to the lines of a single document.
constexpr std::array<std::string_view, 2> kMaybeWrapperNames = {"products", "items"};
// Members beside the list, about the list itself.
constexpr std::array<std::string_view, 54> kListFacts = {"count",
                                                         "total",
                                                         "total_count",
                                                         "totalCount",
                                                         "total_results",
                                                         "total_pages",
                                                         "totalPages",
                                                         "page",
                                                         "pages",
                                                         "page_size",
                                                         "pageSize",
                                                         "page_info",
                                                         "pageInfo",
                                                         "per_page",
                                                         "limit",
                                                         "offset",
                                                         "skip",
                                                         "next",
                                                         "previous",
                                                         "prev",
                                                         "next_page",
                                                         "has_more",
                                                         "hasMore",
                                                         "has_next",
                                                         "cursor",
                                                         "next_cursor",
                                                         "first",
                                                         "last",
                                                         "self",
                                                         "url",
                                                         "object",
                                                         "type",
                                                         "kind",
                                                         "status",
                                                         "success",
                                                         "ok",
                                                         "error",
                                                         "errors",
                                                         "message",
                                                         "messages",
                                                         "code",
                                                         "meta",
                                                         "metadata",
                                                         "links",
                                                         "_links",
                                                         "link",
                                                         "pagination",
                                                         "paging",
                                                         "info",
                                                         "extensions",
                                                         "version",
                                                         "took",
                                                         "search_criteria",
                                                         "searchCriteria"};
// Members of a document.
constexpr std::array<std::string_view, 12> kDocumentFacts = {"id",          "_id",      "number",      "order_number",
                                                             "orderNumber", "order_id", "orderId",     "name",
                                                             "sku",         "email",    "customer_id", "currency"};

template <std::size_t Size>
bool is_known_member(std::string_view name, const std::array<std::string_view, Size>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Looks for the list of documents in the object that `scanner` stands at, and takes the object. The file may end in it.
class WrapperSearch {
 public:
  explicit WrapperSearch(JsonScanner& scanner) : scanner_(scanner) {}

  std::optional<std::vector<std::string>> search(std::size_t depth = 0) {
    Found found;
    scanner_.take();  // {
    while (scanner_.peek_element() >= 0 && scanner_.peek() != '}') {
      const auto name = scanner_.take_name();
      if (!name) broken_ = true;
      if (broken_) return std::nullopt;
      take_member(*name, depth, found);
    }
    scanner_.take();
    const bool wraps = found.sure ? !found.has_document_facts : !found.has_others;
    return broken_ || found.path.empty() || !wraps ? std::nullopt : std::optional(std::move(found.path));
  }

 private:
  static constexpr std::size_t kMaxDepth = 3;

  struct Found {
    std::vector<std::string> path;
    bool sure = false;
    bool has_document_facts = false;
    bool has_others = false;  // than facts of the list
  };

  void take_member(const std::string& name, std::size_t depth, Found& found) {
    const bool sure = is_known_member(name, kWrapperNames);
    const int begin = scanner_.peek_word();
    std::vector<std::string> path;
    if (begin == '[') {
      const bool holds_documents = take_list();
      if (holds_documents && (sure || is_known_member(name, kMaybeWrapperNames))) path = {name};
    } else if (begin == '{' && sure && depth + 1 < kMaxDepth) {
      if (auto inner = search(depth + 1)) {
        path = {name};
        path.insert(path.end(), inner->begin(), inner->end());
      }
    } else {
      scanner_.take_value(nullptr);
    }
    if (!path.empty() && (found.path.empty() || (sure && !found.sure))) {
      found.path = std::move(path);
      found.sure = sure;
      return;
    }
    if (is_known_member(name, kDocumentFacts)) found.has_document_facts = true;
    if (!is_known_member(name, kListFacts)) found.has_others = true;
  }

  // True if the elements are objects, or if there are none.
  bool take_list() {
    scanner_.take();  // [
    const int first = scanner_.peek_element();
    while (scanner_.peek_element() >= 0 && scanner_.peek() != ']') scanner_.take_value(nullptr);
    scanner_.take();
    return first == '{' || first == ']';
  }

  JsonScanner& scanner_;
  bool broken_ = false;
};

// Most of the first lines are whole objects.
bool is_by_line(std::istream& in) {
  static constexpr int kLines = 20;
  JsonScanner scanner(in);
  int lines = 0;
  int documents = 0;
  std::string text;
  for (std::size_t bytes = 0; lines < kLines && bytes < kMaxDocument && scanner.peek_word() >= 0;
       bytes += text.size()) {
    text.clear();
    scanner.take_line(text, kMaxDocument);
    const auto tape = JsonTape::parse(text);
    if (tape && (*tape)[0].kind == JsonNode::Kind::object) ++documents;
    ++lines;
  }
  return documents > 0 && documents * 2 >= lines;
}

void refuse_document(JsonDocument& document, std::string reason, std::string detail) {
  document.reason = std::move(reason);
  document.detail = std::move(detail);
  document.text = utf8_cut(document.text, 1'000);
}

void refuse_long_document(JsonDocument& document) {
  refuse_document(document, "document_too_long", "a document may have at most 16 MiB");
}

}  // namespace

Result<JsonShape> find_json_shape(const OpenText& open) {
  const auto cannot = [] { return fail(ErrorCode::kIo, "unreadable", "cannot open the file again"); };
  JsonShape shape;
  auto in = open();
  if (!in) return cannot();
  JsonScanner scanner(*in);
  const int first = scanner.peek_word();
  if (first == '[') return shape;
  if (first == '{') {
    if (auto wrapper = WrapperSearch(scanner).search()) {
      shape.wrapper = std::move(*wrapper);
      return shape;
    }
  }
  auto again = open();
  if (!again) return cannot();
  shape.by_line = is_by_line(*again);
  return shape;
}

Result<bool> JsonDocuments::next(JsonDocument& document) {
  document = JsonDocument{};
  const bool found = shape_.by_line ? next_line(document) : next_value(document);
  if (in_->bad()) return fail(ErrorCode::kIo, "unreadable", "cannot read the rest of the file");
  return found;
}

bool JsonDocuments::next_line(JsonDocument& document) {
  if (scanner_.peek_word() < 0) return false;
  document.line = scanner_.line();
  if (!scanner_.take_line(document.text, kMaxDocument)) refuse_long_document(document);
  return true;
}

bool JsonDocuments::next_value(JsonDocument& document) {
  while (true) {
    if (in_list_) {
      if (next_element(document)) return true;
      continue;
    }
    const int begin = scanner_.peek_element();
    if (begin < 0) return false;
    document.line = scanner_.line();
    if (begin == '[') {
      scanner_.take();
      in_list_ = true;
    } else if (begin == '{' && shape_.wrapper.empty()) {
      take_document(document);
      return true;
    } else if (begin != '{') {
      scanner_.take_line(document.text, 1'000);
      refuse_document(document, "malformed_json", "here must be an object or a list");
      return true;
    } else if (!enter_list()) {
      leave_list();
      refuse_document(document, "malformed_json",
                      "this object has no list \"" + shape_.wrapper.back() + "\", as the first one has");
      return true;
    }
  }
}

// False at the end of the list.
bool JsonDocuments::next_element(JsonDocument& document) {
  const int begin = scanner_.peek_element();
  document.line = scanner_.line();
  if (begin == ']') {
    scanner_.take();
    leave_list();
    return false;
  }
  if (begin < 0) {
    leave_list();
    refuse_document(document, "malformed_json",
                    "the file ends before the list of documents does; its last part is missing");
    return true;
  }
  take_document(document);
  return true;
}

void JsonDocuments::take_document(JsonDocument& document) {
  document.line = scanner_.line();
  switch (scanner_.take_value(&document.text)) {
    case JsonScanner::Taken::whole:
      return;
    case JsonScanner::Taken::too_long:
      return refuse_long_document(document);
    case JsonScanner::Taken::cut_off:
      leave_list();
      return refuse_document(document, "malformed_json",
                             "the file ends inside this document; its last part is missing");
  }
}

// Goes through the wrappers into the list.
bool JsonDocuments::enter_list() {
  for (const auto& wanted : shape_.wrapper) {
    if (scanner_.peek_word() != '{') return false;
    scanner_.take();
    ++open_objects_;
    while (true) {
      if (scanner_.peek_element() == '}') return false;
      const auto name = scanner_.take_name();
      if (!name) return false;
      if (*name == wanted) break;
      if (scanner_.peek_word() < 0 || scanner_.take_value(nullptr) != JsonScanner::Taken::whole) return false;
    }
  }
  if (scanner_.peek_word() != '[') return false;
  scanner_.take();
  in_list_ = true;
  return true;
}

// Goes behind the wrappers.
void JsonDocuments::leave_list() {
  in_list_ = false;
  while (open_objects_ > 0) {
    const int next = scanner_.peek_element();
    if (next < 0) {
      open_objects_ = 0;
    } else if (next == '}') {
      scanner_.take();
      --open_objects_;
    } else if (next == ':') {
      scanner_.take();
    } else {
      scanner_.take_value(nullptr);
    }
  }
}

}  // namespace ordo::imports
