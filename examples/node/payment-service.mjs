#!/usr/bin/env node
// Takes the place of ordo's payment processor, over Kafka alone: reads `payments`, answers on `order_events`.
//
//     ordo serve --roles api,intake,catalog,orders,stock,logistics,crm --kafka 127.0.0.1:9092 --mongo ... &
//     node payment-service.mjs --kafka 127.0.0.1:9092
//
// It may be killed at any time and started again, and run more than once. Whatever had no answer is asked for again.
import { parseArgs } from 'node:util';
import { Kafka, Partitioners, logLevel } from 'kafkajs';

const { values: options } = parseArgs({
  options: {
    kafka: { type: 'string', default: '127.0.0.1:9092' },
    group: { type: 'string', default: 'example-payment' },
    payments: { type: 'string', default: 'payments' }, // the topics' names
    'order-events': { type: 'string', default: 'order_events' },
    'bank-delay': { type: 'string', default: '5' }, // seconds that slow and late charges take
    'session-timeout': { type: 'string', default: '10' }, // seconds until the group misses a dead member
  },
});

// A stand-in for your payment provider, which says by the payment method what comes of it. A real one is given `key` as its
// idempotency key, so that a request repeated after a crash moves no money twice.
const bank = {
  // A real provider uses `details` for its checks against fraud, for the receipt and for the invoice.
  charge(key, amount, method, askedAt, details) {
    if (method === 'card_declined') return { outcome: 'failed', at: askedAt };
    const takesTime = method === 'slow' || method === 'late';
    return { outcome: 'captured', at: askedAt + (takesTime ? Number(options['bank-delay']) * 1000 : 0) };
  },
  // Stops a charge under way. A late one is beyond that: its money is already moving.
  stop: (key, method) => method !== 'late',
  refund: (key, amount) => true,
};

// What a provider may want to know beside the amount. All of it may be absent.
function detailsOf({ goods, contact, billing_address: billingAddress, totals }) {
  const lines = (goods ?? []).map(({ name, quantity, total }) => ({ name, quantity, total }));
  return { email: contact?.email, billingAddress, tax: totals?.tax, lines };
}

const kafka = new Kafka({
  clientId: 'example-payment',
  brokers: options.kafka.split(','),
  logLevel: logLevel.ERROR,
  retry: { retries: 20 },
});
// Keys are placed as Java clients and ordo place them.
const producer = kafka.producer({ idempotent: true, createPartitioner: Partitioners.DefaultPartitioner });
const consumer = kafka.consumer({
  groupId: options.group,
  sessionTimeout: Number(options['session-timeout']) * 1000,
  heartbeatInterval: Number(options['session-timeout']) * 200,
});

// A partition is committed up to its oldest request without an answer, so that a crash forgets none.
const partitions = new Map(); // partition -> { next: offset to go on from, open: offsets without an answer }
const waiting = new Map(); // order -> { timer, method, partition, offset }, of charges that take their time

function begin(partition, offset) {
  if (!partitions.has(partition)) partitions.set(partition, { next: offset, open: new Set() });
  const progress = partitions.get(partition);
  progress.next = offset + 1n;
  progress.open.add(offset);
}

function end(partition, offset) {
  partitions.get(partition)?.open.delete(offset);
}

async function commit() {
  const offsets = [...partitions].map(([partition, { next, open }]) => ({
    topic: options.payments,
    partition,
    offset: [...open].reduce((least, offset) => (offset < least ? offset : least), next).toString(),
  }));
  try {
    if (offsets.length > 0) await consumer.commitOffsets(offsets);
  } catch (error) {
    // The group is being shared out anew, or the broker is away: what is not committed is read once more.
    console.log(`payment service: not committed: ${error.message}`);
  }
}

// Appends to order_events and waits for the acknowledgement. The id follows from the request alone: a repeat has the same one.
async function answer(type, order, what, fields) {
  const headers = {
    ce_specversion: '1.0',
    ce_id: `${order}:${what}`,
    ce_source: '/examples/payment-node',
    ce_type: type,
    ce_subject: order,
    ce_time: new Date().toISOString(),
    'content-type': 'application/json',
  };
  const value = JSON.stringify({ order_id: order, ...fields });
  await producer.send({ topic: options['order-events'], acks: -1, messages: [{ key: order, value, headers }] });
  console.log(`payment service: ${order} ${what}`);
}

function answerCharge(outcome, { order_id: order, amount }) {
  return outcome === 'captured'
    ? answer('ordo.payment.captured.v1', order, 'captured', { amount })
    : answer('ordo.payment.failed.v1', order, 'failed', { reason: 'card_declined' });
}

// A process that cannot answer ends; started again it is asked anew.
function fail(error) {
  console.error(`payment service: ${error.stack}`);
  process.exit(1);
}

// True: the request stays open.
async function handle(type, request, askedAt, partition, offset) {
  const order = request.order_id;
  if (type === 'ordo.payment.authorize_requested.v1') {
    const details = detailsOf(request);
    const bought = details.lines.map(({ name, quantity }) => `${quantity} x ${name}`).join(', ');
    console.log(`payment service: ${order} is for ${bought || 'unnamed goods'}`);
    const { outcome, at } = bank.charge(order, request.amount, request.method, askedAt, details);
    if (at > Date.now()) {
      if (waiting.has(order)) return false; // a repeat
      const timer = setTimeout(() => {
        waiting.delete(order);
        answerCharge(outcome, request).then(() => end(partition, offset), fail);
      }, at - Date.now());
      waiting.set(order, { timer, method: request.method, partition, offset });
      return true;
    }
    await answerCharge(outcome, request);
  } else if (type === 'ordo.payment.capture_requested.v1') {
    // Asked for after payment.authorized, which this service does not say: it charges at once.
    await answerCharge('captured', request);
  } else if (type === 'ordo.payment.void_requested.v1') {
    const charge = waiting.get(order);
    // What was answered before stands: ordo gives back what came too late. So does what cannot be stopped.
    if (charge && bank.stop(order, charge.method)) {
      clearTimeout(charge.timer);
      waiting.delete(order);
      await answer('ordo.payment.voided.v1', order, 'voided', {});
      end(charge.partition, charge.offset);
    }
  } else if (type === 'ordo.payment.refund_requested.v1') {
    const { refund_id, amount } = request;
    if (bank.refund(`${order}:${refund_id}`, amount)) {
      await answer('ordo.payment.refunded.v1', order, `refunded:${refund_id}`, { refund_id, amount });
    }
  }
  return false;
}

// What is asked, and what has to be in it. Other types are not for us; there may be more of them one day.
const WANTED = {
  'ordo.payment.authorize_requested.v1': ['order_id', 'amount', 'method'],
  'ordo.payment.capture_requested.v1': ['order_id', 'amount'],
  'ordo.payment.void_requested.v1': ['order_id'],
  'ordo.payment.refund_requested.v1': ['order_id', 'refund_id', 'amount'],
};

function read(message, fields) {
  const request = JSON.parse(message.value.toString());
  for (const field of fields) if (request?.[field] === undefined) throw new Error(`it has no ${field}`);
  return request;
}

async function take({ partition, message }) {
  const offset = BigInt(message.offset);
  begin(partition, offset);
  const type = message.headers?.ce_type?.toString() ?? '';
  if (!WANTED[type]) return end(partition, offset);
  let request;
  try {
    request = read(message, WANTED[type]);
  } catch (error) {
    // Nothing that is sent again would be any better: leave it, loudly, and go on.
    console.log(`payment service: cannot read ${partition}/${offset}: ${error.message}`);
    return end(partition, offset);
  }
  if (!(await handle(type, request, Number(message.timestamp), partition, offset))) end(partition, offset);
}

// Partitions may have come and gone: what is not committed is another member's now, or comes again.
consumer.on(consumer.events.GROUP_JOIN, () => {
  for (const { timer } of waiting.values()) clearTimeout(timer);
  waiting.clear();
  partitions.clear();
});
consumer.on(consumer.events.CRASH, ({ payload }) => payload.restart || fail(payload.error));

await producer.connect();
await consumer.connect();
await consumer.subscribe({ topics: [options.payments], fromBeginning: true });
await consumer.run({ autoCommit: false, eachMessage: take });
const committing = setInterval(commit, 500);
console.log('payment service: started');

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.once(signal, async () => {
    clearInterval(committing);
    await consumer.stop();
    await commit();
    await consumer.disconnect();
    await producer.disconnect();
    process.exit(0);
  });
}
