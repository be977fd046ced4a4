// /v1/shipments: shipments, and the callbacks of their carriers.
#include <optional>
#include <string>
#include <vector>

#include "api/api_context.h"
#include "api/json_body.h"
#include "api/list_request.h"
#include "api/orders/goods_body.h"
#include "api/orders/order_actions.h"
#include "api/signature_parameters.h"
#include "api/views.h"
#include "domain/text_rule.h"
#include "http/router.h"
#include "records/messages.h"

namespace ordo::api {
namespace {

constexpr std::size_t kMaxCarrierText = 200;
constexpr std::size_t kMaxNote = 512;

// The statuses that a carrier can report.
enum class CarrierStatus { shipped, in_transit, delivered, lost, cancelled };
BOOST_DESCRIBE_ENUM(CarrierStatus, shipped, in_transit, delivered, lost, cancelled)

struct UpdateBody {
  std::optional<std::string> shipment_id;
  CarrierStatus status = CarrierStatus::in_transit;
  std::optional<std::vector<GoodsLineBody>> lines;
  std::optional<std::string> carrier;
  std::optional<std::string> tracking;
  std::optional<std::string> note;
};
BOOST_DESCRIBE_STRUCT(UpdateBody, (), (shipment_id, status, lines, carrier, tracking, note))
constexpr auto notes(NotesOf<UpdateBody>) {
  return std::array{
      Note{"shipment_id", "the id in the path; required if the report is signed", R"("0197d8a5:1")"},
      Note{"lines",
           "with status shipped: only these lines leave, the rest becomes a new shipment; all lines when absent",
           {},
           R"({"minItems":1,"maxItems":1000})"},
      Note{"carrier", "name of the carrier", R"("DHL")", R"({"maxLength":200})"},
      Note{"tracking", "the carrier's tracking number", {}, R"({"maxLength":200})"},
      Note{"note", "shown as last_note", {}, R"({"maxLength":512})"}};
}

// A signature covers the body alone. A body that does not name its shipment could be replayed to another path.
enum class Binding { needed, optional };

std::vector<Violation> check_body(const UpdateBody& body, std::string_view shipment, Binding binding) {
  std::vector<Violation> found;
  if (!body.shipment_id && binding == Binding::needed) {
    found.push_back({"/shipment_id", "is required and must be the id in the path: a signed report names its shipment"});
  }
  // guard: callback-names-its-shipment
  if (body.shipment_id && *body.shipment_id != shipment)
    found.push_back({"/shipment_id", "must be the id in the path"});
  const auto too_long = [](const auto& text, std::size_t most) { return text && text->size() > most; };
  if (too_long(body.carrier, kMaxCarrierText)) found.push_back({"/carrier", "must be at most 200 bytes"});
  if (too_long(body.tracking, kMaxCarrierText)) found.push_back({"/tracking", "must be at most 200 bytes"});
  if (too_long(body.note, kMaxNote)) found.push_back({"/note", "must be at most 512 bytes"});
  for (const auto& [pointer, text] : {std::pair("/carrier", body.carrier), {"/tracking", body.tracking}}) {
    const auto problem = text ? line_problem(*text) : std::string_view();
    if (!problem.empty()) found.push_back({pointer, std::string(problem)});
  }
  if (body.note && !text_problem(*body.note).empty()) {
    found.push_back({"/note", std::string(text_problem(*body.note))});
  }
  if (!body.lines) return found;
  if (body.status != CarrierStatus::shipped) found.push_back({"/lines", "is allowed with the status shipped only"});
  check_goods(*body.lines, found);
  return found;
}

shipment_command::CarrierUpdate to_command(const UpdateBody& body) {
  shipment_command::CarrierUpdate update;
  enum_from_name(enum_name(body.status), update.status);
  if (body.lines) update.lines = stock_lines(*body.lines);
  update.carrier = body.carrier.value_or(std::string());
  update.tracking = body.tracking.value_or(std::string());
  update.note = body.note.value_or(std::string());
  return update;
}

std::optional<std::string> unless_empty(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

void refuse_unknown_shipment(const CallPtr& call) {
  call->refuse(404, "unknown_shipment", "there is no shipment " + call->request.path_parameters[0]);
}

http::Response shipment_response(int status, const Shipment& shipment) {
  http::Response response = json_response(status, shipment_view(shipment));
  response.add_header("ETag", etag_of(shipment.rev));
  return response;
}

// Whether the shipment already shows the update.
bool shows(const Shipment& shipment, const ShipmentDecision& decision) {
  if (!decision.shipment) return true;
  const Shipment& next = *decision.shipment;
  return next.status == shipment.status && next.lines == shipment.lines && next.carrier == shipment.carrier &&
         next.tracking == shipment.tracking && next.last_note == shipment.last_note;
}

// Answers with the outcome of the update, if it is known.
bool answer_update(ApiContext& context, const CallPtr& call, const ShipmentCommand& command, bool last) {
  const auto found = context.ports.documents.get(Collection::shipments, call->request.path_parameters[0]);
  const Shipment* shipment = found && *found ? std::get_if<Shipment>(&**found) : nullptr;
  if (shipment == nullptr) {
    if (last)
      call->refuse(found ? Error{ErrorCode::kUnavailable, "shipment_away", "the shipment cannot be read now", {}}
                         : found.error());
    return last;
  }
  const auto decision = decide(shipment, command, now(), now());
  if (!decision) {
    // Another update came first. This refusal is final: a shipment does not go back.
    call->refuse(decision.error());
    return true;
  }
  const bool shown = shows(*shipment, *decision);
  if (shown || last) call->answer(shipment_response(shown ? 200 : 202, *shipment));
  return shown || last;
}

void write_update(ApiContext& context, const CallPtr& call, const OrderId& order,
                  const shipment_command::CarrierUpdate& update) {
  CarrierUpdated message;
  message.order_id = order;
  message.shipment_id = call->request.path_parameters[0];
  message.status = update.status;
  message.lines = update.lines;
  message.carrier = unless_empty(update.carrier);
  message.tracking = unless_empty(update.tracking);
  message.note = unless_empty(update.note);
  Outgoing outgoing;
  outgoing.topic = Topic::shipments;
  outgoing.key = outgoing.subject = order.str();
  outgoing.type = kTypeOf<CarrierUpdated>;
  outgoing.value = encode(message);
  const auto wait = preferred_wait(call->request).value_or(context.options.decision_wait);
  context.append(*call, std::move(outgoing), [&context, call, update, wait](const Result<LogPosition>& position) {
    if (!position) return call->refuse(position.error());
    const DocumentKey shipment{Collection::shipments, call->request.path_parameters[0]};
    context.poll(wait, shipment,
                 [&context, call, update](bool last) { return answer_update(context, call, update, last); });
  });
}

void apply_update(ApiContext& context, const CallPtr& call, const UpdateBody& body) {
  const auto found = context.ports.documents.get(Collection::shipments, call->request.path_parameters[0]);
  if (!found) return call->refuse(found.error());
  if (!*found) return refuse_unknown_shipment(call);
  const auto& shipment = std::get<Shipment>(**found);
  const auto update = to_command(body);
  const auto decision = decide(&shipment, update, now(), now());
  if (!decision) return call->refuse(decision.error());
  if (shows(shipment, *decision)) return call->answer(shipment_response(200, shipment));
  write_update(context, call, shipment.order_id, update);
}

void get_shipment(ApiContext& context, http::Request request, http::Respond respond) {
  context.on_pool(make_call(std::move(request), std::move(respond)), [&context](const CallPtr& call) {
    const auto found = context.ports.documents.get(Collection::shipments, call->request.path_parameters[0]);
    if (!found) return call->refuse(found.error());
    if (!*found) return refuse_unknown_shipment(call);
    const auto& shipment = std::get<Shipment>(**found);
    answer_read(call, etag_of(shipment.rev), shipment_view(shipment));
  });
}

void list_shipments(ApiContext& context, http::Request request, http::Respond respond) {
  answer_list(context, make_call(std::move(request), std::move(respond)), Collection::shipments,
              {[](const Document& document) { return shipment_view(std::get<Shipment>(document)); }});
}

std::vector<http::Parameter> update_parameters() {
  auto parameters = signature_parameters(false);
  parameters.push_back(http::prefer_wait_parameter());
  return parameters;
}

}  // namespace

void update_shipment(ApiContext& context, http::Request request, http::Respond respond) {
  const auto call = make_call(std::move(request), std::move(respond));
  const bool bound = call->request.is_signed && !context.options.carrier_unbound;
  auto body = read_body<UpdateBody>(call->request);
  if (!body) return call->refuse(body.error());
  if (auto violations =
          check_body(*body, call->request.path_parameters[0], bound ? Binding::needed : Binding::optional);
      !violations.empty()) {
    return call->refuse(
        Error{ErrorCode::kInvalid, "invalid_fields", "the update has wrong fields", std::move(violations)});
  }
  context.on_pool(
      call, [&context, body = std::move(*body)](const CallPtr& under_way) { apply_update(context, under_way, body); });
}

void add_shipment_routes(http::Router& router, ApiContext& context) {
  const auto bind = bind_to(context);
  const http::ProblemDescription unknown{404, "unknown_shipment"};
  router.add(http::Method::kGet, "/v1/shipments", bind(list_shipments),
             {.tag = "Shipments",
              .operation = "listShipments",
              .summary = "List shipments",
              .text = "Newest first.",
              .parameters = list_parameters(Collection::shipments),
              .answers = {{200, "A page.", http::page_schema<shipment_schema>, http::kJson, {"Link"}}},
              .problems = {{400, "bad_query, bad_cursor"}}});
  router.add(
      http::Method::kGet, "/v1/shipments/{id}", bind(get_shipment),
      {.tag = "Shipments",
       .operation = "getShipment",
       .summary = "Read a shipment",
       .parameters = {http::if_none_match_parameter()},
       .answers = {{200, "The shipment.", shipment_schema, http::kJson, {"ETag"}}, {304, "Nothing has changed."}},
       .problems = {unknown}});
  router.add(
      http::Method::kPost, "/v1/shipments/{id}/updates", bind(update_shipment),
      {.tag = "Shipments",
       .operation = "updateShipment",
       .summary = "Report the status of a shipment",
       .text =
           "The carrier's callback. If the setting carrier_secret is set, it must be signed and have the shipment_id "
           "in its body. Otherwise any client of this server may send it. A repeat is harmless.",
       .parameters = update_parameters(),
       .body = {schema_of<UpdateBody>, R"({"status":"shipped","carrier":"DHL","tracking":"JD014600003"})"},
       .answers = {{200, "The shipment after the update.", shipment_schema, http::kJson, {"ETag"}},
                   {202, "Not decided yet: the shipment as it is.", shipment_schema, http::kJson, {"ETag"}}},
       .problems = {{401, "missing_signature, bad_signature, stale_signature"},
                    unknown,
                    {409, "illegal_transition, lines_exceed_shipment, too_many_parts, message_reused"},
                    {422, "invalid_fields, bad_quantity"}}});
}

}  // namespace ordo::api
