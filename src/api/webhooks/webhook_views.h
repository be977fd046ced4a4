// Webhooks and their deliveries as the API shows them.
#pragma once

#include <string>

#include "domain/webhook.h"
#include "records/schema.h"

namespace ordo::api {

std::string webhook_view(const Webhook& webhook);
// With the secret. Only for the answer that creates the webhook or its new secret.
std::string webhook_secret_view(const Webhook& webhook);
std::string delivery_view(const WebhookDelivery& delivery);

std::string webhook_schema(SchemaSet& set);
std::string webhook_secret_schema(SchemaSet& set);
std::string delivery_schema(SchemaSet& set);

}  // namespace ordo::api
