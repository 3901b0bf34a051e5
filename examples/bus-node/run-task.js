#!/usr/bin/env node
// Runs a task by publishing the command as plain JSON to RabbitMQ, and prints the task's events until it is RUNNING.
//
//   node run-task.js <family[:revision|:version-label]> [--cluster name] [--count n] [--id command-id]
//
// ECS_BUS_URI names the broker (amqp://guest:guest@127.0.0.1:5672), ECS_ACCOUNT and ECS_REGION another name space than
// that of whoever names none. Exit codes: 0 RUNNING, 1 refused, not placed or
// STOPPED, 2 wrong usage, 3 no answer or no end in time.
'use strict';

const { randomUUID } = require('node:crypto');
const { parseArgs } = require('node:util');
const amqp = require('amqplib');

const ANSWER_SECONDS = 30;
const RUNNING_SECONDS = 300;

const exit = { running: 0, failed: 1, usage: 2, timeout: 3 };

async function main() {
  const { command, id } = readArguments();
  const connection = await amqp.connect(process.env.ECS_BUS_URI ?? 'amqp://guest:guest@127.0.0.1:5672');
  try {
    const channel = await connection.createConfirmChannel();
    channel.on('error', () => {}); // What was asked of the channel fails with the same reason.

    // First listen, then ask: an event that is published before a queue is bound goes by unheard.
    const events = await listen(channel);
    const answer = await ask(channel, 'run-task', command, id);
    console.log(`answer to ${answer.commandId} at position ${answer.position ?? '-'}`);
    if (answer.error) {
      console.error(`${answer.error.type}: ${answer.error.message}`);
      return exit.failed;
    }

    for (const failure of answer.result.failures) console.error(`not placed: ${failure.arn ?? '-'} ${failure.reason}`);
    const tasks = answer.result.tasks.map(task => task.taskArn);
    if (tasks.length === 0) return exit.failed;
    return await follow(events, tasks);
  } finally {
    await connection.close().catch(() => {});
  }
}

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { cluster: { type: 'string' }, count: { type: 'string' }, id: { type: 'string' } },
    });
    if (positionals.length !== 1) throw new Error('one task definition is needed');
    const command = { taskDefinition: positionals[0], startedBy: 'bus-node' };
    if (values.cluster) command.cluster = values.cluster;
    if (values.count) command.count = Number(values.count);
    if (process.env.ECS_ACCOUNT) command.account = process.env.ECS_ACCOUNT;
    if (process.env.ECS_REGION) command.region = process.env.ECS_REGION;
    // The id makes a repeat harmless: sent twice, the command has one effect and the same answer.
    return { command, id: values.id ?? randomUUID() };
  } catch (fault) {
    console.error(fault.message);
    console.error('usage: run-task.js <task-definition> [--cluster name] [--count n] [--id command-id]');
    process.exit(exit.usage);
  }
}

/** Binds a queue of our own to all tasks' events. Returns an async iterator over them. */
async function listen(channel) {
  const { queue } = await channel.assertQueue('', { exclusive: true });
  await channel.bindQueue(queue, 'ecs.events', 'task.#');
  const heard = [];
  let wake = () => {};
  await channel.consume(queue, message => {
    heard.push(message);
    wake();
  }, { noAck: true });
  return (async function* () {
    while (true) {
      while (heard.length > 0) yield heard.shift();
      await new Promise(resolve => { wake = resolve; });
    }
  })();
}

/** Publishes a command and waits for its answer on RabbitMQ's direct reply-to; an own reply queue serves as well. */
async function ask(channel, name, command, messageId) {
  const replyTo = 'amq.rabbitmq.reply-to';
  const correlationId = randomUUID();
  const answer = new Promise(resolve => channel.consume(replyTo, message => {
    if (message.properties.correlationId === correlationId) resolve(JSON.parse(message.content));
  }, { noAck: true }));
  channel.publish(`ecs.commands.${name}`, '', Buffer.from(JSON.stringify(command)), {
    messageId, correlationId, replyTo, contentType: 'application/json', persistent: true,
  });
  await channel.waitForConfirms();
  return within(ANSWER_SECONDS, `no answer within ${ANSWER_SECONDS} s; the command stays in the queue`, answer);
}

/** Prints the tasks' events until all of them are RUNNING, or one is STOPPED. */
async function follow(events, tasks) {
  const waiting = new Set(tasks);
  const ended = (async () => {
    for await (const { content, properties: { type, headers } } of events) {
      if (!tasks.includes(headers['ecs-stream'])) continue;
      const event = JSON.parse(content);
      const task = headers['ecs-stream'].split('/').pop();
      console.log([event.at, headers['ecs-position'], type, task, describe(event)].join('  '));
      if (type === 'task-running') waiting.delete(headers['ecs-stream']);
      if (type === 'task-stopped') return exit.failed;
      if (waiting.size === 0) return exit.running;
    }
  })();
  return within(RUNNING_SECONDS, `not RUNNING within ${RUNNING_SECONDS} s`, ended);
}

function describe(event) {
  const containers = (event.containers ?? [])
    .filter(container => container.status)
    .map(({ name, status, reason }) => `${name} ${status}${reason ? ` (${reason})` : ''}`);
  return [event.stopCode, event.reason, ...containers].filter(Boolean).join(', ');
}

function within(seconds, text, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(Object.assign(new Error(text), { code: 'LATE' })), seconds * 1000);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

main().then(code => { process.exitCode = code; }, fault => {
  console.error(fault.message || fault.code || String(fault));
  process.exitCode = fault.code === 'LATE' ? exit.timeout : exit.failed;
});
