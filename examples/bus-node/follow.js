#!/usr/bin/env node
// A consumer that misses nothing and sees nothing twice, however it ends: it keeps the events, and by them its position,
// in a file. Started again it closes the gap and goes on.
//
//   node follow.js <file>
//
// Each line of the file is {"position", "event", "stream", "data"}. The file is the consumer's only memory: what it does
// with an event and how far it is are one write, so that there is no moment between the two. A consumer with a database
// writes both in one transaction.
//
// ECS_BUS_URI names the broker (amqp://guest:guest@127.0.0.1:5672), ECS_ACCOUNT and ECS_REGION whose events, ECS_AFTER
// the position behind which an empty file begins (0).
'use strict';

const fs = require('node:fs');
const { randomUUID } = require('node:crypto');
const amqp = require('amqplib');

const account = process.env.ECS_ACCOUNT ?? '000000000000';
const region = process.env.ECS_REGION ?? 'us-east-1';

// Two services publish, each its own events in the order of the log: each has a feed, a queue and a position of its own.
const FEEDS = [['task-definition'], ['cluster', 'container-instance', 'task', 'account-settings']];

const kindOf = stream => stream.split(':')[5].split('/')[0];

async function main(file) {
  const kept = openFile(file);
  const connection = await amqp.connect(process.env.ECS_BUS_URI ?? 'amqp://guest:guest@127.0.0.1:5672');
  const channel = await connection.createConfirmChannel();
  for (const kinds of FEEDS) await follow(channel, kinds, kept);
}

/** The file with its lines and the last position of each feed. */
function openFile(file) {
  const descriptor = fs.openSync(file, 'a+');
  const text = fs.readFileSync(file);
  // Whoever was killed while it wrote has left half a line, which was never dealt with.
  const whole = text.lastIndexOf('\n') + 1;
  fs.ftruncateSync(descriptor, whole);
  const last = new Map(FEEDS.map(kinds => [kinds, Number(process.env.ECS_AFTER ?? 0)]));
  for (const line of text.subarray(0, whole).toString().split('\n').filter(Boolean)) {
    const { position, stream } = JSON.parse(line);
    last.set(FEEDS.find(kinds => kinds.includes(kindOf(stream))), position);
  }
  return { descriptor, last };
}

/** Binds a queue, has the gap sent again, and takes what is published meanwhile after it. */
async function follow(channel, kinds, kept) {
  const { queue } = await channel.assertQueue('', { exclusive: true });
  for (const kind of kinds) await channel.bindQueue(queue, 'ecs.events', `${kind}.*.*.${region}.${account}`);

  let waiting = []; // null once the gap is closed
  await channel.consume(queue, message => {
    const { exchange } = message.fields;
    if (message.properties.headers?.['ecs-position'] === undefined) {
      const { result, error } = JSON.parse(message.content);
      if (error) throw new Error(`${error.type}: ${error.message}`);
      if (result.to < result.end) return ask(result.to + 1);
      for (const live of waiting) keep(live, kinds, kept);
      waiting = null;
    } else if (exchange === '' || waiting === null) {
      keep(message, kinds, kept);
    } else {
      waiting.push(message);
    }
  }, { noAck: true });
  ask(kept.last.get(kinds) + 1);

  function ask(from) {
    const command = { from, kind: kinds.join(','), account, region };
    channel.publish('ecs.commands.replay-events', '', Buffer.from(JSON.stringify(command)), {
      messageId: randomUUID(), replyTo: queue, contentType: 'application/json',
    });
  }
}

/** Deals with an event, once: what is not above the position was dealt with before. */
function keep({ content, properties: { type, headers } }, kinds, kept) {
  const position = Number(headers['ecs-position']);
  if (position <= kept.last.get(kinds)) return;
  const event = { position, event: type, stream: headers['ecs-stream'], data: JSON.parse(content) };
  fs.writeSync(kept.descriptor, `${JSON.stringify(event)}\n`);
  kept.last.set(kinds, position);
}

if (process.argv.length !== 3) {
  console.error('usage: follow.js <file>');
  process.exit(2);
}

main(process.argv[2]).catch(fault => {
  console.error(fault.message || String(fault));
  process.exit(1);
});
