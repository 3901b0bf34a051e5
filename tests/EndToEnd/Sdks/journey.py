"""The journeys that ECS's users make most, with unmodified boto3. Usage: journey.py <endpoint> <busybox image>"""
import datetime
import os
import sys

import boto3
from botocore.exceptions import WaiterError

endpoint, image = sys.argv[1:3]
ecs = boto3.client("ecs", endpoint_url=endpoint)
name = f"py-{os.getpid()}"
patience = {"Delay": 1, "MaxAttempts": 120}


def pages(operation, member, **arguments):
    paginator = ecs.get_paginator(operation)
    found = []
    for page in paginator.paginate(PaginationConfig={"PageSize": 2}, **arguments):
        found += page[member]
    return found


cluster = ecs.create_cluster(clusterName=name)["cluster"]
assert cluster["status"] == "ACTIVE", cluster
assert cluster["clusterArn"] in pages("list_clusters", "clusterArns")
described = ecs.describe_clusters(clusters=[name, "none-such"])
assert [failure["reason"] for failure in described["failures"]] == ["MISSING"], described

for revision in 1, 2, 3:
    definition = ecs.register_task_definition(
        family=name,
        # As process 1 sleep takes no notice of SIGTERM.
        containerDefinitions=[
            {"name": "main", "image": image, "command": ["sleep", "600"], "cpu": 1, "memory": 32, "stopTimeout": 2},
        ],
    )["taskDefinition"]
    assert definition["revision"] == revision, definition
    assert isinstance(definition["registeredAt"], datetime.datetime)
    container = definition["containerDefinitions"][0]
    for member in "mountPoints", "volumesFrom", "environment", "portMappings", "systemControls":
        assert container[member] == [], (member, container)
assert len(pages("list_task_definitions", "taskDefinitionArns", familyPrefix=name)) == 3
assert pages("list_task_definition_families", "families", familyPrefix=name) == [name]

instances = pages("list_container_instances", "containerInstanceArns")
shown = ecs.describe_container_instances(containerInstances=instances)["containerInstances"]
assert all(instance["agentConnected"] for instance in shown), shown
settings = {setting["name"] for setting in pages("list_account_settings", "settings", effectiveSettings=True)}
assert "containerInsights" in settings and len(settings) > 4, settings
assert pages("list_attributes", "attributes", targetType="container-instance")

run = ecs.run_task(taskDefinition=name, count=3, startedBy=name)
assert run["failures"] == [], run
tasks = [task["taskArn"] for task in run["tasks"]]
ecs.get_waiter("tasks_running").wait(tasks=tasks, WaiterConfig=patience)
assert sorted(pages("list_tasks", "taskArns", startedBy=name)) == sorted(tasks)
# As Airflow's EcsRunTaskOperator looks for the task that it started before.
assert sorted(pages("list_tasks", "taskArns", startedBy=name, desiredStatus="RUNNING")) == sorted(tasks)
assert pages("list_tasks", "taskArns", startedBy=name, desiredStatus="STOPPED") == []
for task in ecs.describe_tasks(tasks=tasks)["tasks"]:
    assert task["overrides"] == {"containerOverrides": [{"name": "main"}], "inferenceAcceleratorOverrides": []}, task
    assert task["attributes"][0]["name"] == "ecs.cpu-architecture" and task["availabilityZone"], task
for task in tasks:
    ecs.stop_task(task=task, reason="seen enough")
ecs.get_waiter("tasks_stopped").wait(tasks=tasks, WaiterConfig=patience)
ended = ecs.describe_tasks(tasks=tasks)["tasks"]
assert all(task["stoppedReason"] == "seen enough" and task["stopCode"] == "UserInitiated" for task in ended), ended

# A waiter for what cannot come any more says so at once.
try:
    ecs.get_waiter("tasks_running").wait(tasks=tasks, WaiterConfig=patience)
    raise AssertionError("a stopped task was waited for")
except WaiterError as error:
    assert "terminal failure state" in str(error), error

# Services are not here yet: their two waiters end with the error that says so.
for waiter in "services_stable", "services_inactive":
    try:
        ecs.get_waiter(waiter).wait(services=["a"], WaiterConfig=patience)
        raise AssertionError("there are services?")
    except WaiterError as error:
        assert "DescribeServices" in str(error), error

ecs.deregister_task_definition(taskDefinition=f"{name}:1")
assert ecs.describe_task_definition(taskDefinition=f"{name}:1")["taskDefinition"]["status"] == "INACTIVE"
ecs.delete_cluster(cluster=name)
try:
    ecs.run_task(cluster="none-such", taskDefinition=name)
    raise AssertionError("a cluster that is not there")
except ecs.exceptions.ClusterNotFoundException:
    pass
try:
    ecs.run_task(taskDefinition="none-such")
    raise AssertionError("a definition that is not there")
except ecs.exceptions.ClientException:
    pass
print("done")
