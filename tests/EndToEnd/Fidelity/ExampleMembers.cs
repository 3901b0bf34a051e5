using System.Text.Json.Nodes;
using Ecs.Gateway.Tests.Model;

namespace Ecs.EndToEnd.Fidelity;

/// <summary>
/// The members that replies have in ECS's examples of tasks on EC2: those of the AWS CLI (<c>examples/ecs/*.rst</c>) and of
/// botocore (<c>examples-1.json</c>, ecs 2014-11-13). Programs that were written against them go through these members
/// without asking.
/// </summary>
internal static class ExampleMembers
{
    private const string Task =
        """
        taskArn clusterArn taskDefinitionArn containerInstanceArn lastStatus desiredStatus cpu memory version createdAt group
        launchType attachments tags overrides { containerOverrides { name } inferenceAcceleratorOverrides }
        """;

    private const string Container = "containerArn taskArn name image lastStatus networkInterfaces cpu memory";

    private const string Definition =
        """
        taskDefinitionArn family revision status volumes placementConstraints compatibilities
        """;

    private const string Defined =
        "name image cpu memory essential environment mountPoints volumesFrom portMappings { containerPort hostPort }";

    private const string Resource = "name type integerValue longValue doubleValue stringSetValue?";

    /// <summary>
    /// By operation. What a list's items have is in braces; <c>?</c> is what not every item has, as a number of an
    /// instance has no set of texts.
    /// </summary>
    public static readonly IReadOnlyDictionary<string, string> Of = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["RunTask"] =
            $$"""
            failures tasks { {{Task}} attributes { name value } availabilityZone capacityProviderName enableExecuteCommand
              containers { {{Container}} } }
            """,
        ["DescribeTasks"] =
            $$"""
            failures tasks { {{Task}} attributes { name value } availabilityZone connectivity connectivityAt
              enableExecuteCommand healthStatus pullStartedAt pullStoppedAt startedAt startedBy
              containers { {{Container}} runtimeId healthStatus
                networkBindings { bindIP containerPort hostPort protocol } } }
            """,
        ["StopTask"] =
            $$"""
            task { {{Task}} containers stopCode stoppedReason connectivity connectivityAt pullStartedAt pullStoppedAt
              stoppingAt executionStoppedAt stoppedAt }
            """,
        ["ListTasks"] = "taskArns",
        ["RegisterTaskDefinition"] = $$"""taskDefinition { {{Definition}} containerDefinitions { {{Defined}} command } }""",
        ["DescribeTaskDefinition"] =
            $$"""tags taskDefinition { {{Definition}} registeredAt registeredBy containerDefinitions { {{Defined}} links } }""",
        // Also what UpdateContainerInstancesState shows of the same shape.
        ["DescribeContainerInstances"] =
            $$"""
            failures containerInstances { containerInstanceArn ec2InstanceId version status agentConnected registeredAt
              runningTasksCount pendingTasksCount attachments tags attributes { name value? }
              versionInfo { agentVersion agentHash dockerVersion }
              registeredResources { {{Resource}} } remainingResources { {{Resource}} } }
            """,
        ["DescribeClusters"] =
            """
            failures clusters { clusterArn clusterName status registeredContainerInstancesCount runningTasksCount
              pendingTasksCount activeServicesCount statistics tags settings capacityProviders
              defaultCapacityProviderStrategy attachments attachmentsStatus }
            """,
    };

    /// <summary>
    /// What a reply lacks of them, by its path; and what is told to be left out (<see cref="LeftOut"/>) and is there.
    /// </summary>
    public static IReadOnlyList<string> Wrong(string operation, JsonNode reply)
    {
        var words = new Queue<string>(Of[operation].Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries));
        return [.. Wrong(EcsModel.Output(operation), words, [reply], operation)];
    }

    // Reads the members of one structure, up to the brace that ends it, and looks for each in every value of it.
    private static List<string> Wrong(EcsShape shape, Queue<string> words, List<JsonNode> values, string path)
    {
        var wrong = new List<string>();
        var members = shape.Members.ToDictionary();
        if (values.Count == 0) wrong.Add($"{path}: nothing is there to look at");
        while (words.TryDequeue(out var word) && word is not "}")
        {
            var (name, of) = (word.TrimEnd('?'), $"{path}.{word}");
            var there = values.Select(value => value[name]).OfType<JsonNode>().ToList();
            var leftOut = LeftOut.Members.ContainsKey($"{shape.Name}.{name}");
            if (leftOut && there.Count > 0) wrong.Add($"{of} is told to be left out, and is there");
            if (!leftOut && (word == name ? there.Count < values.Count : there.Count == 0)) wrong.Add($"{of} is not there");
            if (!words.TryPeek(out var next) || next is not "{") continue;

            words.Dequeue();
            var inner = EcsModel.Shape(members[name]);
            wrong.AddRange(inner.Type is "list"
                ? Wrong(EcsModel.Shape(inner.Item), words, [.. there.SelectMany(list => list.AsArray()).OfType<JsonNode>()], of)
                : Wrong(inner, words, there, of));
        }

        return wrong;
    }
}
