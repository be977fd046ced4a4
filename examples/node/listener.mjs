#!/usr/bin/env node
// Follows `order_events` and prints each order's story, over Kafka alone.
//
//     node listener.mjs --kafka 127.0.0.1:9092
//
//     1042 ended as completed: order.created > stock.reserved > order.reserved > payment.captured > ... > order.completed
import { parseArgs } from 'node:util';
import { Kafka, logLevel } from 'kafkajs';

const { values: options } = parseArgs({
  options: {
    kafka: { type: 'string', default: '127.0.0.1:9092' },
    group: { type: 'string', default: 'example-listener' },
    'order-events': { type: 'string', default: 'order_events' }, // the topic's name
    'session-timeout': { type: 'string', default: '10' }, // seconds until the group misses a dead member
  },
});

const STORIES = 10_000; // told at a time; of older orders only what still happens is told
const STEPS = 200; // of one story that are kept
const LAST = new Set(['completed', 'rejected', 'expired', 'cancelled', 'refunded', 'returned'].map((end) => `ordo.order.${end}.v1`));

// A record that comes twice, after a crash of either side, is told once: its ce_source and ce_id are the same.
const stories = new Map(); // order -> { number, steps: Map of source and id -> what }, the one touched last at the end

function add(order, headers, fact) {
  const story = stories.get(order) ?? { number: '?', steps: new Map() };
  stories.delete(order);
  stories.set(order, story);
  if (stories.size > STORIES) stories.delete(stories.keys().next().value);
  story.number = fact.number ?? story.number;
  const name = `${headers.ce_source} ${headers.ce_id}`;
  if (story.steps.has(name) || story.steps.size >= STEPS) return;
  story.steps.set(name, headers.ce_type.replace(/^ordo\.|\.v1$/g, ''));
  if (LAST.has(headers.ce_type)) console.log(`${story.number} ended as ${fact.status}: ${[...story.steps.values()].join(' > ')}`);
}

const kafka = new Kafka({
  clientId: 'example-listener',
  brokers: options.kafka.split(','),
  logLevel: logLevel.ERROR,
  retry: { retries: 20 },
});
const consumer = kafka.consumer({
  groupId: options.group,
  sessionTimeout: Number(options['session-timeout']) * 1000,
  heartbeatInterval: Number(options['session-timeout']) * 200,
});

await consumer.connect();
await consumer.subscribe({ topics: [options['order-events']], fromBeginning: true });
// kafkajs commits what eachMessage has done: a crash tells the last lines again rather than never.
await consumer.run({
  eachMessage: async ({ partition, message }) => {
    try {
      const headers = Object.fromEntries(Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)]));
      if (!headers.ce_subject || !headers.ce_type) throw new Error('it has no CloudEvents headers');
      add(headers.ce_subject, headers, JSON.parse(message.value.toString()));
    } catch (error) {
      console.log(`cannot read ${partition}/${message.offset}: ${error.message}`);
    }
  },
});

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.once(signal, async () => {
    await consumer.disconnect();
    process.exit(0);
  });
}
