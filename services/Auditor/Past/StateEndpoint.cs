using Ecs.Auditor.Requests;
using Ecs.Contracts;
using Ecs.Contracts.Vocabulary;
using Ecs.Log;
using Ecs.Model.Fleet;
using Ecs.Model.TaskDefinitions;

namespace Ecs.Auditor.Past;

/// <summary>
/// <c>GET /state?at=</c>: what there was at a moment, of one account and region or of one cluster of theirs.
/// </summary>
internal sealed class StateEndpoint(StateReading states, Moments moments)
{
    /// <summary>The most instances, tasks and revisions of one answer each; the counts say what there was.</summary>
    private const int MaxShown = 10_000;

    public async Task AnswerAsync(HttpContext http)
    {
        var parameters = new Parameters(http.Request.Query, "at", "account", "region", "cluster");
        var moment = await moments.FindAsync(parameters.Text("at"), "at", http.RequestAborted);
        var asked = PlaceAsked.Read(parameters);
        var fleet = await states.FleetAsync(moment, http.RequestAborted);
        var families = await states.FamiliesAsync(moment, http.RequestAborted);
        var view = View(moment, asked, fleet, families);
        if (asked.Cluster is { } cluster && view.Clusters.Count == 0 && moment.Mark is not null)
        {
            throw RefusedException.Unknown(
                $"There was no cluster '{cluster}' at position {moment.Position}.", "cluster");
        }

        Moments.Tell(http.Response, moment);
        await http.Response.WriteAsJsonAsync(view, EcsJson.Options, http.RequestAborted);
    }

    private static StateView View(
        LogMoment moment, PlaceAsked asked, FleetState fleet, Families families)
    {
        var clusters = fleet.Clusters.Values.Where(cluster => asked.Holds(cluster.Arn)).ToList();
        var tasks = clusters.SelectMany(cluster => cluster.Tasks.Values).ToList();
        var instances = clusters.SelectMany(cluster => cluster.Instances.InNameOrder()).ToList();
        var revisions = asked.Cluster is null
            ? families.In(asked.Scope).SelectMany(family => family.Revisions).ToList()
            : [];
        return new StateView
        {
            Position = moment.Position,
            LogTime = moment.LogTime,
            What = moment.Mark is null ? "before the first event of the log: there was nothing yet" : null,
            Clusters = [.. clusters.Select(cluster => cluster.Describe())],
            InstanceCount = instances.Count,
            ContainerInstances = [.. instances.Take(MaxShown).Select(instance => instance.Describe())],
            TaskCount = tasks.Count,
            Tasks = [.. tasks.Take(MaxShown).Select(fleet.Describe)],
            TaskDefinitionCount = revisions.Count,
            TaskDefinitions = [.. revisions.Take(MaxShown).Select(revision => revision.Arn)],
        };
    }

    /// <summary>What there was at a moment, in ECS's shapes.</summary>
    internal sealed record StateView
    {
        public required long Position { get; init; }

        public DateTimeOffset? LogTime { get; init; }

        /// <summary>Said where the log had not begun.</summary>
        public string? What { get; init; }

        public required IReadOnlyList<ClusterDescription> Clusters { get; init; }

        public required int InstanceCount { get; init; }

        public required IReadOnlyList<ContainerInstanceDescription> ContainerInstances { get; init; }

        /// <summary>Tasks that were not STOPPED, or were stopped within the hour.</summary>
        public required int TaskCount { get; init; }

        public required IReadOnlyList<TaskDescription> Tasks { get; init; }

        public required int TaskDefinitionCount { get; init; }

        public required IReadOnlyList<string> TaskDefinitions { get; init; }
    }
}
