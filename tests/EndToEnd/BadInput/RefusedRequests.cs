using System.Net;
using System.Text.Json;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.BadInput;

/// <summary>One wrong request, ECS's error type for it, and a word of the message that says what is wrong.</summary>
public sealed record WrongRequest(string What, string Operation, string Body, string Type, string Names)
{
    public override string ToString() => What;
}

[Collection(CalmTests.Name)]
public sealed class RefusedRequests(CalmStack stack) : StackTest(stack)
{
    private const string Client = "ClientException";
    private const string Parameter = "InvalidParameterException";
    private const string Serialization = "SerializationException";
    private const string Register = "RegisterTaskDefinition";

    private static readonly WrongRequest[] All =
    [
        new("malformed JSON", "ListClusters", "{\"maxResults\": ", Serialization, "JSON"),
        new("no JSON object", "ListClusters", "[]", Serialization, "object"),
        new("an unknown member", "CreateCluster", "{\"clusterNam\": \"x\"}", Parameter, "clusterNam"),
        new("an unknown member deep inside", Register, Definition(c => c.With("imag", "x")), Parameter, "imag"),
        new("a text for a number", Register, Definition(c => c.With("cpu", "much")), Serialization, "cpu"),
        new("a number for a text", "RunTask", "{\"taskDefinition\": 5}", Serialization, "taskDefinition"),
        new("an object for a list", "DescribeTasks", "{\"tasks\": {}}", Serialization, "tasks"),
        new("what the house itself adds", "CreateCluster", "{\"commandId\": \"x\"}", Parameter, "commandId"),
        new("a definition of 1 MiB", Register, OfLength(1 << 20), Client, "length"),
        new("a definition above ECS's 64 KiB", Register, OfLength(100_000), Client, "65536"),
        new("no containers", Register, "{\"family\": \"f\"}", Client, "ontainer"),
        new("a name with a space", "CreateCluster", "{\"clusterName\": \"a b\"}", Parameter, "lusterName"),
        new("duplicate container names", Register, Definition(c => c, c => c), Client, "'a'"),
        new("an unknown link", Register, Definition(c => c.With("links", new[] { "nobody" })), Client, "nobody"),
        new("a link to itself", Register, Definition(c => c.With("links", new[] { "a" })), Client, "itself"),
        new("cyclic links", Register, Definition(
            c => c.With("links", new[] { "b" }),
            c => c.With("name", "b").With("links", new[] { "a" })), Client, "a -> b -> a"),
        new("a negative cpu", Register, Definition(c => c.With("cpu", -1)), Client, "cpu"),
        new("too much cpu", Register, Definition(c => c.With("cpu", int.MaxValue)), Client, "cpu"),
        new("too little memory", Register, Definition(c => c.With("memory", 1)), Client, "memory"),
        new("a number beyond all", Register, Definition(c => c.With("memory", 1e30)), Serialization, "memory"),
        new("a reservation above the limit", Register, Definition(
            c => c.With("memoryReservation", 64)), Client, "memoryReservation"),
        new("a host port used twice", Register, Definition(
            c => c.With("portMappings", Port(81)),
            c => c.With("name", "b").With("portMappings", Port(81))), Client, "81"),
        new("a port out of range", Register, Definition(c => c.With("portMappings", Port(65_536))), Client, "ort"),
        new("nothing essential", Register, Definition(c => c.With("essential", false)), Client, "essential"),
        new("an unknown cluster", "RunTask", "{\"cluster\": \"none-such\", \"taskDefinition\": \"x\"}",
            "ClusterNotFoundException", "Cluster not found"),
        new("an unknown definition", "RunTask", "{\"taskDefinition\": \"none-such\"}",
            Client, "Unable to describe task definition"),
        new("an unknown task", "StopTask", "{\"task\": \"00000000000000000000000000000000\"}",
            Parameter, "task was not found"),
        new("no count", "RunTask", "{\"taskDefinition\": \"none-such\", \"count\": 0}", Parameter, "count"),
        new("too many at once", "RunTask", "{\"taskDefinition\": \"none-such\", \"count\": 11}", Parameter, "count"),
        new("no tasks named", "DescribeTasks", "{\"tasks\": []}", Parameter, "asks"),
        new("a page of none", "ListTasks", "{\"maxResults\": 0}", Parameter, "maxResults"),
        new("a page of 101 tasks", "ListTasks", "{\"maxResults\": 101}", Parameter, "maxResults"),
        new("a page of 101 clusters", "ListClusters", "{\"maxResults\": 101}", Parameter, "maxResults"),
        new("a page of 101 instances", "ListContainerInstances", "{\"maxResults\": 101}", Parameter, "maxResults"),
        new("a page of 101 definitions", "ListTaskDefinitions", "{\"maxResults\": 101}", Parameter, "maxResults"),
        new("a page of 101 families", "ListTaskDefinitionFamilies", "{\"maxResults\": 101}", Parameter, "maxResults"),
        new("a token that nobody gave", "ListTasks", "{\"nextToken\": \"made up\"}", Parameter, "nextToken"),
        new("101 tasks described", "DescribeTasks", Many("tasks", 101), Parameter, "asks"),
        new("101 clusters described", "DescribeClusters", Many("clusters", 101), Parameter, "lusters"),
        new("101 instances described", "DescribeContainerInstances", Many("containerInstances", 101),
            Parameter, "ontainer"),
        new("11 instances drained", "UpdateContainerInstancesState",
            Many("containerInstances", 11, ("status", "DRAINING")), Parameter, "containerInstances"),
        new("tasks started on 11 instances", "StartTask",
            Many("containerInstances", 11, ("taskDefinition", "x")), Parameter, "containerInstances"),
        new("tasks started on none", "StartTask", "{\"taskDefinition\": \"x\"}", Parameter, "ontainer"),
        new("a token of 65 characters", "RunTask", Many(null, 0, ("taskDefinition", "x"), ("clientToken", Text(65))),
            Parameter, "clientToken"),
        new("a reason of 1,025 characters", "StopTask", Many(null, 0, ("task", "x"), ("reason", Text(1025))),
            Parameter, "reason"),
        new("a cluster's name of 256 characters", "CreateCluster", Many(null, 0, ("clusterName", Text(256))),
            Parameter, "255"),
        new("a family's name of 256 characters", Register, Many(null, 0, ("family", Text(256))), Client, "amily"),
        new("a filter beside startedBy", "ListTasks", "{\"startedBy\": \"a\", \"family\": \"b\"}", Parameter, "startedBy"),
        new("a status that no task is asked for", "ListTasks", "{\"desiredStatus\": \"DONE\"}", Parameter, "desiredStatus"),
        new("an operation that is not there", "UpdateService", "{}", "UnknownOperationException", "UpdateService"),
        new("an operation that never was", "MakeCoffee", "{}", "UnknownOperationException", "MakeCoffee"),
    ];

    public static TheoryData<string> Names => [.. All.Select(wrong => wrong.What)];

    [Theory, MemberData(nameof(Names))]
    public async Task Given_a_wrong_request_then_it_is_400_with_ECSs_type_and_what_is_wrong_and_the_next_one_works(
        string what)
    {
        var wrong = All.Single(request => request.What == what);

        var refused = await Api.RefusedAsync(wrong.Operation, wrong.Body);

        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.True(refused.Type == wrong.Type, $"{wrong.Type} was to come: {refused.Message}");
        Assert.Contains(wrong.Names, refused.Text, StringComparison.Ordinal);
        await Api.CallAsync("ListClusters", new { });
        await Api.CallAsync("ListTaskDefinitions", new { });
    }

    private static Dictionary<string, int>[] Port(int hostPort) =>
        [new() { ["containerPort"] = 80, ["hostPort"] = hostPort }];

    private static string Text(int length) => new('x', length);

    private static string Many(string? list, int count, params (string Name, string Value)[] more)
    {
        var body = more.ToDictionary(member => member.Name, member => (object)member.Value);
        if (list is not null) body[list] = Enumerable.Range(0, count).Select(i => $"{i:x32}").ToArray();
        return JsonSerializer.Serialize(body);
    }

    private static string OfLength(int characters) =>
        Definition(c => c.With("command", new[] { new string('x', characters) }));

    private static string Definition(
        params Func<Dictionary<string, object>, Dictionary<string, object>>[] containers) =>
        JsonSerializer.Serialize(new
        {
            family = "refused",
            containerDefinitions = containers.Select(change => change(Containers.Shell("a", "true"))),
        });
}
