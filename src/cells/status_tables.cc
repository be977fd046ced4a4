// The tables of words. Each word is in the form of plain_status(): lower case, without marks, blanks, "_" and "-".
#include "cells/status_words.h"

namespace ordo::imports {
namespace {

constexpr PastState past(OrderStatus status, PaymentStatus payment, FulfillmentStatus fulfillment,
                         bool disputed = false) {
  return {status, payment, fulfillment, disputed};
}

constexpr PastState kUnpaid = past(OrderStatus::pending, PaymentStatus::none, FulfillmentStatus::unfulfilled);
constexpr PastState kAuthorized =
    past(OrderStatus::reserved, PaymentStatus::authorized, FulfillmentStatus::unfulfilled);
constexpr PastState kPaid = past(OrderStatus::confirmed, PaymentStatus::captured, FulfillmentStatus::unfulfilled);
constexpr PastState kPartlyShipped =
    past(OrderStatus::confirmed, PaymentStatus::captured, FulfillmentStatus::partially_shipped);
constexpr PastState kShipped = past(OrderStatus::fulfilled, PaymentStatus::captured, FulfillmentStatus::shipped);
constexpr PastState kDelivered = past(OrderStatus::completed, PaymentStatus::captured, FulfillmentStatus::delivered);
constexpr PastState kPartlyRefunded =
    past(OrderStatus::completed, PaymentStatus::partially_refunded, FulfillmentStatus::delivered);
constexpr PastState kRefunded = past(OrderStatus::completed, PaymentStatus::refunded, FulfillmentStatus::delivered);
constexpr PastState kReturned = past(OrderStatus::completed, PaymentStatus::refunded, FulfillmentStatus::returned);
constexpr PastState kCancelled = past(OrderStatus::cancelled, PaymentStatus::none, FulfillmentStatus::unfulfilled);
constexpr PastState kVoided = past(OrderStatus::cancelled, PaymentStatus::voided, FulfillmentStatus::unfulfilled);
constexpr PastState kFailed = past(OrderStatus::rejected, PaymentStatus::failed, FulfillmentStatus::unfulfilled);
constexpr PastState kExpired = past(OrderStatus::expired, PaymentStatus::none, FulfillmentStatus::unfulfilled);
constexpr PastState kDisputed =
    past(OrderStatus::completed, PaymentStatus::captured, FulfillmentStatus::delivered, true);

// One state may have several rows: ordo and shops in English first, then German, French, Spanish, Vietnamese.
constexpr StatusWord kStatusWords[] = {
    {"pending|new|open|draft|created|placed|unpaid|onhold|holded|hold|pendingpayment|paymentpending|pendingpaypal|"
     "pendingavailability|awaitingpayment|waitingforpayment|manualverification|manualverificationrequired|incomplete|"
     "checkoutdraft|awaitingcheckpayment|awaitingbankwirepayment|awaitingbankwire|awaitingcashondeliveryvalidation|"
     "onbackorder(notpaid)|pendingreview",
     kUnpaid},
    {"offen|neu|entwurf|unbezahlt|ausstehend|wartend|inwartestellung|wartetaufzahlung|zahlungausstehend", kUnpaid},
    {"enattente|enattentedepaiement|enattentedupaiement|paiementenattente|nouveau|nouvelle|brouillon|nonpaye|nonpayee|"
     "impaye|impayee",
     kUnpaid},
    {"pendiente|pendientedepago|enespera|nuevo|nueva|borrador|abierto|nopagado|sinpagar", kUnpaid},
    {"choxacnhan|chothanhtoan|choxuly|choduyet|chuathanhtoan|chuaxacnhan|moi|donmoi|donhangmoi|nhap", kUnpaid},
    {"reserved|authorized|authorised|paymentreview|paymentauthorized|paymentauthorised", kAuthorized},
    {"autorisiert|autorise|autorisee|autorizado|autorizada", kAuthorized},
    {"confirmed|paid|processing|inprocess|inprogress|processed|approved|paymentaccepted|paymentreceived|"
     "paymentcaptured|remotepaymentaccepted|processinginprogress|preparationinprogress|preparing|unshipped|unfulfilled|"
     "invoiced|invoiceunconfirmed|awaitingfulfillment|awaitingfulfilment|awaitingshipment|awaitingpickup|"
     "awaitingprocessing|awaitingcollection|readytoship|readyforpickup|toship|packed|packing|picking|"
     "onbackorder(paid)",
     kPaid},
    {"bezahlt|inbearbeitung|bearbeitung|wirdbearbeitet|bestatigt|zahlungakzeptiert|zahlungeingegangen|versandbereit|"
     "verpackt",
     kPaid},
    {"paye|payee|encours|encoursdetraitement|traitementencours|enpreparation|preparationencours|confirme|confirmee|"
     "paiementaccepte",
     kPaid},
    {"pagado|pagada|pagoaceptado|procesando|enproceso|enpreparacion|confirmado|confirmada|preparado|preparada", kPaid},
    {"dathanhtoan|dangxuly|daxacnhan|daduyet|cholayhang|dangdonggoi|dadonggoi|dangchuanbi|dangchuanbihang", kPaid},
    {"partial|partiallyshipped|partlyshipped|partiallyfulfilled|partiallydelivered|partialshipment", kPartlyShipped},
    {"teilversendet|teilversandt|teilweiseversendet|teilweiseversandt|teilgeliefert|teilweisegeliefert",
     kPartlyShipped},
    {"partiellementexpedie|partiellementexpediee|parcialmenteenviado|parcialmenteenviada|giaomotphan|dagiaomotphan",
     kPartlyShipped},
    {"shipped|fulfilled|sent|dispatched|despatched|shipping|intransit|outfordelivery|onitsway|toreceive|"
     "shippedoutfordelivery|shippedpickedup",
     kShipped},
    {"versendet|versandt|verschickt|unterwegs|inzustellung|expedie|expediee|envoye|envoyee|enviado|enviada|"
     "encamino|entransito",
     kShipped},
    {"danggiao|danggiaohang|dangvanchuyen|dagui|daguihang|daxuatkho", kShipped},
    {"completed|complete|delivered|done|finished|pickedup|shippeddeliveredtobuyer", kDelivered},
    {"abgeschlossen|geliefert|ausgeliefert|zugestellt|erledigt|fertig|abgeholt|livre|livree|termine|terminee|"
     "completado|completada|entregado|entregada|finalizado|finalizada",
     kDelivered},
    {"dagiao|dagiaohang|giaothanhcong|giaohangthanhcong|hoanthanh|dahoanthanh|hoantat|danhanhang", kDelivered},
    {"partiallyrefunded|partlyrefunded|partialrefund|teilerstattet|teilweiseerstattet|teilweiseruckerstattet|"
     "partiellementrembourse|partiellementremboursee|parcialmentereembolsado|parcialmentereembolsada|"
     "hoantienmotphan|dahoantienmotphan",
     kPartlyRefunded},
    {"refunded|refund|closed|fullyrefunded|erstattet|ruckerstattet|rueckerstattet|zuruckerstattet|rembourse|"
     "remboursee|reembolsado|reembolsada|dahoantien|hoantien",
     kRefunded},
    {"trahang/hoantien|trahanghoantien", kReturned},
    {"cancelled|canceled|cancel|cancelledorder|unavailable|void|storniert|abgebrochen|annule|annulee|cancelado|"
     "cancelada|anulado|anulada|dahuy|huy|huydon|donhuy|bihuy",
     kCancelled},
    {"voided", kVoided},
    {"rejected|failed|failure|error|declined|denied|fraud|suspectedfraud|paymentfailed|paymenterror|paymentdeclined|"
     "fehlgeschlagen|abgelehnt|zahlungsfehler|echoue|echouee|echec|refuse|refusee|paiementrefuse|erreurdepaiement|"
     "fallido|fallida|rechazado|rechazada|pagofallido|errorenelpago|thatbai|thanhtoanthatbai|loi",
     kFailed},
    {"expired|abgelaufen|expire|expiree|expirado|expirada|hethan", kExpired},
    {"disputed|dispute|chargeback|chargedback|paypalreversed", kDisputed},
};

constexpr PastState paid_by(PaymentStatus payment, OrderStatus status = OrderStatus::pending, bool disputed = false) {
  return past(status, payment, FulfillmentStatus::unfulfilled, disputed);
}

constexpr StatusWord kPaymentWords[] = {
    {"none|pending|unpaid|notpaid|expired|open|due|outstanding|awaiting|awaitingpayment|pendingpayment|paymentpending|"
     "no|"
     "false|0|offen|unbezahlt|ausstehend|nein|enattente|nonpaye|nonpayee|impaye|impayee|pendiente|nopagado|sinpagar|"
     "chuathanhtoan|chothanhtoan",
     paid_by(PaymentStatus::none)},
    {"authorized|authorised|autorisiert|autorise|autorizado", paid_by(PaymentStatus::authorized)},
    {"paid|captured|settled|succeeded|success|successful|complete|completed|cleared|approved|accepted|"
     "paymentaccepted|paymentreceived|yes|true|1|bezahlt|ja|paye|payee|oui|pagado|pagada|si|dathanhtoan",
     paid_by(PaymentStatus::captured)},
    {"partiallypaid|partlypaid|partiallycaptured|teilbezahlt|teilweisebezahlt|partiellementpaye|parcialmentepagado|"
     "thanhtoanmotphan|dathanhtoanmotphan",
     paid_by(PaymentStatus::partially_captured)},
    {"partiallyrefunded|partlyrefunded|partialrefund|teilerstattet|teilweiseerstattet|partiellementrembourse|"
     "parcialmentereembolsado|hoantienmotphan|dahoantienmotphan",
     paid_by(PaymentStatus::partially_refunded)},
    {"refunded|fullyrefunded|erstattet|ruckerstattet|rembourse|remboursee|reembolsado|reembolsada|dahoantien|hoantien",
     paid_by(PaymentStatus::refunded)},
    {"voided|void", paid_by(PaymentStatus::voided, OrderStatus::cancelled)},
    {"cancelled|canceled|storniert|annule|annulee|cancelado|cancelada|dahuy",
     paid_by(PaymentStatus::none, OrderStatus::cancelled)},
    {"failed|declined|denied|rejected|error|paymentfailed|fehlgeschlagen|abgelehnt|echoue|refuse|fallido|rechazado|"
     "thatbai|thanhtoanthatbai",
     paid_by(PaymentStatus::failed, OrderStatus::rejected)},
    {"disputed|dispute|chargeback|chargedback", paid_by(PaymentStatus::captured, OrderStatus::pending, true)},
};

constexpr PastState shipped_by(FulfillmentStatus fulfillment, OrderStatus status = OrderStatus::pending) {
  return past(status, PaymentStatus::none, fulfillment);
}

// restocked: Shopify's word for goods that are in stock again, also for those that never left.
constexpr StatusWord kFulfillmentWords[] = {
    {"unfulfilled|notfulfilled|unshipped|notshipped|pending|open|new|onhold|scheduled|processing|inprogress|"
     "awaitingprocessing|awaitingfulfillment|awaitingshipment|readytoship|readyforpickup|packed|restocked|no|false|0|"
     "offen|nichtversendet|nein|nonexpedie|enpreparation|noenviado|chuagiao|chogiao|cholayhang|chuagiaohang",
     shipped_by(FulfillmentStatus::unfulfilled)},
    {"partial|partiallyfulfilled|partiallyshipped|partlyshipped|teilversendet|teilweiseversendet|partiellementexpedie|"
     "parcialmenteenviado|giaomotphan|dagiaomotphan",
     shipped_by(FulfillmentStatus::partially_shipped)},
    {"fulfilled|shipped|sent|dispatched|despatched|intransit|outfordelivery|yes|true|1|versendet|versandt|verschickt|"
     "ja|expedie|expediee|oui|enviado|enviada|si|danggiao|danggiaohang|dangvanchuyen",
     shipped_by(FulfillmentStatus::shipped)},
    {"delivered|complete|completed|received|pickedup|collected|geliefert|zugestellt|livre|livree|entregado|entregada|"
     "dagiao|dagiaohang|giaothanhcong|hoanthanh",
     shipped_by(FulfillmentStatus::delivered)},
    {"partiallyreturned|partlyreturned", shipped_by(FulfillmentStatus::partially_returned)},
    {"returned|retourniert|retourne|devuelto|dahoanhang|datrahang", shipped_by(FulfillmentStatus::returned)},
    {"cancelled|canceled|willnotdeliver|storniert|annule|cancelado|dahuy",
     shipped_by(FulfillmentStatus::unfulfilled, OrderStatus::cancelled)},
};

}  // namespace

std::span<const StatusWord> status_words() {
  return kStatusWords;
}

std::span<const StatusWord> payment_words() {
  return kPaymentWords;
}

std::span<const StatusWord> fulfillment_words() {
  return kFulfillmentWords;
}

}  // namespace ordo::imports
