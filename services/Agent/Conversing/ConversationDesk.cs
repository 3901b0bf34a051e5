using System.Collections.Concurrent;
using System.Text.Json;
using Ecs.Agent.Docker;
using Ecs.Agent.Executing;
using Ecs.Agent.Logs;
using Ecs.Agent.Tasks;
using Ecs.Bus;
using Ecs.Contracts;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Commands;

namespace Ecs.Agent.Conversing;

/// <summary>Takes up the conversations that the house opens with this Agent, and leads each to its end.</summary>
internal sealed class ConversationDesk(
    IConversationEndpoint endpoint,
    ICommandSender sender,
    Engine engine,
    TimeProvider clock,
    ILogger<ConversationDesk> log)
{
    /// <summary>How long the Agent's end waits for what conversations have begun to be ended.</summary>
    private static readonly TimeSpan EndTime = TimeSpan.FromSeconds(12);

    private readonly ConcurrentDictionary<string, Task> _underWay = new(StringComparer.Ordinal);
    private volatile UnbegunExecutions? _unbegun;

    /// <summary>Ends what a full list of the Scheduler's has open, and nobody can begin any more.</summary>
    public void Compare(Assignments list) => _unbegun?.Compare(list);

    /// <summary>Ends what an Agent before this one has left, and listens until the Agent ends.</summary>
    /// <param name="instance">This Agent's container instance.</param>
    /// <param name="tasks">What the Agent knows of a task, by its ARN; null of one that it does not know.</param>
    /// <param name="journal">What is kept of executions.</param>
    /// <param name="ct">The Agent's end.</param>
    public async Task RunAsync(
        Arn instance, Func<string, TaskState?> tasks, ExecutionJournal journal, CancellationToken ct)
    {
        var reports = new ExecutionReports(sender, instance, journal, log, ct);
        // Read before there are any of this Agent's own.
        var left = journal.Load();
        foreach (var execution in left) reports.Know(execution.Id);
        _unbegun = new UnbegunExecutions(reports, clock, log);
        try
        {
            await using var listening = await endpoint.ListenAsync(instance.Name, BeginAsync, ct);
            await new Leftovers(engine, reports, log).EndAsync(left, ct);
            await Task.Delay(Timeout.Infinite, ct);
        }
        finally
        {
            // Commands in containers end with the Agent that passes on what they say.
            var ends = Task.WhenAll(_underWay.Values);
            await Task.WhenAny(EndAsync(), Task.Delay(EndTime, CancellationToken.None));

            async Task EndAsync()
            {
                await ends.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                await reports.WhenToldAsync();
            }
        }

        async Task BeginAsync(Conversation conversation)
        {
            var leading = LeadAsync(conversation, instance.Name, tasks, reports, ct);
            _underWay[conversation.Id] = leading;
            try
            {
                await leading;
            }
            finally
            {
                _underWay.TryRemove(conversation.Id, out _);
            }
        }
    }

    /// <summary>Leads one conversation to its end; its cost ends within seconds of the other end's leaving.</summary>
    internal async Task LeadAsync(
        Conversation conversation,
        string instanceId,
        Func<string, TaskState?> tasks,
        ExecutionReports reports,
        CancellationToken ended)
    {
        await Task.Yield();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ended, conversation.Over);
        try
        {
            if (await AnswerAsync(conversation, instanceId, tasks, reports, either.Token) is { } refusal)
            {
                log.LogInformation("{Kind} was refused: {Text}", conversation.Opening.Kind, refusal.Message);
                await conversation.SendAsync(Write(ConversationKinds.Refused, refusal), either.Token);
            }

            await conversation.EndAsync(either.Token);
        }
        catch (Exception gone) when (gone is ConversationLostException || either.IsCancellationRequested)
        {
            log.LogDebug("{Kind} ended: {Text}", conversation.Opening.Kind, gone.Message);
        }
    }

    internal static Part Write<T>(string kind, T value) =>
        new(kind, JsonSerializer.SerializeToUtf8Bytes(value, EcsJson.Options));

    private async Task<CommandError?> AnswerAsync(
        Conversation conversation,
        string instanceId,
        Func<string, TaskState?> tasks,
        ExecutionReports reports,
        CancellationToken ct)
    {
        var opening = conversation.Opening;
        try
        {
            switch (opening.Kind)
            {
                case ConversationKinds.ReadLogs:
                    var asked = JsonSerializer.Deserialize<ReadLogs>(opening.Body.Span, EcsJson.Options)!;
                    return await new LogReading(engine, instanceId, tasks, conversation, asked).RunAsync(ct);
                case ConversationKinds.Execute:
                    var command = JsonSerializer.Deserialize<Execute>(opening.Body.Span, EcsJson.Options)!;
                    return await new Execution(engine, reports, conversation, command, clock).RunAsync(instanceId, ct);
                default:
                    return new(ErrorTypes.Client, $"This version of the Agent does not know '{opening.Kind}'.");
            }
        }
        catch (JsonException wrong)
        {
            return new(ErrorTypes.Serialization, $"The Agent cannot read '{opening.Kind}': {wrong.Message}");
        }
        catch (Exception fault) when (!ct.IsCancellationRequested && fault is not ConversationLostException)
        {
            var isOurs = fault is not global::Docker.DotNet.DockerApiException && !DockerFaults.IsPassing(fault);
            if (isOurs) log.LogError(fault, "{Kind} failed", opening.Kind);
            return new(ErrorTypes.Client, DockerFaults.Text(fault));
        }
    }
}
