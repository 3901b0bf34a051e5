using System.Text.Json.Nodes;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.Accounts;

/// <summary>What the red team has, and every question about it that another might ask.</summary>
internal sealed record Furniture(SilentAgent Agent, string Cluster, string Task)
{
    /// <summary>In every name that the red team gives, so that no answer to another may hold it.</summary>
    public const string Mark = "crimson";

    /// <summary>Where in the log the task was placed.</summary>
    public required long Position { get; init; }

    /// <summary>When it was.</summary>
    public required string Time { get; init; }

    /// <summary>The id of the command that asked for it.</summary>
    public required string Command { get; init; }

    private string Account => Task.Split(':')[4];

    private string TaskId => Task[(Task.LastIndexOf('/') + 1)..];

    private string ClusterArn => $"arn:aws:ecs:us-east-1:{Account}:cluster/{Cluster}";

    private string RevisionArn => $"arn:aws:ecs:us-east-1:{Account}:task-definition/{Mark}-family:1";

    /// <summary>Whether something of the red team's stands in an answer.</summary>
    public static bool Shows(string answer) => answer.Contains(Mark, StringComparison.Ordinal);

    /// <summary>Fails where an answer to an account tells more of the red team than the question said itself.</summary>
    public void AssertHidden(string question, string answer, string account)
    {
        var asked = question;
        while (Uri.UnescapeDataString(asked) is var plain && plain != asked) asked = plain;

        // What was asked may be repeated in a refusal; whatever is left is told.
        foreach (var said in new[] { Task, ClusterArn, RevisionArn, Agent.InstanceArn, Cluster, TaskId, Agent.InstanceId, Account, Command })
        {
            if (asked.Contains(said, StringComparison.Ordinal)) answer = answer.Replace(said, "", StringComparison.Ordinal);
        }

        // Longer names first: one may begin another.
        foreach (var name in Names.Where(name => asked.Contains(name, StringComparison.Ordinal)))
        {
            answer = answer.Replace(name, "", StringComparison.Ordinal);
        }

        foreach (var secret in new[] { Mark, TaskId, Agent.InstanceId, Account, Command }.Where(secret => secret != account))
        {
            Assert.False(answer.Contains(secret, StringComparison.Ordinal), $"{question} tells {secret} of the other team: {answer}");
        }

        // Nor whether it is there: no count, no time, no state of it.
        foreach (var word in new[] { "createdAt", "registeredAt", "ContainsTasks", "ContainsContainerInstances", "ConflictException" })
        {
            var isOwn = answer.Contains("\"clusterName\":\"default\"", StringComparison.Ordinal)
                || answer.Contains($":{account}:cluster/", StringComparison.Ordinal);
            Assert.True(isOwn || !answer.Contains(word, StringComparison.Ordinal), $"{question} tells {word}: {answer}");
        }
    }

    /// <summary>Reads, and the changes that would follow from knowing a name, of every operation.</summary>
    public IEnumerable<(string Operation, JsonNode Body)> Questions()
    {
        foreach (var operation in new[]
        {
            "ListClusters", "ListTaskDefinitions", "ListTaskDefinitionFamilies", "ListTasks", "ListContainerInstances", "CreateCluster",
        })
        {
            yield return (operation, Body("{}"));
        }

        yield return ("ListTaskDefinitions", Body($$"""{"familyPrefix": "{{Mark}}-family", "status": "ACTIVE"}"""));
        yield return ("ListTaskDefinitionFamilies", Body($$"""{"familyPrefix": "{{Mark}}", "status": "ALL"}"""));
        yield return ("ListAccountSettings", Body("""{"effectiveSettings": true}"""));
        foreach (var principal in new[] { $"arn:aws:iam::{Account}:root", $"arn:aws:iam::{Account}:user/{TeamsHouse.RedKey}" })
        {
            yield return ("ListAccountSettings", Body($$"""{"principalArn": "{{principal}}"}"""));
            yield return ("PutAccountSetting", Body(
                $$"""{"name": "containerInsights", "value": "enabled", "principalArn": "{{principal}}"}"""));
            yield return ("DeleteAccountSetting", Body($$"""{"name": "containerInsights", "principalArn": "{{principal}}"}"""));
        }

        yield return ("PutAccountSettingDefault", Body("""{"name": "containerInsights", "value": "disabled"}"""));
        foreach (var question in OfDefinitions().Concat(OfTags())) yield return question;

        foreach (var cluster in new[] { Cluster, ClusterArn, "default" })
        {
            foreach (var question in OfCluster(cluster)) yield return question;
        }
    }

    /// <summary>Every other way in, with all that names what the red team has.</summary>
    public IEnumerable<string> Paths()
    {
        var twice = Uri.EscapeDataString(Uri.EscapeDataString(Task));
        foreach (var of in new[] { Task, ClusterArn, Agent.InstanceArn, RevisionArn, Cluster, TaskId, $"{Mark}-family", $"task/{Cluster}/{TaskId}" })
        {
            var named = Uri.EscapeDataString(of);
            yield return $"history?of={named}";
            yield return $"history?of={named}&account={Account}";
            yield return $"history?of={named}&cluster={Uri.EscapeDataString(ClusterArn)}";
            yield return $"explain/{named}";
            yield return $"explain/{of}";
            yield return $"explain/{named}?account={Account}&cluster={Cluster}";
            yield return $"explain/{named}?cluster={Cluster}";
            foreach (var way in new[] { "logs", "exec" })
            {
                yield return $"{way}/{named}?cluster={Cluster}";
                yield return $"{way}/{of}?cluster={Uri.EscapeDataString(ClusterArn)}";
            }
        }

        yield return $"explain/{twice}";
        yield return $"logs/{twice}";
        yield return $"history?causedBy={Uri.EscapeDataString(Command)}";
        yield return $"history?causedBy={Uri.EscapeDataString(Command)}&account={Account}";
        foreach (var place in new[]
        {
            "", $"&cluster={Cluster}", $"&cluster={Uri.EscapeDataString(ClusterArn)}", $"&account={Account}",
            $"&account={Account}&cluster={Cluster}", $"&ACCOUNT={Account}", $"&account=000000000000&account={Account}",
        })
        {
            yield return $"state?at={Position}{place}";
            yield return $"state?at={Time}{place}";
            yield return $"diff?from=0&to={Position}{place}";
            yield return $"simulate?from=0&to={Position}{place}";
            yield return $"simulate?from=0&to={Position}&strategy=random&instances=1x{place}";
            yield return $"log?after=0{place}";
            yield return $"log?after=0&task={TaskId}{place}";
            yield return $"replay?to={Position}{place}";
            yield return $"verify?to={Position}{place}";
            yield return $"checkpoint?{place}";
            yield return $"export?{place}";
        }

        yield return "dead-letters";
    }

    private static IEnumerable<string> Names =>
    [
        $"{Mark}-container", $"{Mark}-attribute", $"{Mark}-machine", $"{Mark}-family", $"{Mark}-value", $"{Mark}-key", $"{Mark}-token",
        Mark,
    ];

    private IEnumerable<(string Operation, JsonNode Body)> OfDefinitions()
    {
        foreach (var name in new[] { $"{Mark}-family", $"{Mark}-family:1", RevisionArn })
        {
            yield return ("DescribeTaskDefinition", Body($$"""{"taskDefinition": "{{name}}", "include": ["TAGS"]}"""));
            yield return ("DeregisterTaskDefinition", Body($$"""{"taskDefinition": "{{name}}"}"""));
            yield return ("DeleteTaskDefinitions", Body($$"""{"taskDefinitions": ["{{name}}"]}"""));
            yield return ("RunTask", Body($$"""{"taskDefinition": "{{name}}"}"""));
            yield return ("RunTask", Body(
                $$"""{"taskDefinition": "{{name}}", "cluster": "{{ClusterArn}}", "clientToken": "{{Mark}}-token-{{name.Length}}"}"""));
            yield return ("StartTask", Body(
                $$"""{"taskDefinition": "{{name}}", "cluster": "{{ClusterArn}}", "containerInstances": ["{{Agent.InstanceArn}}"]}"""));
        }

        // Refused, so that the asker has none either.
        yield return ("RegisterTaskDefinition", Body($$"""{"family": "{{Mark}}-family", "containerDefinitions": []}"""));
    }

    private IEnumerable<(string Operation, JsonNode Body)> OfTags()
    {
        foreach (var arn in new[] { ClusterArn, RevisionArn, Agent.InstanceArn, Task })
        {
            yield return ("ListTagsForResource", Body($$"""{"resourceArn": "{{arn}}"}"""));
            yield return ("TagResource", Body($$"""{"resourceArn": "{{arn}}", "tags": [{"key": "a", "value": "b"}]}"""));
            yield return ("UntagResource", Body($$"""{"resourceArn": "{{arn}}", "tagKeys": ["{{Mark}}-key"]}"""));
        }
    }

    private IEnumerable<(string Operation, JsonNode Body)> OfCluster(string cluster)
    {
        yield return ("DescribeClusters", Body(
            $$"""{"clusters": ["{{cluster}}"], "include": ["TAGS", "SETTINGS", "STATISTICS", "CONFIGURATIONS", "ATTACHMENTS"]}"""));
        yield return ("ListTasks", Body($$"""{"cluster": "{{cluster}}"}"""));
        yield return ("ListTasks", Body($$"""{"cluster": "{{cluster}}", "family": "{{Mark}}-family"}"""));
        yield return ("ListTasks", Body($$"""{"cluster": "{{cluster}}", "startedBy": "{{Mark}}"}"""));
        yield return ("ListTasks", Body($$"""{"cluster": "{{cluster}}", "containerInstance": "{{Agent.InstanceArn}}"}"""));
        yield return ("ListContainerInstances", Body($$"""{"cluster": "{{cluster}}"}"""));
        yield return ("ListContainerInstances", Body(
            $$"""{"cluster": "{{cluster}}", "filter": "attribute:{{Mark}}-attribute exists"}"""));
        yield return ("ListAttributes", Body($$"""{"cluster": "{{cluster}}", "targetType": "container-instance"}"""));
        if (cluster is not "default")
        {
            yield return ("DeleteCluster", Body($$"""{"cluster": "{{cluster}}"}"""));
            yield return ("UpdateCluster", Body($$"""{"cluster": "{{cluster}}"}"""));
            yield return ("UpdateClusterSettings", Body(
                $$"""{"cluster": "{{cluster}}", "settings": [{"name": "containerInsights", "value": "enabled"}]}"""));
            yield return ("PutClusterCapacityProviders", Body(
                $$"""{"cluster": "{{cluster}}", "capacityProviders": [], "defaultCapacityProviderStrategy": []}"""));
        }

        foreach (var task in new[] { Task, TaskId })
        {
            yield return ("DescribeTasks", Body($$"""{"cluster": "{{cluster}}", "tasks": ["{{task}}"], "include": ["TAGS"]}"""));
            yield return ("StopTask", Body($$"""{"cluster": "{{cluster}}", "task": "{{task}}"}"""));
            yield return ("GetTaskProtection", Body($$"""{"cluster": "{{cluster}}", "tasks": ["{{task}}"]}"""));
            yield return ("UpdateTaskProtection", Body(
                $$"""{"cluster": "{{cluster}}", "tasks": ["{{task}}"], "protectionEnabled": true}"""));
        }

        foreach (var instance in new[] { Agent.InstanceArn, Agent.InstanceId })
        {
            foreach (var question in OfInstance(cluster, instance)) yield return question;
        }
    }

    private static IEnumerable<(string Operation, JsonNode Body)> OfInstance(string cluster, string instance)
    {
        yield return ("DescribeContainerInstances", Body(
            $$"""{"cluster": "{{cluster}}", "containerInstances": ["{{instance}}"], "include": ["TAGS"]}"""));
        yield return ("UpdateContainerInstancesState", Body(
            $$"""{"cluster": "{{cluster}}", "containerInstances": ["{{instance}}"], "status": "DRAINING"}"""));
        yield return ("DeregisterContainerInstance", Body(
            $$"""{"cluster": "{{cluster}}", "containerInstance": "{{instance}}", "force": true}"""));
        yield return ("RegisterContainerInstance", Body(
            $$"""
            {"cluster": "{{cluster}}", "containerInstanceArn": "{{instance}}", "totalResources": [
             {"name": "CPU", "type": "INTEGER", "integerValue": 1}, {"name": "MEMORY", "type": "INTEGER", "integerValue": 1}]}
            """));
        foreach (var operation in new[] { "PutAttributes", "DeleteAttributes" })
        {
            yield return (operation, Body(
                $$"""
                {"cluster": "{{cluster}}", "attributes": [{"name": "{{Mark}}-attribute",
                 "targetType": "container-instance", "targetId": "{{instance}}"}]}
                """));
        }
    }

    private static JsonNode Body(string text) => JsonNode.Parse(text)!;
}
