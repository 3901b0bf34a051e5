using System.Net;
using System.Text.Json.Nodes;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.Fidelity;

/// <summary>
/// The limits that ECS documents in words, where its model has no numbers: what is just beyond each is refused with an error
/// of the operation's that names the member, and what is just within is not refused for it.
/// </summary>
[Collection(CalmTests.Name)]
public sealed class DocumentedLimits(CalmStack stack) : StackTest(stack)
{
    private const string Register = "RegisterTaskDefinition";
    private const string Container = "containerDefinitions[].";

    // Beyond, and within where something is.
    private static readonly (string Operation, string Path, JsonNode Beyond, JsonNode? Within)[] All =
    [
        .. Pages("ListClusters"), .. Pages("ListTasks"), .. Pages("ListTaskDefinitions"), .. Pages("ListTaskDefinitionFamilies"),
        .. Pages("ListContainerInstances"), .. Pages("ListAttributes"), .. Pages("ListAccountSettings", 10),
        ("DescribeClusters", "clusters", Names(101), Names(100)),
        ("DescribeTasks", "tasks", Names(101), Names(100)),
        ("DescribeContainerInstances", "containerInstances", Names(101), Names(100)),
        ("UpdateContainerInstancesState", "containerInstances", Names(11), Names(10)),
        ("DeleteTaskDefinitions", "taskDefinitions", Names(11, ":1"), Names(10, ":1")),
        ("GetTaskProtection", "tasks", Names(101), Names(100)),
        ("UpdateTaskProtection", "tasks", Names(11), Names(10)),
        ("UpdateTaskProtection", "expiresInMinutes", 0, 1),
        ("UpdateTaskProtection", "expiresInMinutes", 2881, 2880),
        ("PutAttributes", "attributes", Attributes(11), Attributes(10)),
        ("PutAttributes", "attributes[].name", Text(129), Text(128)),
        ("PutAttributes", "attributes[].value", Text(129), Text(128)),
        ("DeleteAttributes", "attributes", Attributes(11), Attributes(10)),
        ("CreateCluster", "clusterName", Text(256), "a_B-9"),
        ("CreateCluster", "clusterName", "a.b", "a_B-9"),
        ("StopTask", "reason", Text(1025), Text(1024)),
        ("RunTask", "count", 0, 1),
        ("RunTask", "count", 11, 10),
        ("RunTask", "startedBy", Text(129), Text(128)),
        ("RunTask", "startedBy", "a b", "a_B-9/:."),
        ("RunTask", "clientToken", Token("", 65), Token("", 64)),
        ("RunTask", "clientToken", Token("a b", 64), Token("!~", 64)),
        ("RunTask", "referenceId", Text(1025), Text(1024)),
        ("RunTask", "group", "service:a", "servic:a"),
        ("RunTask", "overrides", new JsonObject { ["containerOverrides"] = Command(8200) }, new JsonObject { ["containerOverrides"] = Command(8000) }),
        ("RunTask", "placementConstraints", Constraints(11), Constraints(10)),
        ("RunTask", "placementConstraints[].expression", Expression(2001), Expression(2000)),
        ("RunTask", "placementStrategy", Strategies(6), Strategies(5)),
        ("StartTask", "containerInstances", Names(11), Names(10)),
        ("StartTask", "startedBy", Text(37), Text(36)),
        ("StartTask", "referenceId", Text(1025), Text(1024)),
        ("StartTask", "overrides", new JsonObject { ["containerOverrides"] = Command(8200) }, new JsonObject { ["containerOverrides"] = Command(8000) }),
        (Register, "family", Text(256), Text(255)),
        (Register, "family", "a b", "a_B-9"),
        (Register, "placementConstraints", Constraints(11), Constraints(10)),
        (Register, "cpu", "127", "128"),
        (Register, "cpu", "196609", "196608"),
        (Register, Container + "name", Text(256), Text(255)),
        (Register, Container + "image", Text(256), Text(255)),
        (Register, Container + "image", "b@sha256:" + Text(63).Replace('x', 'f'), "b@sha256:" + Text(64).Replace('x', 'f')),
        (Register, Container + "image", "b@sha256:" + Text(64), "b@sha256:" + Text(64).Replace('x', 'A')),
        (Register, Container + "image", "b@sha512:" + Text(64).Replace('x', 'f'), null),
        (Register, Container + "memory", 5, 6),
        (Register, Container + "memoryReservation", 5, 6),
        (Register, Container + "portMappings[].containerPort", 65_536, 65_535),
        (Register, Container + "portMappings[].hostPort", 65_536, 65_535),
        (Register, Container + "portMappings[].name", Text(65), Text(64)),
        (Register, Container + "portMappings[].name", "A.b", "a_b-9"),
        (Register, Container + "portMappings", Ranges(101), Ranges(100)),
        (Register, Container + "restartPolicy.ignoredExitCodes", Numbers(51), Numbers(50)),
        (Register, Container + "restartPolicy.restartAttemptPeriod", 59, 60),
        (Register, Container + "restartPolicy.restartAttemptPeriod", 1801, 1800),
        (Register, Container + "linuxParameters.capabilities.add", new JsonArray("NET_ADMIM"), new JsonArray("ALL", "NET_ADMIN")),
        (Register, Container + "linuxParameters.capabilities.drop", new JsonArray("CAP_KILL"), new JsonArray("KILL", "SYSLOG")),
        (Register, Container + "linuxParameters.tmpfs[].mountOptions", new JsonArray("size=1g"), new JsonArray("ro", "mode=1777")),
        (Register, Container + "linuxParameters.sharedMemorySize", -1, 0),
        (Register, Container + "linuxParameters.maxSwap", -1, 0),
        (Register, Container + "linuxParameters.swappiness", 101, 100),
        (Register, Container + "linuxParameters.swappiness", -1, 0),
        (Register, Container + "systemControls[].namespace", "vm.swappiness", "net.ipv4.tcp_keepalive_time"),
        (Register, Container + "systemControls[].namespace", "kernel.domainname", "kernel.shm_rmid_forced"),
        (Register, Container + "systemControls[].namespace", "fs.file-max", "fs.mqueue.msg_max"),
        (Register, Container + "dockerSecurityOptions", new JsonArray("credentialspec:file://a.json"), new JsonArray("no-new-privileges")),
        (Register, Container + "healthCheck.interval", 4, 5),
        (Register, Container + "healthCheck.interval", 301, 300),
        (Register, Container + "healthCheck.timeout", 1, 2),
        (Register, Container + "healthCheck.timeout", 61, 60),
        (Register, Container + "healthCheck.retries", 0, 1),
        (Register, Container + "healthCheck.retries", 11, 10),
        (Register, Container + "healthCheck.startPeriod", -1, 0),
        (Register, Container + "healthCheck.startPeriod", 301, 300),
        ("RegisterContainerInstance", "attributes[].name", Text(129), Text(128)),
        ("RegisterContainerInstance", "attributes[].value", Text(129), Text(128)),
    ];

    [Fact]
    public async Task Given_every_documented_limit_when_passed_then_the_member_is_named_and_when_kept_it_is_not()
    {
        var (wrong, instances) = (new List<string>(), new List<string>());
        await Api.CallAsync(Register, ForbiddenRequest.Definition);
        foreach (var (operation, path, beyond, within) in All)
        {
            var forbidden = ForbiddenRequest.With(operation, path, beyond.DeepClone());
            var (status, text) = await Api.PostAsync(operation, forbidden.Body.ToJsonString());
            if (ModelWalk.Wrong(forbidden, status, text) is { } what) wrong.Add($"{operation} {path}: {what}: {(int)status} {text}");

            if (within is null) continue;

            var kept = ForbiddenRequest.With(operation, path, within.DeepClone());
            (status, text) = await Api.PostAsync(operation, kept.Body.ToJsonString());
            var reply = JsonNode.Parse(text)!;
            if ((string?)reply["containerInstance"]?["containerInstanceArn"] is { } instance) instances.Add(instance);
            var field = (string?)reply["field"] ?? "";
            if (status is not HttpStatusCode.OK && field.Split('.')[^1].StartsWith(kept.Member, StringComparison.Ordinal))
            {
                wrong.Add($"{operation} {path} within: {text}");
            }
        }

        // What was within the limits is there: the tests after this one find the house as it was.
        foreach (var instance in instances)
        {
            await Api.CallAsync("DeregisterContainerInstance", new { containerInstance = instance, force = true });
        }

        await StopAllAsync("default");
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private static IEnumerable<(string, string, JsonNode, JsonNode?)> Pages(string operation, int most = 100) =>
        [(operation, "maxResults", 0, 1), (operation, "maxResults", most + 1, most), (operation, "nextToken", "made up", null)];

    // Also of a refusal the token is kept, so that it is one of this run's alone.
    private static string Token(string start, int length) => $"{start}{Guid.NewGuid():N}".PadRight(length, 'x');

    private static string Text(int length) => new('x', length);

    private static JsonArray Names(int count, string end = "") => List(count, i => $"a{i}{end}");

    private static JsonArray Numbers(int count) => List(count, i => i);

    private static JsonArray Attributes(int count) => List(count, i => new JsonObject { ["name"] = $"a{i}", ["targetId"] = "x" });

    private static JsonArray Constraints(int count) =>
        List(count, _ => new JsonObject { ["type"] = "memberOf", ["expression"] = "attribute:a exists" });

    private static JsonArray Strategies(int count) => List(count, _ => new JsonObject { ["type"] = "random" });

    private static string Expression(int length) => "attribute:a == ".PadRight(length, 'x');

    private static JsonArray Command(int length) => [new JsonObject { ["name"] = "a", ["command"] = new JsonArray(Text(length)) }];

    private static JsonArray Ranges(int count) =>
        List(count, i => new JsonObject { ["containerPortRange"] = $"{(i * 2) + 1}-{(i * 2) + 2}" });

    private static JsonArray List(int count, Func<int, JsonNode> item) => [.. Enumerable.Range(0, count).Select(item)];
}
