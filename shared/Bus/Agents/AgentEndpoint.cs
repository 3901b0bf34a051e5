using System.Text.Json;
using Ecs.Contracts;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Bus;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace Ecs.Bus;

internal sealed class AgentEndpoint(
    IReceiveEndpointConnector connector, BusConnection connection, Aside aside, ILogger<AgentEndpoint> log)
    : IAgentEndpoint
{
    /// <summary>One message at a time keeps them in the queue's order.</summary>
    private const ushort MaxAtATime = 1;

    public async Task<IAsyncDisposable> ListenAsync(
        string instanceId, Func<Assignments, CancellationToken, Task> handle, CancellationToken ct)
    {
        var copies = new EarlyCopies(handle);
        var what = new Consumption(
            Exchanges.Agent(instanceId),
            MaxAtATime,
            (channel, declaring) => Topology.DeclareAgentAsync(channel, instanceId, declaring),
            delivery => HandleAsync(delivery, copies))
        {
            Begin = static session => session.State = new Turnstile(),
        };
        var usual = await new QueueConsumer(connector, connection, what, log).WhenReadyAsync(ct);
        var quick = new QuickQueue(connection, Early(instanceId, copies), MaxAtATime, log);
        return new BothWays(usual, quick) { EndAtOnce = true };
    }

    private static QuickConsumption Early(string instanceId, EarlyCopies copies)
    {
        var queue = $"{Exchanges.Assignments}.{instanceId}.{Guid.NewGuid():N}";
        return new QuickConsumption(
            queue,
            (channel, ct) => Topology.DeclareAssignmentsAsync(channel, queue, instanceId, ct),
            delivery => Read(delivery.Message.Body.Span).Message is { } message
                ? copies.BeginAsync(delivery.Message.BasicProperties.MessageId, message, delivery.Abandon)
                : Task.CompletedTask);
    }

    private async Task HandleAsync(Delivery delivery, EarlyCopies copies)
    {
        var (message, fault) = Read(delivery.Body.Span);
        var turnstile = (Turnstile)delivery.Session.State!;
        var attempt = new Attempt<bool>(
            delivery, turnstile, () => WorkAsync(delivery, message, copies), PassingFaults.IsPassing, log);
        var result = await attempt.RunAsync();
        if (result.Outcome is Outcome.Overheld)
        {
            await aside.PutBackAsync(delivery, delivery.Gone);
        }
        else if (fault is not null)
        {
            await aside.SetAsideAsync(delivery, fault, delivery.Gone);
        }
        else if (result.Fault is { } failed)
        {
            log.LogError(failed, "Queue {Queue}: a message failed for good", delivery.Queue);
            var reason = $"the handler failed: {failed.GetType().Name}: {failed.Message}";
            await aside.SetAsideAsync(delivery, reason, delivery.Gone);
        }
    }

    private static async Task<bool> WorkAsync(Delivery delivery, Assignments? message, EarlyCopies copies)
    {
        if (message is not null)
        {
            await copies.EnsureAsync(delivery.Properties.MessageId, message, delivery.Abandon);
        }

        return true;
    }

    // Not strict: a newer Scheduler may say more than this Agent knows.
    private static (Assignments? Message, string? Fault) Read(ReadOnlySpan<byte> body)
    {
        try
        {
            var message = JsonSerializer.Deserialize<Assignments>(body, EcsJson.Options);
            return message is null ? (null, "not assignments: null") : (message, null);
        }
        catch (JsonException e)
        {
            return (null, $"not assignments: {JsonErrors.Describe(e).Message}");
        }
    }
}
