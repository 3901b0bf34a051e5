using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Vocabulary;
using Ecs.Gateway.Api;

namespace Ecs.Gateway.Tests.Model;

/// <summary>
/// <c>docs/api.md</c>: every operation and member of ECS's model beside the Gateway's own tables and the types that its
/// bodies are read as. Nothing in it is written by hand but <see cref="Differences"/>.
/// </summary>
internal static class ApiTable
{
    private const string TaskNamespace = "with `task` one of the task's own containers has the namespace, and a definition where none can "
        + "is refused ([0029](decisions/0029-shared-namespaces.md))";

    // How a member that is here differs from ECS's; what is not told here is held to ECS's by tests.
    private static readonly Dictionary<string, string> Differences = new(StringComparer.Ordinal)
    {
        ["RunTask.clientToken"] = "kept for 24 hours, per cluster",
        ["ListTasks.launchType"] = "`EC2` and `EXTERNAL` as RunTask said, the others match none",
        ["ListTasks.serviceName"] = "there are no services: `ServiceNotFoundException`",
        ["ListTasks.startedBy"] = "beside no other filter but `desiredStatus`, with which clients of ECS send it",
        ["RunTask.launchType"] = "`EC2` and `EXTERNAL`; `FARGATE` is refused",
        ["RunTask.enableExecuteCommand"] = "false: `ecs exec` needs no such leave",
        ["StartTask.enableExecuteCommand"] = "false: `ecs exec` needs no such leave",
        ["PutClusterCapacityProviders.capacityProviders"] = "an empty list",
        ["PutClusterCapacityProviders.defaultCapacityProviderStrategy"] = "an empty list",
        ["CreateCluster.configuration"] = "kept and shown, and nothing is done with it",
        ["UpdateCluster.configuration"] = "kept and shown, and nothing is done with it",
        ["ClusterSetting.value"] = "kept and shown, and nothing is measured",
        ["PutAccountSetting.value"] = "`containerInsights` takes effect, the others are kept and shown",
        ["PutAccountSettingDefault.value"] = "`containerInsights` takes effect, the others are kept and shown",
        ["RegisterContainerInstance.containerInstanceArn"] = "of one that no Agent speaks for ([0016](decisions/0016-what-no-agent-said.md))",
        ["DeleteTaskDefinitions.taskDefinitions"] = "`DELETE_IN_PROGRESS` for good: the log forgets nothing",
        ["GetTaskProtection.tasks"] = "`TASK_NOT_VALID`: none is a service's",
        ["UpdateTaskProtection.tasks"] = "`TASK_NOT_VALID`: none is a service's",
        ["RegisterTaskDefinition.networkMode"] = "`bridge`, `host` and `none`",
        ["RegisterTaskDefinition.cpu"] = "a ceiling for each container, not for their sum ([0022](decisions/0022-task-amounts.md))",
        ["RegisterTaskDefinition.memory"] = "a ceiling for each container, not for their sum ([0022](decisions/0022-task-amounts.md))",
        ["RegisterTaskDefinition.pidMode"] = TaskNamespace,
        ["RegisterTaskDefinition.ipcMode"] = TaskNamespace,
        ["ContainerDefinition.image"] =
            "one that the machine has is used as it is, and ECS would pull it; with `ECS_IMAGE_PULL_BEHAVIOR` `default` or `always` the Agent "
            + "does ([0021](decisions/0021-images.md))",
        ["VersionInfo.agentHash"] = LeftOut.Members["VersionInfo.agentHash"],
        ["RegisterTaskDefinition.requiresCompatibilities"] = "`EC2` and `EXTERNAL`",
        ["LogConfiguration.logDriver"] = "Docker's, and neither `awslogs` nor `awsfirelens`",
        ["Secret.valueFrom"] = "a file of the Agent's ([0014](decisions/0014-what-only-the-agent-knows.md))",
        ["EnvironmentFile.value"] = "a file of the Agent's ([0014](decisions/0014-what-only-the-agent-knows.md))",
        ["EnvironmentFile.type"] = "`file`",
        ["Cluster.activeServicesCount"] = "always 0",
        ["ContainerInstance.ec2InstanceId"] = "the machine's name",
        ["TaskDefinition.compatibilities"] = "always `EXTERNAL` and `EC2`",
        ["ContainerDefinition.versionConsistency"] = "kept and shown: it is about services, which are not here",
        ["RegisterTaskDefinition.taskRoleArn"] = "kept and shown, and nothing gives credentials",
        ["RegisterTaskDefinition.executionRoleArn"] = "kept and shown, and nothing gives credentials",
        ["TaskOverride.taskRoleArn"] = "kept and shown, and nothing gives credentials",
        ["TaskOverride.executionRoleArn"] = "kept and shown, and nothing gives credentials",
        ["RuntimePlatform.cpuArchitecture"] = "matched to `ecs.cpu-architecture`",
        ["RuntimePlatform.operatingSystemFamily"] = "`LINUX`, matched to `ecs.os-type`",
        ["TaskDefinition.requiresAttributes"] = "what not every instance has ([0030](decisions/0030-required-attributes.md))",
        ["ContainerDefinition.environment"] = "stands in the log and in events as it is",
    };

    private static readonly HashSet<string> Envelope = typeof(Command).GetProperties()
        .Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name)).ToHashSet(StringComparer.Ordinal);

    /// <summary>The whole document.</summary>
    public static string Make()
    {
        var text = new StringBuilder("""
            # The ECS API, operation by operation

            Made by `infra/docs.sh` from ECS's service model (API version 2014-11-13, botocore's of 2026)
            and the Gateway's own tables; `tests/Gateway.Tests/Model` compares it, and does not pass while it is out of date.
            `tests/EndToEnd/Fidelity` sends every member of every operation what the model and ECS's documents forbid, and holds the told
            differences to the real services; every end-to-end test holds the replies to the model. Who may ask, and how requests are
            signed, is in [decision 0013](decisions/0013-who-may-ask.md).

            *Works* is as in ECS, as far as tests of the house know ECS. *Not there* is refused by its name where it asks for something, and
            taken where it does not (null, false or empty). *More* is the house's own. Operations that are not
            there answer with an error that says so, and why. Of botocore's four waiters `tasks-running` and `tasks-stopped` work;
            `services-stable` and `services-inactive` end with the error of DescribeServices, since services are not here yet.


            """.ReplaceLineEndings("\n"));
        Summary(text);
        var requests = new Part();
        var replies = new Part();
        foreach (var operation in Operations.All.Values.OrderBy(operation => operation.Name, StringComparer.Ordinal))
        {
            requests.Add(operation.Name, EcsModel.Input(operation.Name), Info(operation.Command));
            replies.Add(operation.Name, EcsModel.Output(operation.Name), Info(operation.Result));
        }

        requests.Write(text, "Requests", "Shapes in requests");
        replies.Write(text, "Replies", "Shapes in replies");
        return text.ToString().TrimEnd() + "\n";
    }

    private static void Summary(StringBuilder text)
    {
        var here = EcsModel.Operations.Where(Operations.All.ContainsKey).ToList();
        text.Append("## Operations\n\nHere: ").AppendJoin(", ", here).Append(".\n\n");
        text.Append("| not there | answers with | because |\n|---|---|---|\n");
        foreach (var why in EcsModel.Operations.Except(here)
            .Select(name => (Name: name, Error: NotHere.Refuse(name)!))
            .GroupBy(one => (one.Error.Type, Message: one.Error.Message.Replace(one.Name, "…", StringComparison.Ordinal))))
        {
            text.Append("| ").AppendJoin(", ", why.Select(one => one.Name)).Append($" | `{why.Key.Type}` | {why.Key.Message} |\n");
        }

        text.Append('\n');
    }

    private static JsonTypeInfo Info(Type type) => EcsJson.Options.GetTypeInfo(Nullable.GetUnderlyingType(type) ?? type);

    /// <summary>One side of all operations: their own members, and the shapes that those are made of.</summary>
    private sealed class Part
    {
        private readonly List<string> _operations = [];
        private readonly SortedDictionary<string, string> _shapes = new(StringComparer.Ordinal);

        public void Add(string operation, EcsShape shape, JsonTypeInfo type) => _operations.Add(Row(operation, shape, type));

        public void Write(StringBuilder text, string operations, string shapes)
        {
            const string Head = "works | differs | not there | more |\n|---|---|---|---|---|\n";
            text.Append($"## {operations}\n\n| operation | ").Append(Head).AppendJoin("", _operations).Append('\n');
            text.Append($"## {shapes}\n\n| shape | ").Append(Head).AppendJoin("", _shapes.Values).Append('\n');
        }

        private string Row(string name, EcsShape shape, JsonTypeInfo type)
        {
            List<string> works = [], differs = [], missing = [];
            foreach (var (member, of) in shape.Members)
            {
                var property = type.Properties.FirstOrDefault(property => property.Name == member && !Envelope.Contains(member));
                if (property is null) missing.Add(NotThere($"{name}.{member}", member));
                else if (Differences.TryGetValue($"{name}.{member}", out var how)) differs.Add($"`{member}`: {how}");
                else if (IsPlaceholder(EcsModel.Shape(of), property)) differs.Add($"`{member}`: always empty");
                else works.Add($"`{member}`");

                if (property is not null) GoInto(EcsModel.Shape(of), Info(property.PropertyType));
            }

            var known = shape.Members.Select(member => member.Key).ToHashSet(StringComparer.Ordinal);
            var more = type.Properties.Select(property => property.Name)
                .Where(member => !known.Contains(member) && !EcsModel.Unused.Contains($"{name}.{member}")
                    && (!Envelope.Contains(member) || !typeof(Command).IsAssignableFrom(type.Type)))
                .Select(member => $"`{member}`");
            return $"| {name} | {List(works)} | {string.Join("; ", differs)} | {Reasoned(missing)} | {List(more)} |\n";
        }

        private void GoInto(EcsShape shape, JsonTypeInfo type)
        {
            while (shape.Type is "list" or "map" && type.ElementType is { } element) (shape, type) = (EcsModel.Shape(shape.Item), Info(element));
            if (shape.Type is not "structure" || type.Kind is not JsonTypeInfoKind.Object || IsOther(shape, type.Type)) return;
            if (!_shapes.TryAdd(shape.Name, "")) return;

            _shapes[shape.Name] = Row(shape.Name, shape, type);
        }

        // Lists that are always empty here have a name and a value as their item, whatever the model's is.
        private static bool IsPlaceholder(EcsShape shape, JsonPropertyInfo property) =>
            shape.Type is "list" && Info(property.PropertyType).ElementType is { } element && IsOther(EcsModel.Shape(shape.Item), element);

        private static bool IsOther(EcsShape shape, Type type) =>
            type == typeof(NameValue) && shape.Type is "structure" && !shape.Members.Any(member => member.Key == "value");

        private static string NotThere(string path, string member) =>
            LeftOut.Members.TryGetValue(path, out var why) ? $"`{member}`: {why}" : $"`{member}`";

        private static string List(IEnumerable<string> members) => string.Join(' ', members);

        // Those without a reason first, so that a reason ends at a semicolon or the end.
        private static string Reasoned(IReadOnlyList<string> members)
        {
            var reasoned = members.Where(member => member.Contains(':', StringComparison.Ordinal)).ToList();
            return string.Join("; ", reasoned.Prepend(List(members.Except(reasoned))).Where(part => part.Length > 0));
        }
    }
}
