using System.Text;
using System.Text.Json;
using Ecs.Contracts;
using Ecs.Contracts.Events;
using Ecs.Model.Fleet;
using Ecs.Model.TaskDefinitions;

namespace Ecs.Scheduler.Tests.Snapshots;

/// <summary>What was written before there were tags, settings and launch types is read as having none.</summary>
public class OlderFormTests
{
    private const string Cluster = "arn:aws:ecs:us-east-1:000000000000:cluster/c";
    private const string Instance = "arn:aws:ecs:us-east-1:000000000000:container-instance/c/i";
    private const string Task = "arn:aws:ecs:us-east-1:000000000000:task/c/t";

    private static readonly (string Name, string Json)[] Events =
    [
        ("cluster-created", $$"""{"clusterArn":"{{Cluster}}","clusterName":"c","at":"2026-11-22T12:00:00+00:00"}"""),
        ("container-instance-registered", $$$"""
            {"containerInstanceArn":"{{{Instance}}}","clusterArn":"{{{Cluster}}}","at":"2026-11-22T12:00:00+00:00",
             "profile":{"session":1,"hostname":"h","resources":{"cpu":1024,"memory":2048,"ports":[],"portsUdp":[]},
             "attributes":[],"versionInfo":{} } }
            """),
        ("task-placed", $$$"""
            {"taskArn":"{{{Task}}}","clusterArn":"{{{Cluster}}}","containerInstanceArn":"{{{Instance}}}",
             "taskDefinitionArn":"{{{Fleet.Definition}}}","definitionDigest":"0","group":"family:web","overrides":{},
             "reserved":{"cpu":1,"memory":2,"ports":[],"portsUdp":[]},"containers":[],
             "choice":{"rule":"first-fit","considered":1},"at":"2026-11-22T12:00:00+00:00"}
            """),
    ];

    [Fact]
    public void Given_events_of_an_older_version_when_folded_then_nothing_is_tagged_and_everything_is_as_usual()
    {
        var state = Events.Aggregate(FleetState.Empty, (fleet, e) => fleet.Apply(Read(e.Name, e.Json)));

        Assert.Empty(state.Clusters[Cluster].Tags);
        Assert.Equal("disabled", state.Clusters[Cluster].Describe().Settings[0].Value);
        Assert.Empty(state.FindInstance(Instance)!.Tags);
        var task = state.Describe(state.Tasks[Task]);
        Assert.Empty(task.Tags);
        Assert.Equal("EC2", task.LaunchType);
        Assert.Empty(state.Accounts);
    }

    [Fact]
    public void Given_a_definition_of_an_older_version_when_folded_then_it_has_no_tags_and_no_role()
    {
        var families = Families.Empty.Apply(Read("task-definition-registered", $$"""
            {"taskDefinitionArn":"{{Fleet.Definition}}","family":"web","revision":1,"digest":"0",
             "content":{"containerDefinitions":[{"name":"web","image":"web:1"}],"networkMode":"bridge"},
             "at":"2026-11-22T12:00:00+00:00"}
            """));

        var shown = families.Of(Scope.Default, "web").Find(1)!;
        Assert.Null(shown.Tags);
        Assert.Null(shown.Describe().ExecutionRoleArn);
        Assert.Null(shown.Describe().RequiresCompatibilities);
    }

    [Fact]
    public void Given_a_kept_cluster_of_an_older_version_when_read_then_it_has_no_tags_and_usual_settings()
    {
        var line = $$"""
            {"cluster":{"arn":"{{Cluster}}","name":"c","version":1,"isActive":true,"runningTasks":0,"pendingTasks":0,"unstoppedTasks":0,"arrived":0} }
            """;

        var state = FleetState.Read(Encoding.UTF8.GetBytes(line.Trim() + "\n"));

        Assert.Empty(state.Clusters[Cluster].Tags);
        Assert.Equal("disabled", state.Clusters[Cluster].Insights);
    }

    private static IEvent Read(string name, string json) =>
        (IEvent)JsonSerializer.Deserialize(json, EventTypes.Find(name)!, EcsJson.Options)!;
}
