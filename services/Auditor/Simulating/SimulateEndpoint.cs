using System.Globalization;
using System.Text.Json;
using Ecs.Auditor.Past;
using Ecs.Auditor.Requests;
using Ecs.Contracts;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Log;
using Ecs.Model.Fleet;
using Ecs.Model.TaskDefinitions;

namespace Ecs.Auditor.Simulating;

/// <summary>
/// <c>GET /simulate?from=&amp;to=</c>: the demand of a past span against other strategies or another fleet, and what
/// was beside it.
/// </summary>
internal sealed class SimulateEndpoint(EventLog log, StateReading states, Moments moments) : IDisposable
{
    /// <summary>The longest span in positions: some seconds of reading.</summary>
    private const long MaxSpan = 200_000;

    /// <summary>The most tasks of a simulation, those from before the span included.</summary>
    private const int MaxTasks = 50_000;

    /// <summary>Commands that are read in one go.</summary>
    private const int CommandsAtOnce = 1_000;

    // One at a time: it takes a core and the memory of a whole span.
    private readonly SemaphoreSlim _turn = new(1);

    public void Dispose() => _turn.Dispose();

    public async Task AnswerAsync(HttpContext http)
    {
        var parameters = new Parameters(
            http.Request.Query, "from", "to", "account", "region", "cluster", "strategy", "instances");
        var (from, to) = await moments.RangeAsync(parameters, http.RequestAborted);
        await CheckAsync(from, to, http.RequestAborted);
        var place = PlaceAsked.Read(parameters);
        var cluster = Arn.Cluster(place.Scope, place.Cluster ?? "default");
        var strategies = AskedFleet.Strategies(parameters.Text("strategy"));
        _ = AskedFleet.Instances(parameters.Text("instances"), cluster, [], default);
        if (!await _turn.WaitAsync(0, http.RequestAborted))
        {
            throw RefusedException.Busy("Another simulation is being made; ask again when it has ended.");
        }

        try
        {
            var question = await ReadAsync(from, to, cluster, http.RequestAborted) with { Strategies = strategies };
            var common = AskedFleet.Common(InstancesOf(question.Span));
            question = question with
            {
                Fleet = AskedFleet.Instances(parameters.Text("instances"), cluster, common, question.Span.Begins),
            };
            var view = View(question, parameters, (from, to), http.RequestAborted);
            Moments.Tell(http.Response, to);
            await http.Response.WriteAsJsonAsync(view, EcsJson.Options, http.RequestAborted);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task CheckAsync(LogMoment from, LogMoment to, CancellationToken ct)
    {
        if (to.Position == from.Position) throw RefusedException.Wrong("to", "is from: the span holds no event.");

        if (await log.HasMoreThanAsync(MaxSpan, from.Position, to.Position, ct))
        {
            throw RefusedException.Wrong("to", string.Create(
                CultureInfo.InvariantCulture,
                $"is too far from from: there are more than {MaxSpan} events between them, which can be simulated."));
        }
    }

    private async Task<Question> ReadAsync(LogMoment from, LogMoment to, Arn cluster, CancellationToken ct)
    {
        var gathering = new SpanGathering(await states.FleetAsync(from, ct), cluster);
        await foreach (var e in log.ReadAsync(from.Position, to.Position, ct: ct)) gathering.Add(e);
        var span = gathering.Result() ?? throw RefusedException.Unknown(
            $"There was no cluster '{cluster.Name}' up to position {to.Position}.", "cluster");
        var tasks = span.Before.UnstoppedTasks + span.Events.Sum(Tasks);
        if (tasks > MaxTasks)
        {
            throw RefusedException.Wrong("to", string.Create(
                CultureInfo.InvariantCulture,
                $"is too far from from: {tasks} tasks, and {MaxTasks} can be simulated."));
        }

        var families = await states.FamiliesAsync(to, ct);
        var commands = await CommandsAsync(span, ct);
        return new Question { Span = span, Asked = DemandReading.Of(span, commands, arn => Revision(families, arn)) };
    }

    private static int Tasks(PastEvent e) => e.Data switch
    {
        TaskBegun => 1,
        TaskPlacementFailed failed => failed.Count,
        _ => 0,
    };

    // Every instance that the cluster ever had in the span, as it first was.
    private static IEnumerable<InstanceState> InstancesOf(PastSpan span) =>
        span.Before.Instances.InNameOrder().Concat(span.Events.Select(e => e.Data).OfType<ContainerInstanceRegistered>()
            .Aggregate(
                FleetState.Empty.Apply(new ClusterCreated(span.Before.Arn, span.Before.Name, span.Begins)),
                (fleet, e) => fleet.Apply(e))
            .Instances);

    private static Revision? Revision(Families families, string arn) =>
        Arn.TryParse(FamilyStream.Of(arn), out var family)
            ? families.Of(family.Scope, family.Name).Revisions.FirstOrDefault(revision => revision.Arn == arn)
            : null;

    private async Task<IReadOnlyDictionary<string, RunTask>> CommandsAsync(PastSpan span, CancellationToken ct)
    {
        var firsts = span.Events
            .Where(e => e is { Causation: not null, Data: TaskPlaced or TaskPlacementFailed })
            .DistinctBy(e => e.Causation, StringComparer.Ordinal)
            .ToList();
        var commands = new Dictionary<string, RunTask>(StringComparer.Ordinal);
        foreach (var some in firsts.Chunk(CommandsAtOnce))
        {
            var causes = await log.FindCausesAsync([.. some.Select(e => e.Position)], ct);
            foreach (var cause in causes.Values.Where(cause => cause.Name == CommandTypes.Of(typeof(RunTask)).Name))
            {
                commands[cause.Key.CommandId] = RunTaskOf(cause);
            }
        }

        return commands;
    }

    private static RunTask RunTaskOf(CausingCommand cause)
    {
        try
        {
            return cause.Body.Deserialize<RunTask>(EcsJson.Options) ?? throw new JsonException("it is null");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"command '{cause.Key.CommandId}', of the commit that ends at position {cause.Answer.Position}, "
                    + $"cannot be read: {e.Message}"),
                e);
        }
    }

    private static SimulationView View(
        Question question, Parameters parameters, (LogMoment From, LogMoment To) range, CancellationToken ct)
    {
        var (then, was) = Recording.Play(question, ct);
        var (wouldBe, points) = Simulation.Play(question, null, ct);
        var (begins, ends) = (question.Span.Begins, question.Span.Ends);
        return new SimulationView
        {
            From = range.From.Position,
            To = range.To.Position,
            Begins = begins,
            Ends = ends,
            ClusterArn = question.Span.Before.Arn,
            Strategy = parameters.Text("strategy"),
            Instances = parameters.Text("instances"),
            Asked = question.Asked.Asked,
            Carried = question.Asked.Demands.Count - question.Asked.Asked,
            Assumed = question.Asked.Assumed,
            LeftOut = question.Asked.LeftOut,
            Then = then,
            If = wouldBe,
            Chart = SimulationChart.Of((begins, ends), was, points),
        };
    }
}
