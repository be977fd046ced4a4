// /v1/shipments: goods on their way, and the way in for what their carriers report.
#include <optional>
#include <string>
#include <vector>

#include "http/api_context.h"
#include "http/callback_signature.h"
#include "http/goods_body.h"
#include "http/json_body.h"
#include "http/list_request.h"
#include "http/router.h"
#include "http/views.h"
#include "records/messages.h"

namespace ordo::http {
namespace {

constexpr std::size_t kMaxCarrierText = 200;
constexpr std::size_t kMaxNote = 512;

// What a carrier can say.
enum class CarrierStatus { shipped, in_transit, delivered, lost, cancelled };
BOOST_DESCRIBE_ENUM(CarrierStatus, shipped, in_transit, delivered, lost, cancelled)

struct UpdateBody {
  CarrierStatus status = CarrierStatus::in_transit;
  std::optional<std::vector<GoodsLineBody>> lines;
  std::optional<std::string> carrier;
  std::optional<std::string> tracking;
  std::optional<std::string> note;
};
BOOST_DESCRIBE_STRUCT(UpdateBody, (), (status, lines, carrier, tracking, note))
constexpr auto notes(NotesOf<UpdateBody>) {
  return std::array{Note{"lines",
                         "with shipped: only these leave, the rest becomes a shipment of its own; all when absent",
                         {},
                         R"({"minItems":1,"maxItems":1000})"},
                    Note{"carrier", "who has it", R"("DHL")", R"({"maxLength":200})"},
                    Note{"tracking", "the carrier's number for it", {}, R"({"maxLength":200})"},
                    Note{"note", "shown as last_note", {}, R"({"maxLength":512})"}};
}

std::vector<Violation> check_body(const UpdateBody& body) {
  std::vector<Violation> found;
  const auto too_long = [](const auto& text, std::size_t most) { return text && text->size() > most; };
  if (too_long(body.carrier, kMaxCarrierText)) found.push_back({"/carrier", "must be at most 200 bytes"});
  if (too_long(body.tracking, kMaxCarrierText)) found.push_back({"/tracking", "must be at most 200 bytes"});
  if (too_long(body.note, kMaxNote)) found.push_back({"/note", "must be at most 512 bytes"});
  if (!body.lines) return found;
  if (body.status != CarrierStatus::shipped) found.push_back({"/lines", "goes with the status shipped only"});
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

Response shipment_response(int status, const Shipment& shipment) {
  Response response = json_response(status, shipment_view(shipment));
  response.add_header("ETag", etag_of(shipment.rev));
  return response;
}

// Whether the shipment shows already what the update says.
bool shows(const Shipment& shipment, const ShipmentDecision& decision) {
  if (!decision.shipment) return true;
  const Shipment& next = *decision.shipment;
  return next.status == shipment.status && next.lines == shipment.lines && next.carrier == shipment.carrier &&
         next.tracking == shipment.tracking && next.last_note == shipment.last_note;
}

// Answers what became of the update, if that is known.
bool answer_update(ApiContext& context, const CallPtr& call, const ShipmentCommand& command, bool last) {
  const auto found = context.ports.documents.get(Collection::shipments, call->request.path_parameters[0]);
  const Shipment* shipment = found && *found ? std::get_if<Shipment>(&**found) : nullptr;
  if (shipment == nullptr) {
    if (last)
      call->refuse(found ? Error{ErrorCode::kUnavailable, "shipment_away", "it cannot be read", {}} : found.error());
    return last;
  }
  const auto decision = decide(shipment, command, now(), now());
  if (!decision) {
    // Something else came first, and for good: a shipment does not go back.
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
  outgoing.type = type::kCarrierUpdated;
  outgoing.value = encode(message);
  const auto wait = preferred_wait(call->request).value_or(context.options.decision_wait);
  context.append(*call, std::move(outgoing), [&context, call, update, wait](const Result<LogPosition>& position) {
    if (!position) return call->refuse(position.error());
    context.poll(wait, [&context, call, update](bool last) { return answer_update(context, call, update, last); });
  });
}

void update_shipment(ApiContext& context, const CallPtr& call, const UpdateBody& body) {
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

void post_update(ApiContext& context, Request request, Respond respond) {
  const auto call = make_call(std::move(request), std::move(respond));
  const auto& secrets = context.options.carrier_secrets;
  if (!secrets.empty() && !is_signed(call, secrets)) return;
  auto body = read_body<UpdateBody>(call->request);
  if (!body) return call->refuse(body.error());
  if (auto violations = check_body(*body); !violations.empty()) {
    return call->refuse(
        Error{ErrorCode::kInvalid, "invalid_fields", "the update has wrong fields", std::move(violations)});
  }
  context.on_pool(call, [&context, body = std::move(*body)](const CallPtr& under_way) {
    update_shipment(context, under_way, body);
  });
}

void get_shipment(ApiContext& context, Request request, Respond respond) {
  context.on_pool(make_call(std::move(request), std::move(respond)), [&context](const CallPtr& call) {
    const auto found = context.ports.documents.get(Collection::shipments, call->request.path_parameters[0]);
    if (!found) return call->refuse(found.error());
    if (!*found) return refuse_unknown_shipment(call);
    const auto& shipment = std::get<Shipment>(**found);
    answer_read(call, etag_of(shipment.rev), shipment_view(shipment));
  });
}

void list_shipments(ApiContext& context, Request request, Respond respond) {
  answer_list(context, make_call(std::move(request), std::move(respond)), Collection::shipments,
              [](const Document& document) { return shipment_view(std::get<Shipment>(document)); });
}

std::vector<Parameter> update_parameters() {
  auto parameters = signature_parameters(false);
  parameters.push_back(prefer_wait_parameter());
  return parameters;
}

}  // namespace

void add_shipment_routes(Router& router, ApiContext& context) {
  const auto bind = bind_to(context);
  const ProblemDescription unknown{404, "unknown_shipment"};
  router.add(Method::kGet, "/v1/shipments", bind(list_shipments),
             {.tag = "Shipments",
              .summary = "List shipments",
              .text = "Newest first.",
              .parameters = list_parameters(Collection::shipments),
              .answers = {{200, "A page.", page_schema<shipment_schema>, kJson, {"Link"}}},
              .problems = {{400, "bad_query, bad_cursor"}}});
  router.add(Method::kGet, "/v1/shipments/{id}", bind(get_shipment),
             {.tag = "Shipments",
              .summary = "Read a shipment",
              .parameters = {if_none_match_parameter()},
              .answers = {{200, "The shipment.", shipment_schema, kJson, {"ETag"}}, {304, "Nothing has changed."}},
              .problems = {unknown}});
  router.add(
      Method::kPost, "/v1/shipments/{id}/updates", bind(post_update),
      {.tag = "Shipments",
       .summary = "Tell where a shipment is",
       .text = "The carrier's callback, signed where the setting carrier_secret is set; without it, from whoever "
               "may use this server. Twice is as good as once.",
       .parameters = update_parameters(),
       .body = {schema_of<UpdateBody>, R"({"status":"shipped","carrier":"DHL","tracking":"JD014600003"})"},
       .answers = {{200, "The shipment, as told.", shipment_schema, kJson, {"ETag"}},
                   {202, "Not decided yet: the shipment as it is.", shipment_schema, kJson, {"ETag"}}},
       .problems = {{401, "missing_signature, bad_signature, stale_signature"},
                    unknown,
                    {409, "illegal_transition, lines_exceed_shipment, too_many_parts"},
                    {422, "invalid_fields, bad_quantity"}}});
}

}  // namespace ordo::http
