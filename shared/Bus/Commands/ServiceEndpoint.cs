using System.Diagnostics;
using System.Text;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Tracing;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace Ecs.Bus;

internal sealed class ServiceEndpoint(
    BusOptions options,
    IReceiveEndpointConnector connector,
    BusConnection connection,
    ConfirmedChannel replies,
    Aside aside,
    ILogger<ServiceEndpoint> log) : IServiceEndpoint
{
    /// <summary>The most commands that are answered at a time: two groups of the writer's limit of 256.</summary>
    internal const ushort MaxAtATime = 512;

    private readonly SuspectMessages _suspects = new(TimeProvider.System);

    public async Task<IAsyncDisposable> ListenAsync(
        string service,
        Func<Command, CancellationToken, Task<Answer>> answer,
        Func<Exception, bool> isPassing,
        CancellationToken ct)
    {
        var usual = await ListenAsync(service, MaxAtATime, Answer, isPassing, ct);
        var quick = QuickAnswers.Of(options.Client, service, Answer);
        return new BothWays(usual, new QuickQueue(connection, quick, QuickAnswers.AtATime, log));

        Task<Answer> Answer(Asked asked, CancellationToken abandon) => answer(asked.Command, abandon);
    }

    public async Task<IAsyncDisposable> ListenAsync(
        string service,
        ushort atATime,
        Func<Asked, CancellationToken, Task<Answer>> answer,
        Func<Exception, bool> isPassing,
        CancellationToken ct)
    {
        if (!Topology.ServiceQueues.Contains(service))
        {
            throw new ArgumentException($"no service '{service}'", nameof(service));
        }

        var what = new Consumption(
            service, atATime, Topology.DeclareAsync, delivery => AnswerAsync(delivery, answer, isPassing))
        {
            Begin = static session => session.State = new Turnstile(),
        };
        var consumer = new QueueConsumer(connector, connection, what, log);
        return await consumer.WhenReadyAsync(ct);
    }

    private async Task AnswerAsync(
        Delivery delivery, Func<Asked, CancellationToken, Task<Answer>> answer, Func<Exception, bool> isPassing)
    {
        var properties = delivery.Properties;
        var read = CommandReading.Read(
            delivery.Exchange, properties.MessageId, properties.ContentType, delivery.Body);
        var reading = Signatures.Check(read, delivery);
        var reply = Reply.To(properties, reading.Envelope);
        using var span = Begin(delivery, reading.Command);

        // Unreadable ones pass the turnstile too: it counts every delivery.
        var work = reading.Command is { } command
            ? () => InSpanAsync(span, () => answer(new Asked(command, reply?.Queue, delivery.Gone), delivery.Abandon))
            : (Func<Task<Answer>>)(() => Task.FromResult(new Answer()));
        var turnstile = (Turnstile)delivery.Session.State!;
        var result = await new Attempt<Answer>(delivery, turnstile, work, isPassing, log).RunAsync();
        if (result.Outcome is Outcome.Overheld)
        {
            await aside.PutBackAsync(delivery, delivery.Gone);
            return;
        }

        var said = reading.Error is not null || result.Outcome is Outcome.Poison
            ? await RefuseAsync(delivery, reading, reply, result.Fault)
            : result.Value!;
        var isKept = reading.Error is not null && reply is null;
        if (!isKept && _suspects.MustKeep(delivery, reading.Command, said, out var why))
        {
            await aside.SetAsideAsync(delivery, why, delivery.Gone);
        }

        if (reply is { IsReachable: false })
        {
            log.LogWarning("Command {CommandId}: nobody can be behind '{Queue}'", reading.CommandId, reply.Queue);
        }
        else if (reply is not null)
        {
            await replies.PublishAsync(reply.With(said with { CommandId = reading.CommandId }), delivery.Gone);
        }
        else if (said.Error is { } unheard && reading.Command is { } query && IsQuery(query))
        {
            // Unlike a command's, this refusal stands in no log.
            await aside.SetAsideAsync(delivery, $"{unheard.Type}: {unheard.Message}", delivery.Gone);
        }
        else if (said.Error is { } refusal && reading.Error is null)
        {
            log.LogInformation("Command {CommandId} was refused, nobody asked why: {Type}: {Message}",
                reading.CommandId, refusal.Type, refusal.Message);
        }
    }

    // The turnstile begins a delivery's work wherever it is its turn, within another one's span perhaps.
    private static async Task<Answer> InSpanAsync(Activity? span, Func<Task<Answer>> work)
    {
        if (Spans.AreKept) Activity.Current = span;
        return await work();
    }

    private static Activity? Begin(Delivery delivery, Command? command)
    {
        if (!Spans.AreKept || command is null || IsQuery(command)) return null;

        var headers = delivery.Properties.Headers;
        var parent = headers?.TryGetValue(Spans.ParentHeader, out var value) is true && value is byte[] bytes
            ? Encoding.UTF8.GetString(bytes)
            : null;
        var name = CommandTypes.Of(command.GetType()).Name;
        return Spans.BeginFrom(parent, command, $"answer {name}");
    }

    private static bool IsQuery(Command command) => CommandTypes.Of(command.GetType()).IsQuery;

    /// <summary>
    /// What nobody can be told, what has no type and what always fails is set aside; a sender who asks is told.
    /// </summary>
    private async Task<Answer> RefuseAsync(Delivery delivery, Reading reading, Reply? reply, Exception? fault)
    {
        var error = reading.Error ?? new CommandError(
            ErrorTypes.Server, "the command failed again and again and was set aside in ecs.dead-letters");
        if (reply is null || !reading.IsKnownExchange || fault is not null)
        {
            if (fault is not null) log.LogError(fault, "Command {CommandId} failed for good", reading.CommandId);
            var reason = fault is null
                ? $"{error.Type}: {error.Message}"
                : $"the handler failed: {fault.GetType().Name}: {fault.Message}";
            await aside.SetAsideAsync(delivery, reason, delivery.Gone);
        }

        return new Answer { Error = error };
    }
}
