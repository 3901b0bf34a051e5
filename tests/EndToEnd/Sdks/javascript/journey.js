// The journeys that ECS's users make most, with the unmodified AWS SDK. Usage: node journey.js <endpoint> <busybox image>
const {
  ECSClient, CreateClusterCommand, DeleteClusterCommand, DeregisterTaskDefinitionCommand, DescribeClustersCommand,
  DescribeTaskDefinitionCommand, DescribeTasksCommand, RegisterTaskDefinitionCommand, RunTaskCommand, StopTaskCommand,
  paginateListAccountSettings, paginateListAttributes, paginateListClusters, paginateListContainerInstances,
  paginateListTaskDefinitionFamilies, paginateListTaskDefinitions, paginateListTasks,
  waitUntilServicesInactive, waitUntilServicesStable, waitUntilTasksRunning, waitUntilTasksStopped,
  ClusterNotFoundException, ClientException,
} = require('@aws-sdk/client-ecs');
const assert = require('node:assert');

const [endpoint, image] = process.argv.slice(2);
const client = new ECSClient({ endpoint });
const name = `js-${process.pid}`;
const patience = { client, maxWaitTime: 120, minDelay: 1, maxDelay: 2 };

async function pages(paginator, member) {
  const found = [];
  for await (const page of paginator) found.push(...page[member]);
  return found;
}

async function main() {
  const { cluster } = await client.send(new CreateClusterCommand({ clusterName: name }));
  assert.equal(cluster.status, 'ACTIVE');
  const clusters = await pages(paginateListClusters({ client, pageSize: 1 }, {}), 'clusterArns');
  assert.ok(clusters.includes(cluster.clusterArn));
  const described = await client.send(new DescribeClustersCommand({ clusters: [name, 'none-such'] }));
  assert.deepEqual(described.failures.map((failure) => failure.reason), ['MISSING']);

  for (let i = 0; i < 3; i++) {
    const { taskDefinition } = await client.send(new RegisterTaskDefinitionCommand({
      family: name,
      // As process 1 sleep takes no notice of SIGTERM.
      containerDefinitions: [{ name: 'main', image, command: ['sleep', '600'], cpu: 1, memory: 32, stopTimeout: 2 }],
    }));
    assert.equal(taskDefinition.revision, i + 1);
    assert.ok(Math.abs(taskDefinition.registeredAt - new Date()) < 60000);
  }
  const listed = await pages(
    paginateListTaskDefinitions({ client, pageSize: 2 }, { familyPrefix: name }), 'taskDefinitionArns');
  assert.equal(listed.length, 3);
  assert.deepEqual(
    await pages(paginateListTaskDefinitionFamilies({ client, pageSize: 1 }, { familyPrefix: name }), 'families'), [name]);
  const instances = await pages(paginateListContainerInstances({ client, pageSize: 1 }, {}), 'containerInstanceArns');
  assert.ok(instances.length > 0);
  const attributes = await pages(
    paginateListAttributes({ client, pageSize: 2 }, { targetType: 'container-instance' }), 'attributes');
  assert.ok(attributes.some((attribute) => attribute.name === 'ecs.os-type'));
  const settings = await pages(
    paginateListAccountSettings({ client, pageSize: 2 }, { effectiveSettings: true }), 'settings');
  assert.ok(new Set(settings.map((setting) => setting.name)).size > 4);

  const run = await client.send(new RunTaskCommand({ taskDefinition: name, count: 3, startedBy: name }));
  assert.deepEqual(run.failures, []);
  const tasks = run.tasks.map((task) => task.taskArn);
  assert.equal((await waitUntilTasksRunning(patience, { tasks })).state, 'SUCCESS');
  const running = await pages(paginateListTasks({ client, pageSize: 2 }, { startedBy: name }), 'taskArns');
  assert.deepEqual(running.sort(), tasks.slice().sort());

  for (const task of tasks) await client.send(new StopTaskCommand({ task, reason: 'seen enough' }));
  assert.equal((await waitUntilTasksStopped(patience, { tasks })).state, 'SUCCESS');
  const ended = await client.send(new DescribeTasksCommand({ tasks }));
  assert.ok(ended.tasks.every((task) => task.stoppedReason === 'seen enough' && task.stoppedAt instanceof Date));

  // A waiter for what cannot come any more says so at once; those of services, which are not here yet, ask until their time
  // is over, as the SDK does at every error that it was not told of, and then say what they were answered.
  await assert.rejects(waitUntilTasksRunning(patience, { tasks }), /FAILURE|failure/);
  for (const wait of [waitUntilServicesStable, waitUntilServicesInactive]) {
    await assert.rejects(wait({ ...patience, maxWaitTime: 3 }, { services: ['a'] }), /DescribeServices/);
  }

  await client.send(new DeregisterTaskDefinitionCommand({ taskDefinition: `${name}:1` }));
  const gone = await client.send(new DescribeTaskDefinitionCommand({ taskDefinition: `${name}:1` }));
  assert.equal(gone.taskDefinition.status, 'INACTIVE');
  await client.send(new DeleteClusterCommand({ cluster: name }));

  await assert.rejects(
    client.send(new RunTaskCommand({ cluster: 'none-such', taskDefinition: name })), ClusterNotFoundException);
  await assert.rejects(client.send(new RunTaskCommand({ taskDefinition: 'none-such' })), ClientException);
  console.log('done');
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
