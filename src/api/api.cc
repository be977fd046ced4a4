#include "api/api.h"

#include "api/api_context.h"
#include "api/events/event_hub.h"
#include "api/route_rules.h"
#include "base/check.h"
#include "http/router.h"

namespace ordo::api {

class Api::Impl {
 public:
  Impl(const ApiOptions& options, ApiPorts ports) : context(options, std::move(ports)) {
    ORDO_CHECK(context.options.source.starts_with("/ordo/api/"), "source ", context.options.source);
    ORDO_CHECK(id_problem(context.options.location.str()).empty(), "location ", context.options.location);
    ORDO_CHECK(context.ports.readiness != nullptr, "a readiness check is needed");
    add_order_routes(router, context);
    add_order_list_routes(router, context);
    add_day_routes(router, context);
    add_imported_order_routes(router, context);
    add_quote_routes(router, context);
    add_order_change_routes(router, context);
    add_manual_payment_routes(router, context);
    add_payment_routes(router, context);
    add_shipment_routes(router, context);
    add_customer_routes(router, context);
    add_product_routes(router, context);
    add_stock_routes(router, context);
    add_stock_list_routes(router, context);
    add_search_routes(router, context);
    add_tax_rate_routes(router, context);
    add_shipping_method_routes(router, context);
    add_promotion_routes(router, context);
    add_dead_letter_routes(router, context);
    add_webhook_routes(router, context);
    add_seed_routes(router, context);
    add_event_routes(router, context);
    add_me_routes(router, context);
    add_status_routes(router, context);
    add_settings_routes(router, context);
    add_key_routes(router, context);
    add_audit_routes(router, context);
    add_check_routes(router, context);
    add_health_routes(router, context);
    add_document_routes(router, context);
    add_admin_routes(router, context);
    router.guard(context.ports.guard, route_rules(), true);
  }

  http::Router router;
  ApiContext context;
};

Api::Api(const ApiOptions& options, ApiPorts ports) : impl_(std::make_unique<Impl>(options, std::move(ports))) {}

Api::~Api() {
  stop();
}

http::Handler Api::handler() {
  return
      [this](http::Request request, http::Respond respond) { impl_->router(std::move(request), std::move(respond)); };
}

void Api::stop() {
  impl_->context.events->stop();
  impl_->context.pool.stop();
}

}  // namespace ordo::api
