#include "http/message.h"

#include <algorithm>
#include <array>

#include "base/check.h"
#include "base/text.h"

namespace ordo::http {
namespace {

constexpr std::array<std::string_view, 7> kMethods = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};

}  // namespace

std::string_view to_string(Method method) {
  const auto index = static_cast<std::size_t>(method);
  return index < kMethods.size() ? kMethods[index] : "OTHER";
}

Method method_named(std::string_view name) {
  const auto* found = std::find(kMethods.begin(), kMethods.end(), name);
  return static_cast<Method>(found - kMethods.begin());
}

std::string_view Request::query() const {
  const auto mark = target().find('?');
  return mark == std::string_view::npos ? std::string_view() : target().substr(mark + 1);
}

std::string_view Request::header(std::string_view name) const {
  for (const auto& field : fields_) {
    if (equals_ignoring_case(name_of(field), name)) return value_of(field);
  }
  return {};
}

bool Request::has_header(std::string_view name) const {
  return count_header(name) > 0;
}

std::size_t Request::count_header(std::string_view name) const {
  std::size_t count = 0;
  for (const auto& field : fields_) count += equals_ignoring_case(name_of(field), name) ? 1 : 0;
  return count;
}

std::string Request::header_list(std::string_view name) const {
  std::string list;
  for (const auto& field : fields_) {
    if (!equals_ignoring_case(name_of(field), name)) continue;
    if (!list.empty()) list += ", ";
    list += value_of(field);
  }
  return list;
}

void Request::set_target(std::string_view target) {
  ORDO_CHECK(text_.empty(), "the target comes first, after ", text_.size(), " bytes");
  text_.reserve(512);
  text_ = target;
  target_size_ = target.size();
}

void Request::add_header(std::string_view name, std::string_view value) {
  const auto at = static_cast<std::uint32_t>(text_.size());
  const auto name_size = static_cast<std::uint32_t>(name.size());
  if (fields_.empty()) fields_.reserve(12);
  fields_.push_back({at, name_size, at + name_size, static_cast<std::uint32_t>(value.size())});
  text_.append(name);
  text_.append(value);
}

void Response::add_header(std::string_view name, std::string_view value) {
  fields.reserve(fields.size() + name.size() + value.size() + 4);
  fields += name;
  fields += ": ";
  for (const char c : value) fields.push_back(static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c);
  fields += "\r\n";
}

std::string_view Response::header(std::string_view name) const {
  std::string_view rest = fields;
  while (!rest.empty()) {
    const auto end = rest.find("\r\n");
    const auto line = rest.substr(0, end);
    const auto colon = line.find(": ");
    if (colon != std::string_view::npos && equals_ignoring_case(line.substr(0, colon), name))
      return line.substr(colon + 2);
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 2);
  }
  return {};
}

Respond& Respond::operator=(Respond&& other) noexcept {
  std::swap(sink_, other.sink_);
  std::swap(connection_, other.connection_);
  std::swap(request_, other.request_);
  return *this;
}

Respond::~Respond() {
  if (!sink_) return;
  Response response;
  response.status = 500;
  response.content_type = kProblemJson;
  response.body = R"({"type":"about:blank","title":"Internal Server Error","status":500,"code":"unanswered",)"
                  R"("detail":"the request was dropped without an answer; this is a defect of the server"})";
  sink_->answer(connection_, request_, std::move(response));
}

void Respond::operator()(Response response) {
  ORDO_CHECK(sink_ != nullptr, "a request is answered once");
  // Moved out first: the answer may destroy the owner of this object.
  const auto sink = std::move(sink_);
  sink_ = nullptr;
  sink->answer(connection_, request_, std::move(response));
}

}  // namespace ordo::http
